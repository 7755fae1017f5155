package shootdown.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hardware.Pte.GLOBAL;
import static shootdown.hardware.Pte.NX;
import static shootdown.hardware.Pte.PRESENT;
import static shootdown.hardware.Pte.RW;
import static shootdown.hardware.Pte.USER;
import static shootdown.hardware.TestMachine.ALL;

import org.junit.jupiter.api.Test;

import shootdown.hardware.Walk.Fault;
import shootdown.hardware.Walk.Reason;
import shootdown.hardware.Walk.Translation;

import java.util.stream.IntStream;

class WalkTest {
    private static final int[] PATH = {0, 1, 2, 3, 4};
    private static final VirtualAddress X = new VirtualAddress(0, 1, 0, 1);

    private static TestMachine machine() {
        TestMachine m = TestMachine.with(CacheModel.SATURATED).addresses(X).build();
        m.map(0, X, 1, 2, 3, 4);
        return m;
    }

    private static TestMachine machineWith(int depth, int mfn, long flags) {
        TestMachine m = machine();
        m.write(PATH[depth], X.index(depth), mfn, flags);
        return m;
    }

    @Test
    void arrivesWithThePermissionsOfAllFourEntries() {
        assertThat(machine().walk(0, X)).isEqualTo(new Translation(4, true, true, false, false));
    }

    @Test
    void everyLevelCanTakeAwayWritingUserAccessAndExecution() {
        for (int depth = 0; depth < 4; depth++) {
            int below = PATH[depth + 1];
            assertThat(machineWith(depth, below, PRESENT | USER).walk(0, X))
                    .isEqualTo(new Translation(4, false, true, false, false));
            assertThat(machineWith(depth, below, PRESENT | RW).walk(0, X))
                    .isEqualTo(new Translation(4, true, false, false, false));
            assertThat(machineWith(depth, below, ALL | NX).walk(0, X))
                    .isEqualTo(new Translation(4, true, true, true, false));
            assertThat(machineWith(depth, below, ALL | GLOBAL).walk(0, X))
                    .isEqualTo(new Translation(4, true, true, false, depth == 3));
        }
    }

    @Test
    void anAbsentEntryOrAFrameBeyondTheMachineEndsTheWalkAtItsLevel() {
        for (int depth = 0; depth < 4; depth++) {
            int slot = X.index(depth);
            assertThat(machineWith(depth, 1, RW).walk(0, X))
                    .isEqualTo(new Fault(4 - depth, PATH[depth], slot, Reason.NOT_PRESENT));
            assertThat(machineWith(depth, 8, ALL).walk(0, X))
                    .isEqualTo(new Fault(4 - depth, PATH[depth], slot, Reason.RESERVED_BIT));
        }
    }

    @Test
    void walksTablesOf512Slots() {
        VirtualAddress last = new VirtualAddress(511, 256, 0, 510);
        TestMachine m =
                TestMachine.with(CacheModel.SATURATED)
                        .frames(70)
                        .slots(IntStream.range(0, 512).toArray())
                        .addresses(last)
                        .build();
        m.map(66, last, 67, 68, 69, 65);
        m.load(0, 66);
        assertThat(m.walk(0, last)).isEqualTo(new Translation(65, true, true, false, false));
        assertThat(m.reads(0, last)).containsExactly(65);
        assertThat(Walk.of(m.geometry(), m.state(), 66, new VirtualAddress(511, 256, 1, 510)))
                .isEqualTo(new Fault(2, 68, 1, Reason.NOT_PRESENT));
    }

    @Test
    void aSlotThatIsNotTrackedIsAbsent() {
        TestMachine m = machine();
        assertThat(Walk.of(m.geometry(), m.state(), 0, new VirtualAddress(7, 0, 0, 0)))
                .isEqualTo(new Fault(4, 0, 7, Reason.NOT_PRESENT));
    }
}
