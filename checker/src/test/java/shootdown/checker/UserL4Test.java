package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.checker.Property.P1;
import static shootdown.checker.Property.P2;
import static shootdown.checker.Property.P3;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.engine.End;
import shootdown.engine.Search;
import shootdown.engine.SearchResult;
import shootdown.hardware.Geometry;
import shootdown.hypervisor.Defect;
import shootdown.hypervisor.LinearMap;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakenings;

import java.util.stream.Stream;

/** What user mode adds: invariant I8, who asks for root copies, and what an old Xen did wrong. */
final class UserL4Test {
    static Stream<Universe> universes() {
        return Universes.all().stream().filter(u -> u.name().startsWith("u8-user-l4"));
    }

    private static Cell with(Defect defect, String universe) {
        Universe sound = Table.universe(universe);
        Universe mutant = sound.with(universe, sound.machine().toBuilder().defect(defect).build());
        return Checker.check(Table.policy("final"), mutant, CheckOptions.reduced());
    }

    /** Invariant I8: the PCIDs of the guest's own view, or the guest on its root copy. */
    @ParameterizedTest
    @MethodSource("universes")
    void theGuestsOwnViewNeverHoldsLinearEntries(Universe universe) {
        Watched watched = new Watched(universe);

        SearchResult result = Search.run(watched, CheckOptions.reduced().search());

        assertThat(result.end()).isEqualTo(End.EXHAUSTED);
        assertThat(result.violation(0)).isEmpty();
        assertThat(watched.hasSeenLinearEntries()).as("in Xen").isTrue();
    }

    /** Claim 49: a copy is due after a CR3 load, a change of mode and an L4 edit, each of them. */
    @ParameterizedTest
    @CsvSource({
        "ROOT_COPY_KEPT_ON_TOGGLE, u8-user-l4-xpti",
        "ROOT_COPY_KEPT_ON_TOGGLE, u8-user-l4-xpti-pcid",
        "ROOT_COPY_KEPT_ON_CR3_LOAD, u8-user-l4-xpti",
        "ROOT_COPY_KEPT_ON_CR3_LOAD, u8-user-l4-xpti-pcid"
    })
    void noneOfThoseWhoAskForARootCopyMayKeepSilent(Defect silent, String universe) {
        assertThat(with(silent, universe).broken()).contains(P2);
    }

    @Test
    void norMayThePolicy() {
        for (String policy : new String[] {"none", "remote-only"}) {
            Cell cell = Table.reduced(Table.policy(policy), Table.universe("u8-user-l4-xpti"));

            assertThat(cell.broken()).containsExactly(P2);
        }
    }

    /** Claims 49 and 50; facts E 34 and E 44. */
    @ParameterizedTest
    @CsvSource({"ROOT_COPY_ON_EVERY_EXIT", "ROOT_COPY_ON_PAIRED_TOGGLE"})
    void moreCopiesThanThatKeepNothingThatIsNotKept(Defect eager) {
        Cell now = Table.reduced(Table.policy("final"), Table.universe("u8-user-l4-xpti-pcid"));
        Cell before = with(eager, "u8-user-l4-xpti-pcid");

        assertThat(now.broken()).isEmpty();
        assertThat(before.broken()).isEmpty();
        assertThat(copiesPerHundredExits(before)).isGreaterThan(copiesPerHundredExits(now));
    }

    private static long copiesPerHundredExits(Cell cell) {
        long exits = cell.activity().getOrDefault(Activity.LEAVE_XEN, 0L);
        return 100 * cell.activity().getOrDefault(Activity.ROOT_RESYNC, 0L) / exits;
    }

    @ParameterizedTest
    @CsvSource({
        "u8-user-l4",
        "u8-user-l4-pcid",
        "u8-user-l4-xpti",
        "u8-user-l4-xpti-pcid",
        "u8-user-l4-self"
    })
    void aMulticallThatGoesOnInUserModeLosesTheTableThatIsLoaded(String universe) {
        assertThat(with(Defect.CALLS_GO_ON_IN_USER_MODE, universe).broken()).contains(P1, P3);
    }

