package shootdown.policy.weaker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.hardware.Pte;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.FlushFlags;
import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;

import java.util.List;

/** What each weakening leaves of {@code final} and of {@code v1}. */
final class WeakeningsTest {
    private static final long OLD = Pte.of(7, Pte.PRESENT);
    private static final long NEW = Pte.of(8, Pte.PRESENT);
    private static final Edit L3 = new Edit(3, OLD, NEW, 2);

    /** An L4 that is in use here and elsewhere. */
    private static final Edit L4 = new Edit(4, OLD, NEW, 4);

    @Test
    void everyNameIsFoundAgain() {
        for (CatalogueEntry entry : Weakenings.of(Catalogue.find("final").orElseThrow())) {
            assertThat(Weakenings.find(entry.name()).map(CatalogueEntry::name))
                    .contains(entry.name());
        }
    }

    @Test
    void namesThatAreNotKnownAreNotFound() {
        assertThat(Weakenings.find("final")).isEmpty();
        assertThat(Weakenings.find("final~")).isEmpty();
        assertThat(Weakenings.find("final~no-such")).isEmpty();
        assertThat(Weakenings.find("nobody~no-l2")).isEmpty();
        assertThat(Weakenings.find("final~no-l2~no-such")).isEmpty();
    }

    @Test
    void aWeakenedPolicyTreatsCpusAlikeUnlessOneOfThemIsSpared() {
        assertThat(Weakenings.isBlind(policy("final~no-local"))).isTrue();
        assertThat(Weakenings.isBlind(policy("final~no-l2~no-new"))).isTrue();
        assertThat(Weakenings.isBlind(policy("final~no-cpu0"))).isFalse();
        assertThat(Weakenings.isBlind(policy("final~no-l2~no-cpu1"))).isFalse();
    }

    @Test
    void oneSideCanGo() {
        assertThat(flushes("final", L4)).isEqualTo("local TLB|ROOT_PGTBL, 1 TLB|ROOT_PGTBL");
        assertThat(flushes("final~no-local", L4)).isEqualTo("1 TLB|ROOT_PGTBL");
        assertThat(flushes("final~no-remote", L4)).isEqualTo("local TLB|ROOT_PGTBL");
        assertThat(flushes("final~no-cpu0", L4)).isEqualTo(flushes("final", L4));
        assertThat(flushes("final~no-cpu1", L4))
                .isEqualTo("local TLB|ROOT_PGTBL, none TLB|ROOT_PGTBL");
    }

    @Test
    void oneKindOfFlagCanGo() {
        assertThat(flushes("final~no-tlb", L4)).isEqualTo("local ROOT_PGTBL, 1 ROOT_PGTBL");
        assertThat(flushes("final~no-local-tlb", L4))
                .isEqualTo("local ROOT_PGTBL, 1 TLB|ROOT_PGTBL");
        assertThat(flushes("final~no-remote-tlb", L4))
                .isEqualTo("local TLB|ROOT_PGTBL, 1 ROOT_PGTBL");
        assertThat(flushes("final~no-root", L4)).isEqualTo("local TLB, 1 TLB");
        assertThat(flushes("final~no-local-root", L4)).isEqualTo("local TLB, 1 TLB|ROOT_PGTBL");
        assertThat(flushes("final~no-remote-root", L4)).isEqualTo("local TLB|ROOT_PGTBL, 1 TLB");
    }

    @Test
    void theDirectStoreOfV1CanGoAndSoCanTheGlobalPart() {
        assertThat(flushes("v1", L4))
                .isEqualTo("r!, local TLB_GLOBAL|ROOT_PGTBL, 1 TLB_GLOBAL|ROOT_PGTBL");
        assertThat(flushes("v1~no-root-store", L4)).doesNotContain("r!");
        assertThat(flushes("v1~no-root", L4)).isEqualTo("local TLB_GLOBAL, 1 TLB_GLOBAL");
        assertThat(flushes("v1~not-global", L3)).isEqualTo("local TLB, 1 TLB");
    }

    @Test
    void aFlushCanBeNarrowerOrLater() {
        assertThat(flushes("final~linear-range", L3))
                .isEqualTo("local LINEAR_RANGE, 1 LINEAR_RANGE");
        assertThat(flushes("final~at-exit", L4))
                .isEqualTo("local TLB|ROOT_PGTBL|AT_EXIT, 1 TLB|ROOT_PGTBL|AT_EXIT");
        assertThat(flushes("final~local-at-exit", L3)).isEqualTo("local TLB|AT_EXIT, 1 TLB");
        assertThat(flushes("final~remote-at-exit", L3)).isEqualTo("local TLB, 1 TLB|AT_EXIT");
    }

