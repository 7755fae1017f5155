package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;
import static shootdown.hypervisor.Guest.va;

import org.junit.jupiter.api.Test;

import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.stream.IntStream;

/** The same code with tables of 512 slots and 4096 frames. */
final class FullSizeTest {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2S = 2;
    private static final int L2_COUNT = 3;
    private static final int L1S = 10;
    private static final int L1_COUNT = 300;
    private static final int PAGES = 1000;
    private static final int PER_L1 = 10;
    private static final int SPARE = 4090;

    /** Three L2s of a hundred L1s each; each L1 maps ten pages, at slots far apart. */
    private static void build(MachineSetup first) {
        first.entry(L4, 0, table(L3));
        for (int i = 0; i < L2_COUNT; i++) {
            first.entry(L3, 511 - i, table(L2S + i));
        }
        for (int i = 0; i < L1_COUNT; i++) {
            first.entry(L2S + i % L2_COUNT, i, table(L1S + i));
            for (int p = 0; p < PER_L1; p++) {
                first.entry(L1S + i, p * 51, rw(PAGES + i * PER_L1 + p));
            }
        }
        first.pin(4, L4).load(0, L4);
    }

    @Test
    void aTreeOfSomeHundredTablesKeepsItsCounts() {
        Operation[] program = {
            set(L1S + 7, 51, ro(SPARE)),
            new UpdateVaMappingCall(va(0, 510, 1, 102), 0, Flush.INVLPG, new Scope.All()),
            new UpdateVaMappingCall(va(0, 511, 299, 509), rw(SPARE), Flush.NONE, new Scope.All()),
            set(L2S, 3, 0),
            set(L2S + 1, 500, table(L1S + 3)),
            new Pin(1, L1S + 3),
            set(L2S + 1, 500, 0),
            new Unpin(L1S + 3),
            new Pin(2, L2S + 2),
            set(L3, 509, 0),
            set(L3, 0, table(L2S + 2)),
            set(SPARE + 1, 300, table(L3)),
            new NewBaseptr(SPARE + 1),
            new Unpin(L4),
            new UpdateVaMappingCall(va(300, 511, 0, 0), 0, Flush.TLB_FLUSH, new Scope.All()),
            set(SPARE + 1, 300, 0)
        };
        int[] codes = IntStream.generate(() -> OK).limit(program.length).toArray();
        codes[2] = EINVAL; // that L1 hangs in another L2
        Machine.Builder machine =
                Machine.builder()
                        .frames(4096)
                        .slots(IntStream.range(0, 512).toArray())
                        .allow(program);
        TestXen xen = new TestXen(machine, FullSizeTest::build);
        assertThat(xen.typeCount(L2S)).isEqualTo(1);
        assertThat(References.mistakes(xen)).isEmpty();

        for (int i = 0; i < program.length; i++) {
            assertThat(xen.run(program[i])).as(program[i].text()).isEqualTo(codes[i]);
            assertThat(References.mistakes(xen)).as(program[i].text()).isEmpty();
        }
        assertThat(xen.typeCount(L3)).as("all is gone, but what is pinned").isZero();
        assertThat(xen.typeCount(L2S + 2)).isEqualTo(1);
        assertThat(xen.typeCount(PAGES)).isZero();
    }
}
