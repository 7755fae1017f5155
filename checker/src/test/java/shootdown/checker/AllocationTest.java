package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.engine.Expander;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A search makes objects for what it stores, and for nothing else: not for a state, not for a step.
 * Counted is what the thread asks for, also where a compiler would see that it need not be made.
 */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final CatalogueEntry FINAL = Catalogue.find("final").orElseThrow();
    private static final int STATES = 500;

    /** One of each mechanism. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "u1-linear-uvm-xpti-pcid-rich",
                "u4-smp-linear-deep",
                "u4-smp-linear-tso",
                "u8-user-l4-xpti-pcid-smp",
                "u9-batches-smp-preempt",
                "u12-life-xpti-smp",
                "u13-types-tso",
                "u14-self-reference-xpti-pcid",
                "u7-pv32",
                "u18-unfit-smp",
            })
    void judgingAndExpandingStatesAllocatesNothing(String universe) {
        MachineSystem system =
                new MachineSystem(
                        Universes.find(universe).orElseThrow(), FINAL.policy(), false, false);
        Expander expander = system.expander();
        long[][] states = someStates(system, expander);
        // The first time classes are loaded and call sites are linked.
        pass(expander, states);
        pass(expander, states);

        long before = THREADS.getCurrentThreadAllocatedBytes();
        pass(expander, states);
        long after = THREADS.getCurrentThreadAllocatedBytes();

        assertThat(after - before).isZero();
    }

    /** The arrays of the store double as they fill, so it has asked for some more than it holds. */
    @Test
    void aSearchAllocatesWhatItStoresAndNoMore() {
        CheckOptions plain = CheckOptions.plain();
        CheckOptions options =
                plain.withSearch(plain.search().withThreads(1).withMaxStates(200_000));
        Universe universe = Universes.find("u4-smp-linear-deep").orElseThrow();
        // Whatever is made once a process.
        Checker.check(FINAL, Universes.find("u4-smp-linear").orElseThrow(), options);

        long before = THREADS.getCurrentThreadAllocatedBytes();
        Cell cell = Checker.check(FINAL, universe, options);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

        assertThat(cell.states()).isEqualTo(200_000);
        assertThat(allocated).isLessThan(4 * cell.storeBytes());
    }

    private static void pass(Expander expander, long[][] states) {
        for (long[] state : states) {
            expander.check(state);
            expander.expand(state, (next, step, violations) -> {});
        }
    }

    private static long[][] someStates(MachineSystem system, Expander expander) {
        List<long[]> states = new ArrayList<>();
        Set<List<Long>> seen = new HashSet<>();
        system.initialStates(state -> addNew(state, seen, states));
        for (int i = 0; i < states.size() && states.size() < STATES; i++) {
            expander.expand(states.get(i), (next, step, v) -> addNew(next, seen, states));
        }
        return states.toArray(long[][]::new);
    }

    private static void addNew(long[] state, Set<List<Long>> seen, List<long[]> states) {
        if (seen.add(Arrays.stream(state).boxed().toList())) {
            states.add(state.clone());
        }
    }
}