    @Test
    void aFlushCanSpareWhatTheLinearMapNeverUses() {
        assertThat(flushes("final~xen-pcids", L4))
                .isEqualTo("local ROOT_PGTBL|XEN_PCIDS, 1 ROOT_PGTBL|XEN_PCIDS");
        assertThat(flushes("final~kernel-pcid", L3)).isEqualTo("local KERNEL_PCID, 1 KERNEL_PCID");
        assertThat(flushes("final~loaded-pcid", L3)).isEqualTo("local LOADED_PCID, 1 LOADED_PCID");
        assertThat(flushes("final~not-in-guest", L3)).isEqualTo("local TLB, 1 TLB|UNLESS_GUEST");
    }

    @Test
    void theFlushForALevelCanGoAndRootFlagsStay() {
        assertThat(flushes("final~no-l3", L3)).isEmpty();
        assertThat(flushes("final~no-l2", L3)).isEqualTo(flushes("final", L3));
        assertThat(flushes("final~no-l4", L4)).isEqualTo("local ROOT_PGTBL, 1 ROOT_PGTBL");
    }

    @Test
    void theFlushForAKindOfEditCanGo() {
        Edit fresh = new Edit(3, 0, NEW, 2);
        Edit removal = new Edit(3, OLD, 0, 2);
        Edit same = new Edit(3, OLD, OLD | Pte.RW, 2);
        Edit unhooked = new Edit(3, OLD, NEW, 1);
        assertThat(dropped("no-new", fresh, removal, same, L3)).containsExactly(fresh);
        assertThat(dropped("no-removal", fresh, removal, same, L3)).containsExactly(removal);
        assertThat(dropped("no-same-frame", fresh, removal, same, L3)).containsExactly(same);
        assertThat(dropped("no-replacement", fresh, removal, same, L3)).containsExactly(L3);
        assertThat(dropped("no-unhooked", unhooked, L3)).containsExactly(unhooked);
        assertThat(dropped("no-unreached", unhooked, L3)).containsExactly(unhooked);
    }

    @Test
    void aBatchKeepsItsFlushIfOneEditIsOfAnotherKind() {
        Edit fresh = new Edit(3, 0, NEW, 2);
        Edit leaf = new Edit(1, OLD, NEW, 2);
        assertThat(flushes("final~no-new", fresh, leaf)).isEmpty();
        assertThat(flushes("final~no-new", fresh, L3)).isEqualTo("local TLB, 1 TLB");
        assertThat(flushes("final~no-new", L3, fresh)).isEqualTo("local TLB, 1 TLB");
        assertThat(flushes("final~no-new~no-l3", fresh, L3)).isEmpty();
    }

    private static List<Edit> dropped(String weakening, Edit... edits) {
        return List.of(edits).stream()
                .filter(edit -> flushes("final~" + weakening, edit).isEmpty())
                .toList();
    }

    private static Policy policy(String name) {
        return Catalogue.find(name).or(() -> Weakenings.find(name)).orElseThrow().policy();
    }

    /** What a batch on CPU 0 of two asks for. */
    private static String flushes(String name, Edit... batch) {
        StringBuilder told = new StringBuilder();
        Flusher flusher =
                new Flusher() {
                    private void tell(String text) {
                        told.append(told.isEmpty() ? "" : ", ").append(text);
                    }

                    @Override
                    public void local(int flags) {
                        tell("local " + FlushFlags.toString(flags));
                    }

                    @Override
                    public void othersBut(long spared, int flags) {
                        String who = (spared & 0b10) == 0 ? "1 " : "none ";
                        tell(who + FlushFlags.toString(flags));
                    }

                    @Override
                    public void rootPgtChanged() {
                        tell("r!");
                    }
                };
        int accumulator = 0;
        for (Edit edit : batch) {
            accumulator = policy(name).updated(edit, flusher, accumulator);
        }
        policy(name).finished(BOTH_DIRTY, flusher, accumulator);
        return told.toString();
    }

    private static final Invocation BOTH_DIRTY =
            new Invocation() {
                @Override
                public int cpu() {
                    return 0;
                }

                @Override
                public long dirtyMask() {
                    return 0b11;
                }
            };

    /** An edit of a table with this type count, unpinned, that is in use if it is an L4. */
    private record Edit(int level, long oldEntry, long newEntry, long typeCount) implements Update {
        @Override
        public int table() {
            return 3;
        }

        @Override
        public int slot() {
            return 0;
        }

        @Override
        public boolean pinned() {
            return false;
        }

        @Override
        public boolean xpti() {
            return true;
        }

        @Override
        public boolean pv32() {
            return false;
        }

        @Override
        public boolean kernelBase() {
            return level == 4;
        }

        @Override
        public boolean userBase() {
            return false;
        }

        @Override
        public boolean ownDomain() {
            return true;
        }

        @Override
        public long dirtyMask() {
            return 0b11;
        }

        @Override
        public int mustDo() {
            return 0;
        }

        @Override
        public boolean reaches(int cpu) {
            return typeCount > 1;
        }
    }
}
