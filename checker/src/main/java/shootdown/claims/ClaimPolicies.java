package shootdown.claims;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;

import shootdown.hardware.Pte;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Final;
import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.LocalMaySkip;
import shootdown.policy.Policy;
import shootdown.policy.Update;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Policies that only a claim speaks of: one of the catalogue with something taken away, or with one
 * line written otherwise. None has a page of its own.
 */
final class ClaimPolicies {
    /** Claim 13, first half: nobody makes the root copy of this CPU anew. */
    static final CatalogueEntry NO_ROOT_HERE =
            changed(
                    "final without R here",
                    "as final, but FLUSH_ROOT_PGTBL never for the local CPU",
                    new Final(),
                    flusher -> new Masked(flusher, ~FLUSH_ROOT_PGTBL, ~0, true));

    /** Claims 13 and 24, second half: nobody makes those of the other CPUs anew. */
    static final CatalogueEntry NO_ROOT_THERE =
            changed(
                    "final without R there",
                    "as final, but FLUSH_ROOT_PGTBL never for the other CPUs",
                    new Final(),
                    flusher -> new Masked(flusher, ~0, ~FLUSH_ROOT_PGTBL, true));

    /** Claim 7: the local CPU left out of the TLB flush alone. */
    static final CatalogueEntry NO_TLB_HERE =
            changed(
                    "final without T here",
                    "as final, but FLUSH_TLB never for the local CPU",
                    new Final(),
                    flusher -> new Masked(flusher, ~FLUSH_TLB, ~0, true));

    /** Claim 19: the other CPUs left out of it. */
    static final CatalogueEntry NO_TLB_THERE =
            changed(
                    "final without T there",
                    "as final, but FLUSH_TLB never for the other CPUs",
                    new Final(),
                    flusher -> new Masked(flusher, ~0, ~FLUSH_TLB, true));

    /** Claim 42: one set and a mask cannot say "only here". */
    static final CatalogueEntry MAY_SKIP_WITHOUT_STORE =
            changed(
                    "local-may-skip without r!",
                    "as local-may-skip, without the direct store beside it",
                    new LocalMaySkip(),
                    flusher -> new Masked(flusher, ~0, ~0, false));

    /** Claim 26: the same bit, set by a store where final has it set by the flush. */
    static final CatalogueEntry FINAL_WITH_STORE =
            changed(
                    "final with r!",
                    "as final, the local CPU's FLUSH_ROOT_PGTBL done by a direct store",
                    new Final(),
                    StoredRoot::new);

    /** Claim 10: what is skipped if "was not present" is read as "is not present". */
    static final CatalogueEntry REPLACED_ONLY =
            own(
                    "replaced-only",
                    "as skip-not-present, but no T either if the new entry is not present",
                    new ReplacedOnly());

    /** Claim 14: what an exact test would allow, on a machine with one CPU. */
    static final CatalogueEntry REACHING_ONLY_UP = reachingOnly(1);

    /** Claim 14: the same on one with two CPUs. */
    static final CatalogueEntry REACHING_ONLY_SMP = reachingOnly(2);

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

    private static CatalogueEntry reachingOnly(int cpus) {
        return own(
                "reaching-only",
                "L2 and above: T for CPUs whose loaded L4 reaches the edited table (ideal)",
                new ReachingOnly(cpus));
    }

    private static CatalogueEntry own(String name, String rule, Policy policy) {
        return new CatalogueEntry(name, List.of(), policy, rule, "ours", false, List.of());
    }

    private static CatalogueEntry changed(
            String name, String rule, Policy policy, UnaryOperator<Flusher> change) {
        return own(name, rule, new Changed(policy, change));
    }

    /** A policy whose flushes are changed on their way. */
    private record Changed(Policy policy, UnaryOperator<Flusher> change) implements Policy {
        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            return policy.updated(update, change.apply(flusher), accumulator);
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {
            policy.finished(invocation, change.apply(flusher), accumulator);
        }
    }

    /** Lets some flags pass, and the direct store or not. */
    private record Masked(Flusher flusher, int local, int others, boolean store)
            implements Flusher {
        @Override
        public void local(int flags) {
            flusher.local(flags & local);
        }

        @Override
        public void others(int flags) {
            flusher.others(flags & others);
        }

        @Override
        public void rootPgtChanged() {
            if (store) {
                flusher.rootPgtChanged();
            }
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
        public void others(int flags) {
            flusher.others(flags);
        }

        @Override
        public void rootPgtChanged() {
            flusher.rootPgtChanged();
        }
    }

    /** T only if both the old and the new entry are present. */
    private static final class ReplacedOnly implements Policy {
        private static final int REPLACED = 1;
        private static final int ROOT = 2;

        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            if (update.level() < 2) {
                return accumulator;
            }
            boolean replaced = update.wasPresent() && Pte.isPresent(update.newEntry());
            boolean root = update.level() == 4 && update.xpti();
            return accumulator | (replaced ? REPLACED : 0) | (root ? ROOT : 0);
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {
            int tlb = (accumulator & REPLACED) != 0 ? FLUSH_TLB : 0;
            flusher.all(tlb | ((accumulator & ROOT) != 0 ? FLUSH_ROOT_PGTBL : 0));
        }
    }

    /**
     * T only for CPUs whose loaded L4 reaches the edited table: bit i of the accumulator for CPU i.
     *
     * @param cpus how many CPUs the machine has
     */
    private record ReachingOnly(int cpus) implements Policy {
        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            int reaching = accumulator;
            for (int cpu = 0; cpu < cpus && update.level() >= 2; cpu++) {
                reaching |= update.reaches(cpu) ? 1 << cpu : 0;
            }
            return reaching;
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {
            int here = 1 << invocation.cpu();
            if ((accumulator & here) != 0) {
                flusher.local(FLUSH_TLB);
            }
            if ((accumulator & ~here) != 0) {
                flusher.others(FLUSH_TLB);
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
