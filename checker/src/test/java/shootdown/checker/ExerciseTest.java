package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.engine.End;
import shootdown.engine.Expander;
import shootdown.engine.Search;
import shootdown.engine.SearchOptions;
import shootdown.engine.Successors;
import shootdown.engine.TransitionSystem;
import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Errno;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Observer;
import shootdown.hypervisor.Operation;
import shootdown.policy.Final;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Under {@code final} every shipped universe is alive: no state without a way on, and every
 * operation of the alphabet does its work at least once.
 */
final class ExerciseTest {
    static Stream<Universe> universes() {
        return Universes.byDefault().stream();
    }

    @ParameterizedTest
    @MethodSource("universes")
    void nothingIsStuckAndNoOperationIsDead(Universe universe) {
        Probe probe = new Probe(universe);
        SearchOptions options = SearchOptions.defaults().withCovering(true).withSymmetry(true);

        assertThat(Search.run(probe, options).end()).isEqualTo(End.EXHAUSTED);

        assertThat(probe.stuck).as("states without successor").isZero();
        assertThat(probe.dead()).as("operations that never succeed").isEmpty();
    }

    /** The same machine, watched; for one thread. */
    private static final class Probe implements TransitionSystem, Chooser, Observer {
        private final MachineSystem system;
        private final Hypervisor xen;
        private final List<Machine.Allowed> operations;
        private final BitSet succeeded = new BitSet();
        private final int[] actions;
        private final long[] next;
        private int answer;
        private int answers;
        private int operation;
        private long stuck;

        Probe(Universe universe) {
            system = new MachineSystem(universe, new Final(), false, false);
            xen = system.hypervisor();
            operations = universe.machine().operations();
            actions = new int[xen.actionCount()];
            next = new long[system.layout().length()];
        }

        /** Linear L1 reads are only looked at, and guest reads change nothing. */
        List<String> dead() {
            List<String> dead = new ArrayList<>();
            for (int op = 0; op < operations.size(); op++) {
                Operation of = operations.get(op).operation();
                boolean passive =
                        of instanceof Operation.LinearL1Read || of instanceof Operation.GuestRead;
                if (!passive && !succeeded.get(op)) {
                    dead.add(of.text());
                }
            }
            return dead;
        }

        @Override
        public int choose(int n) {
            answers = n;
            return answer;
        }

        private void expand(long[] state, Successors out) {
            int found = 0;
            for (int cpu = 0; cpu < system.universe().machine().cpus(); cpu++) {
                int n = xen.actions(state, cpu, actions);
                for (int i = 0; i < n; i++) {
                    answer = 0;
                    do {
                        answers = 1;
                        System.arraycopy(state, 0, next, 0, state.length);
                        operation = actions[i];
                        xen.perform(next, cpu, actions[i], this, this);
                        out.add(next, found++, 0);
                        answer++;
                    } while (answer < answers);
                }
            }
            stuck += found == 0 ? 1 : 0;
        }

        @Override
        public void guestAccess(long[] state, int cpu, int address, int mfn, boolean write) {
            if (mfn >= 0) {
                succeeded.set(operation);
            }
        }

        @Override
        public void accessed(long[] state, int cpu, int mfn, long value) {
            succeeded.set(xen.cpus().operation(state, cpu));
        }

        @Override
        public void granted(long[] state, int cpu, int status) {
            if (status == 0) {
                succeeded.set(xen.cpus().operation(state, cpu));
            }
        }

        @Override
        public void returns(long[] state, int cpu, int op, int rc) {
            Operation done = operations.get(op).operation();
            boolean tellsOtherwise =
                    done instanceof Operation.Access || done instanceof Operation.Grant;
            if (rc == Errno.OK && !tellsOtherwise) {
                succeeded.set(op);
            }
        }

        @Override
        public void requestDone(long[] state, int cpu, int op, int rc) {
            if (rc == Errno.OK) {
                succeeded.set(op);
            }
        }

        @Override
        public int[] blockLengths() {
            return system.blockLengths();
        }

        @Override
        public int firstSetBlock() {
            return system.firstSetBlock();
        }

        @Override
        public void initialStates(Consumer<long[]> sink) {
            system.initialStates(sink);
        }

        @Override
        public Expander expander() {
            return new Expander() {
                @Override
                public long check(long[] state) {
                    return 0;
                }

                @Override
                public void expand(long[] state, Successors out) {
                    Probe.this.expand(state, out);
                }

                @Override
                public long[] counters() {
                    return new long[0];
                }
            };
        }

        @Override
        public int permutations() {
            return system.permutations();
        }

        @Override
        public void permute(long[] state, int permutation, long[] out) {
            system.permute(state, permutation, out);
        }

        @Override
        public int properties() {
            return 1;
        }

        @Override
        public int counters() {
            return 0;
        }
    }
}