    /** XSA-292 needs PCIDs: without them the CR3 write itself flushes. */
    @ParameterizedTest
    @CsvSource({
        "u8-user-l4, false",
        "u8-user-l4-pcid, true",
        "u8-user-l4-xpti, false",
        "u8-user-l4-xpti-pcid, true"
    })
    void aFlushBeforeTheCr3WriteLeavesLinearEntriesOfTheOldBase(String universe, boolean breaks) {
        Cell cell = with(Defect.FLUSH_BEFORE_CR3_WRITE, universe);

        assertThat(cell.broken().contains(P3)).isEqualTo(breaks);
        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
    }

    /** XSA-294: in shadow mode no change of type makes good for what a PCID still has. */
    @Test
    void aToggleThatKeepsWhatAReplacedBaseHasLeftWalksThroughAPage() {
        assertThat(with(Defect.NOFLUSH_WITH_SHADOWS, "u8-user-l4-pcid-shadow").broken())
                .containsExactly(P1);
        assertThat(
                        Table.reduced(
                                        Table.policy("final"),
                                        Table.universe("u8-user-l4-pcid-shadow"))
                                .broken())
                .isEmpty();
    }

    @Test
    void outsideShadowModeTheFlushOfTheTypeChangeMakesItGood() {
        Universe shadow = Table.universe("u8-user-l4-pcid-shadow");
        Universe plain =
                shadow.with("plain", shadow.machine().toBuilder().shadowFilter(false).build());

        Cell cell = Checker.check(Table.policy("final"), plain, CheckOptions.reduced());

        assertThat(cell.broken()).isEmpty();
        assertThat(cell.activity().get(Activity.TYPE_CHANGE_FLUSH)).isPositive();
    }

    /** Nobody reads under the user L4, so its PCID may be spared. */
    @ParameterizedTest
    @MethodSource("universes")
    void ofAFlushForTheLinearMapPcid0IsEnough(Universe universe) {
        for (String policy : new String[] {"final~xen-pcids", "final~kernel-pcid"}) {
            CatalogueEntry weakened = Weakenings.find(policy).orElseThrow();

            Cell cell = Checker.check(weakened, universe, CheckOptions.reduced());

            assertThat(cell.broken()).as(policy).isEmpty();
            assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        }
    }

    /** A CPU in user mode has another PCID loaded, and comes back without a flush. */
    @ParameterizedTest
    @MethodSource("universes")
    void butTheLoadedPcidIsNot(Universe universe) {
        CatalogueEntry weakened = Weakenings.find("final~loaded-pcid").orElseThrow();
        boolean otherCpuInUserMode = universe.machine().cpus() > 1 && universe.machine().pcid();

        Cell cell = Checker.check(weakened, universe, CheckOptions.reduced());

        assertThat(cell.broken().contains(P3)).isEqualTo(otherCpuInUserMode);
    }

    /** A universe under {@code final}, in which another thing is looked at than properties. */
    private static final class Watched extends WatchedSystem {
        private final Geometry geometry;
        private boolean seen;

        Watched(Universe universe) {
            super(universe);
            geometry = xen.layout().geometry();
        }

        boolean hasSeenLinearEntries() {
            return seen;
        }

        @Override
        boolean isWrong(long[] s) {
            for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
                boolean xpti = xen.layout().machine().xpti();
                boolean onCopy = xpti && xen.cpus().inGuest(s, cpu);
                for (int family = 0; family < geometry.pcidCount(); family++) {
                    boolean held = holdsLinearEntries(s, cpu, family);
                    boolean guests = geometry.pcid(family) >= 2;
                    seen |= held;
                    if (held && (guests || (onCopy && !xen.layout().machine().pcid()))) {
                        return true;
                    }
                }
            }
            return false;
        }

        private boolean holdsLinearEntries(long[] s, int cpu, int family) {
            for (int key = 0; key < geometry.keys().size(); key++) {
                if (geometry.keys().topSlot(key) == LinearMap.SLOT
                        && s[geometry.reached(cpu, family, key)] != 0) {
                    return true;
                }
            }
            return false;
        }
    }
}
