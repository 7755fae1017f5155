package shootdown.workload.replay;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import shootdown.hypervisor.Observer.FlushSource;
import shootdown.policy.Catalogue;
import shootdown.policy.Policy;
import shootdown.workload.replay.Agreement.Point;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A stock recording of a few lines, counted by hand. Page p is in frame 100 + p. Linux builds and
 * pins a tree: kernel L4 1, user L4 2, L3 3, L2 4, L1 5; runs on it; gives the L2 another L1, 6,
 * and takes it away; gives the L4s another L3, 7.
 */
class StockHandMadeTest {
    private static final List<String> TREE =
            List.of(
                    "0,1,other-2,MC,1",
                    "1,0,a-1,DW,4,ffff888000001000,0,103067",
                    "2,0,a-1,DW,3,ffff888000003000,0,104067",
                    "3,0,a-1,DW,2,ffff888000004000,0,105067",
                    "4,0,a-1,UV,0,ffff888000003000,8000000000103061,0",
                    "5,0,a-1,UV,0,ffff888000004000,8000000000104061,0",
                    "6,0,a-1,UV,0,ffff888000005000,8000000000105061,0",
                    "7,0,a-1,EX,0,PIN_L1,0x5,0",
                    "8,0,a-1,UV,0,ffff888000001000,8000000000101061,1",
                    "9,0,a-1,EX,0,PIN_L4,0x1,0",
                    "10,0,a-1,UV,0,ffff888000002000,8000000000102061,1",
                    "11,0,a-1,EX,0,PIN_L4,0x2,0",
                    "12,0,a-1,MC,8",
                    "13,0,a-1,EX,0,NEW_BASEPTR,1000,0",
                    "14,0,a-1,EX,0,NEW_USER_BASEPTR,2000,0",
                    "15,0,a-1,MC,2");

    private static final List<String> LINK_L1 =
            List.of(
                    "20,0,a-1,UV,0,ffff888000006000,8000000000106061,0",
                    "21,0,a-1,MC,2",
                    "22,0,a-1,PT,1,M,2,ffff888000004008,0,106067",
                    "23,0,a-1,BB,1,1,1",
                    "24,0,a-1,MC,1");

    private static final List<String> UNLINK_L1 =
            List.of(
                    "30,0,a-1,PT,2,M,2,ffff888000004008,106067,0",
                    "31,0,a-1,BB,2,1,1",
                    "32,0,a-1,MC,1",
                    "33,0,a-1,UV,0,ffff888000006000,8000000000106063,0",
                    "34,0,a-1,MC,2");

    private static final List<String> LINK_L3 =
            List.of(
                    "40,0,a-1,UV,0,ffff888000007000,8000000000107061,0",
                    "41,0,a-1,MC,1",
                    "42,0,a-1,PT,3,M,4,ffff888000001008,0,107067",
                    "43,0,a-1,BB,3,1,1",
                    "44,0,a-1,MC,1");

    /** A page is mapped with a call of its own, and unmapped with a write that traps. */
    private static final List<String> LEAF =
            List.of(
                    "50,0,a-1,BB,4,1,1",
                    "50,0,a-1,PT,4,M,1,ffff888000005000,0,8000000000999067",
                    "51,0,-,PT,0,W,1,ffff888000005000,?,0");

    @TempDir private Path folder;

    @SafeVarargs
    private Replayed replay(List<String>... parts) throws IOException {
        List<String> lines = new ArrayList<>(List.of("# shootdown-trace 1 t (stock)"));
        for (List<String> part : parts) {
            lines.addAll(part);
        }
        Path file = Files.write(folder.resolve("t.csv"), lines, US_ASCII);
        Map<String, Policy> policies = new LinkedHashMap<>();
        for (String name : List.of("final", "skip-not-present", "in-use-only", "reaching-cpus")) {
            policies.put(name, Catalogue.find(name).orElseThrow().policy());
        }
        return new Replay(
                        Recording.of(file, false),
                        policies,
                        new Options(false, false, 1536, 1, false))
                .run(events -> {}, () -> true);
    }

    private static Tally of(String policy, Replayed replayed) {
        return replayed.runs().stream()
                .filter(run -> run.policy().equals(policy))
                .findFirst()
                .orElseThrow()
                .tally();
    }

    private static List<Long> flushes(Flushes flushes) {
        return List.of(flushes.asked(), flushes.local(), flushes.targets());
    }

