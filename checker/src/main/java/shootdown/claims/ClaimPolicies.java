package shootdown.claims;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;

import shootdown.policy.CatalogueEntry;
import shootdown.policy.Final;
import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;

import java.util.List;

/**
 * Policies that only a claim speaks of: one of the catalogue with something taken away, or with one
 * line written otherwise. None has a page of its own.
 */
final class ClaimPolicies {
    /** Claim 26: the same bit, set by a store where final has it set by the flush. */
    static final CatalogueEntry FINAL_WITH_STORE =
            own(
                    "final with r!",
                    "as final, the local CPU's FLUSH_ROOT_PGTBL done by a direct store",
                    new FinalWithStore());

    /** Claim 14: what an exact test would allow. */
    static final CatalogueEntry REACHING_ONLY =
            own(
                    "reaching-only",
                    "as final, but T only for CPUs whose loaded L4 leads to the table (ideal)",
                    new ReachingOnly());

    /** Claims 38 and 44: the special case that was considered. */
    static final CatalogueEntry OWN_ONLY =
            own(
                    "final for own tables",
                    "as final, but edits of another domain's tables flush nothing",
                    new OwnOnly());

    /** Claim 28: the draft without the condition to which its failure is put down. */
    static final CatalogueEntry DRAFT_ALWAYS_ROOT =
            own("draft with R always", "as draft, but +R for every XPTI L4", new DraftAlwaysRoot());

    /** Claim 36: v2 with its common set taken for the remote one. */
    static final CatalogueEntry V2_REMOTE =
            own(
                    "v2 with a remote set",
                    "as v2, but the common set never flushes here",
                    new Sets(
                            FLUSH_TLB | FLUSH_ROOT_PGTBL,
                            (flusher, local, all) -> {
                                flusher.local(local);
                                flusher.others(all);
                            }));

    /** Claim 39: v2 that asks whether either set is filled. */
    static final CatalogueEntry V2_EITHER =
            own(
                    "v2 that tests both sets",
                    "as v2, but flushes if all or local is not empty",
                    new Sets(
                            FLUSH_TLB | FLUSH_ROOT_PGTBL,
                            (flusher, local, all) -> {
                                if ((all | local) != 0) {
                                    flusher.local(local != 0 ? local : all);
                                    flusher.others(all);
                                }
                            }));

    /** Claim 31: the trap, sprung: an editor who adds T to the common set only. */
    static final CatalogueEntry V2_SPRUNG =
            own(
                    "v2 with T in all only",
                    "as v2, but an L4 in use puts R alone into the local set",
                    new Sets(
                            FLUSH_ROOT_PGTBL,
                            (flusher, local, all) -> {
                                flusher.local(local != 0 ? local : all);
                                flusher.others(all);
                            }));

    /** Claim 32: the same editor, and the local set takes over T. */
    static final CatalogueEntry V2_SPRUNG_SUPERSET =
            own(
                    "v2-superset with T in all only",
                    "as v2-superset, but an L4 in use puts R alone into the local set",
                    new Sets(
                            FLUSH_ROOT_PGTBL,
                            (flusher, local, all) -> {
                                flusher.local(local != 0 ? local | (all & FLUSH_TLB) : all);
                                flusher.others(all);
                            }));

    private ClaimPolicies() {}

    private static CatalogueEntry own(String name, String rule, Policy policy) {
        return new CatalogueEntry(name, List.of(), policy, rule, "ours", false, List.of());
    }

    /** {@code final}, which does not hear of edits of other domains' tables. */
    private static final class OwnOnly implements Policy {
        private final Policy unchanged = new Final();

        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            return update.ownDomain()
                    ? unchanged.updated(update, flusher, accumulator)
                    : accumulator;
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {
            unchanged.finished(invocation, flusher, accumulator);
        }
    }

    /** {@code final}, whose local root flush is a direct store. */
    private static final class FinalWithStore implements Policy {
        private final Policy unchanged = new Final();

        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            return unchanged.updated(update, flusher, accumulator);
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {
            unchanged.finished(invocation, new StoredRoot(flusher), accumulator);
        }
    }

    /** Makes a local root flush a direct store. */
    private record StoredRoot(Flusher flusher) implements Flusher {
        @Override
        public void local(int flags) {
            if ((flags & FLUSH_ROOT_PGTBL) != 0) {
                flusher.rootPgtChanged();
            }
            flusher.local(flags & ~FLUSH_ROOT_PGTBL);
        }

        @Override
        public void othersBut(long spared, int flags) {
            flusher.othersBut(spared, flags);
        }

        @Override
        public void rootPgtChanged() {
            flusher.rootPgtChanged();
        }
    }

    /**
     * T only for CPUs whose loaded L4 leads to the edited table, bit i of the accumulator for CPU
     * i; the root copies of all are made anew after an L4 edit.
     */
    private static final class ReachingOnly implements Policy {
        private static final int ROOT = 1 << 30;

        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            if (update.level() < 2) {
                return accumulator;
            }
            int reaching = 0;
            for (long left = update.dirtyMask(); left != 0; left &= left - 1) {
                int cpu = Long.numberOfTrailingZeros(left);
                reaching |= update.reaches(cpu) ? 1 << cpu : 0;
            }
            boolean root = update.level() == 4 && update.xpti();
            return accumulator | reaching | (root ? ROOT : 0);
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {
            int reaching = accumulator & ~ROOT;
            if ((reaching >>> invocation.cpu() & 1) != 0) {
                flusher.local(FLUSH_TLB);
            }
            flusher.othersBut(~(long) reaching, FLUSH_TLB);
            if ((accumulator & ROOT) != 0) {
                flusher.all(FLUSH_ROOT_PGTBL);
            }
        }
    }

    /** {@code draft}, whose root flush does not ask for other uses. */
    private static final class DraftAlwaysRoot implements Policy {
        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            if (update.level() < 2) {
                return accumulator;
            }
            boolean root = update.level() == 4 && update.xpti();
            return accumulator | FLUSH_TLB_GLOBAL | (root ? FLUSH_ROOT_PGTBL : 0);
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {
            if (accumulator != 0) {
                flusher.all(accumulator);
            }
        }
    }

    /**
     * The two sets of {@code v2}, with another way to fill the local one or to use both.
     *
     * @param inUse what an L4 that is in use here puts into the local set
     * @param end flushes by the two sets
     */
    private record Sets(int inUse, End end) implements Policy {
        private static final int FLAGS = 0x3fff;
        private static final int ALL_SHIFT = 14;

        private interface End {
            void flush(Flusher flusher, int local, int all);
        }

        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            if (update.level() < 2) {
                return accumulator;
            }
            int local = 0;
            int all = FLUSH_TLB | update.mustDo();
            if (update.level() == 4) {
                local = update.kernelBase() ? inUse : 0;
                all |= update.xpti() && update.usedElsewhere() ? FLUSH_ROOT_PGTBL : 0;
            }
            return accumulator | local | all << ALL_SHIFT;
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {
            end.flush(flusher, accumulator & FLAGS, accumulator >>> ALL_SHIFT & FLAGS);
        }
    }
}
