package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Iret;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.Syscall;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Programs that may be preempted before each request and each entry.
 *
 * <p>Of {@code Preemption}, {@code Programs}.
 */
final class PreemptionTest {
    private static final Call UPDATES =
            new Call.MmuUpdate(
                    List.of(set(L2, 1, table(A)), set(L3, 0, 0), set(L1, 1, rw(B)), set(A, 0, 0)),
                    DomId.SELF,
                    Call.Arguments.PLAIN);
    private static final Call OPERATIONS =
            new Call.MmuextOp(
                    List.of(new Pin(1, A), new Pin(2, L2), new Unpin(A)),
                    DomId.SELF,
                    Call.Arguments.PLAIN);
    private static final Call MAP =
            new Call.Alone(new UpdateVaMappingCall(V, rw(B), Flush.NONE, new Scope.Local()));

    /** All ends that a program has, in what its guest can see, and how often it was preempted. */
    private static final class Ends {
        private final TestXen xen;
        private final Set<String> seen = new HashSet<>();
        private final Set<List<Long>> visited = new HashSet<>();
        private int preempted;

        Ends(Machine.Builder machine) {
            xen = Guest.xen(machine);
            go(xen.s.clone());
        }

        private void go(long[] s) {
            if (!visited.add(Arrays.stream(s).boxed().toList())) {
                return;
            }
            int[] actions = new int[xen.xen.actionCount()];
            int n = xen.xen.actions(s, 0, actions);
            if (n == 0) {
                System.arraycopy(s, 0, xen.s, 0, s.length);
                assertThat(References.mistakes(xen)).isEmpty();
                seen.add(visible(s));
            }
            for (int i = 0; i < n; i++) {
                long[] next = s.clone();
                preempted += actions[i] == xen.xen.preempt() ? 1 : 0;
                xen.xen.perform(next, 0, actions[i], choices -> 0, Observer.NONE);
                go(next);
            }
        }

        private String visible(long[] s) {
            Results results = xen.xen.results();
            int calls = xen.xen.layout().machine().callRoom;
            long[] tables = Arrays.copyOf(s, xen.xen.layout().cpuBase(0));
            for (int mfn = 0; mfn < Guest.FRAMES; mfn++) {
                tables[xen.xen.layout().pageInfo(mfn) + 2] = 0; // the TLB clock may have ticked
            }
            return Arrays.toString(tables)
                    + IntStream.range(0, calls)
                            .mapToObj(c -> results.rc(s, 0, c) + "/" + results.done(s, 0, c))
                            .toList();
        }
    }

    private static Machine.Builder machine(boolean xpti) {
        return Guest.machine()
                .xpti(xpti)
                .program(
                        0,
                        UPDATES,
                        OPERATIONS,
                        new Call.Multicall(List.of(MAP, UPDATES, OPERATIONS, MAP)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGuestCannotTellWhereItsCallsWerePreempted(boolean xpti) {
        Ends plain = new Ends(machine(xpti));
        Ends preempted = new Ends(machine(xpti).preemption(true));

        assertThat(plain.preempted).isZero();
        assertThat(preempted.preempted).isGreaterThan(10);
        assertThat(plain.seen).hasSize(1);
        assertThat(preempted.seen).isEqualTo(plain.seen);
    }

    /** The handler has interrupted the kernel, and it is there that the kernel goes on. */
    @Test
    void aHandlerDoesNotEndInUserMode() {
        TestXen xen =
                Guest.xen(
                        Guest.machine()
                                .batches(true)
                                .preemption(true)
                                .allow(set(L2, 1, table(A)), new NewUserBaseptr(L4))
                                .allow(new Iret(), new Syscall()));
        xen.run(new NewUserBaseptr(L4));
        xen.begin(0, set(L2, 1, table(A)));
        xen.stepTo(0, Stage.BATCH);
        xen.act(0, xen.xen.preempt(), 0);
        xen.stepTo(0, Stage.CONTINUATION_GUEST);
        xen.act(0, xen.xen.interrupt(), 0);
        assertThat(xen.can(0, xen.xen.interrupt())).as("in the kernel").isTrue();

        xen.runAndLeave(0, new Iret());
        assertThat(xen.can(0, xen.xen.interrupt())).as("in user mode").isFalse();

        xen.run(new Syscall());
        assertThat(xen.can(0, xen.xen.interrupt())).as("in the kernel again").isTrue();
    }
}