    @Test
    void eachEditOfAnUpperTableFlushesHereAndThereUnderFinal() throws IOException {
        Tally tally = of("final", replay(TREE, LINK_L1, UNLINK_L1, LINK_L3, LEAF));
        assertThat(flushes(tally.policy())).containsExactly(3L, 3L, 3L);
        assertThat(tally.level(2).asked()).isEqualTo(2);
        assertThat(tally.level(3).asked()).isZero();
        assertThat(tally.level(4).asked()).isEqualTo(1);
        assertThat(tally.transition(Transition.LINKS).asked()).isEqualTo(2);
        assertThat(tally.transition(Transition.UNLINKS).asked()).isEqualTo(1);
        assertThat(tally.invocations()).isEqualTo(4);
    }

    @Test
    void onlyTheUnlinkFlushesIfNotPresentEntriesAreSkipped() throws IOException {
        Tally tally = of("skip-not-present", replay(TREE, LINK_L1, UNLINK_L1, LINK_L3, LEAF));
        assertThat(flushes(tally.policy())).containsExactly(1L, 1L, 1L);
        assertThat(tally.transition(Transition.UNLINKS).asked()).isEqualTo(1);
    }

    /** CPU 1 is on an L4 of its own, as nobody tells which. */
    @Test
    void aCpuOnAnotherL4IsNotReached() throws IOException {
        Tally tally = of("reaching-cpus", replay(TREE, LINK_L1));
        assertThat(flushes(tally.policy())).containsExactly(1L, 1L, 0L);
    }

    @Test
    void theL4InUseIsKnownFromItsLoading() throws IOException {
        assertThat(flushes(of("in-use-only", replay(TREE, LINK_L3)).policy()))
                .containsExactly(1L, 1L, 1L);
    }

    /** The entry of L4 1 is written to L4 2 too: in one call, with one flush. */
    @Test
    void anEntryOfTheKernelsL4IsWrittenToTheUsersToo() throws IOException {
        Replayed replayed = replay(TREE, LINK_L3);
        assertThat(replayed.unread().counts()).isEmpty();
        assertThat(of("final", replayed).level(4).asked()).isEqualTo(1);
    }

    /**
     * Linux could write to each of the five pages until just before. The L1's flush, at its pin, is
     * behind the end of that for the L3 and the L2 too; both L4s have flushes of their own.
     */
    @Test
    void aPageThatBecomesATableChangesItsType() throws IOException {
        Tally tally = of("final", replay(TREE));
        assertThat(tally.of(FlushSource.TYPE_CHANGE).asked()).isEqualTo(3);
    }

    @Test
    void whatLinuxAsksForSucceedsAndNothingIsSaidOfXensFlushes() throws IOException {
        Agreement agreement = replay(TREE, LINK_L1, UNLINK_L1, LINK_L3, LEAF).agreement();
        assertThat(agreement.at(Point.MMUEXT).differed()).isZero();
        assertThat(agreement.at(Point.MMUEXT).agreed()).isPositive();
        assertThat(agreement.at(Point.NEW_ENTRY).differed()).isZero();
        assertThat(agreement.isCompared(Point.FLUSHED)).isFalse();
        assertThat(agreement.at(Point.FLUSHED).agreed()).isZero();
    }

    @Test
    void mappingsTellWhereTablesLie() throws IOException {
        PseudoPhysical shown = replay(TREE).recording().pseudoPhysical();
        assertThat(shown.children()).isEqualTo(3);
        assertThat(shown.childrenKnown()).isEqualTo(3);
        assertThat(shown.contradictions()).isZero();
    }

    /** Linux told of the unlink without the old value: what was written last is taken for it. */
    @Test
    void anUnknownOldValueIsWhatWasWrittenLast() throws IOException {
        List<String> unknown =
                UNLINK_L1.stream().map(line -> line.replace(",106067,0", ",?,0")).toList();
        Replayed replayed = replay(TREE, LINK_L1, unknown);
        assertThat(of("skip-not-present", replayed).policy().asked()).isEqualTo(1);
        assertThat(replayed.unread().counts()).isEmpty();
    }

    /** Of a table that was there before nobody knows: the flushes are an upper bound then. */
    @Test
    void anOldValueThatNobodyKnowsIsTakenForPresent() throws IOException {
        Replayed replayed =
                replay(
                        List.of(
                                "1,0,a-1,PT,2,M,2,ffff888000004008,?,0",
                                "2,0,a-1,BB,2,1,1",
                                "3,0,a-1,MC,1"));
        assertThat(of("skip-not-present", replayed).policy().asked()).isEqualTo(1);
        assertThat(replayed.unread().counts()).containsEntry(Unread.Reason.OLD_UNKNOWN, 1L);
    }
}
