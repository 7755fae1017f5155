package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.engine.End;
import shootdown.engine.Search;
import shootdown.engine.SearchOptions;
import shootdown.hypervisor.Errno;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Operation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
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

    private static final class Probe extends WatchedSystem {
        private final List<Machine.Allowed> operations;
        private final BitSet succeeded = new BitSet();
        private int action;
        private long stuck;

        Probe(Universe universe) {
            super(universe);
            operations = universe.machine().operations();
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
        void acts(int next) {
            action = next;
        }

        @Override
        void stuck() {
            stuck++;
        }

        @Override
        public void guestAccess(long[] state, int cpu, int address, int mfn, boolean write) {
            if (mfn >= 0) {
                succeeded.set(action);
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
    }
}
