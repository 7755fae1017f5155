package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;
import static shootdown.hypervisor.Guest.va;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.hypervisor.Call.Alone;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Scope;
import shootdown.policy.Final;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Many programs on one machine: each begins from the same state, and gives what it gives alone. */
final class ProgramRunnerTest {
    private static final int STEPS = 12;
    private static final int PROGRAMS = 300;
    private static final int[] ORDER = IntStream.range(0, STEPS).map(i -> i % 3 % 2).toArray();

    private static ProgramRunner runner(boolean xpti) {
        Machine machine =
                Guest.machine(2)
                        .slots(IntStream.range(0, 512).toArray())
                        .xpti(xpti)
                        .track(V, va(0, 0, 0, 1))
                        .build();
        return new ProgramRunner(
                machine,
                STEPS,
                new Final(),
                first -> {
                    Guest.chain(first);
                    first.load(0, L4).load(1, L4);
                });
    }

    private static List<Call> program(Random random) {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            int mfn = random.nextInt(Guest.FRAMES);
            int slot = random.nextInt(3);
            long value =
                    switch (random.nextInt(4)) {
                        case 0 -> 0;
                        case 1 -> ro(random.nextInt(Guest.FRAMES));
                        case 2 -> rw(random.nextInt(Guest.FRAMES));
                        default -> table(random.nextInt(Guest.FRAMES));
                    };
            calls.add(
                    new Alone(
                            switch (random.nextInt(8)) {
                                case 0 -> new Operation.Pin(1 + random.nextInt(4), mfn);
                                case 1 -> new Operation.Unpin(mfn);
                                case 2 -> new Operation.NewBaseptr(mfn);
                                case 3 -> new Operation.NewUserBaseptr(mfn);
                                case 4, 5 ->
                                        new Operation.UpdateVaMappingCall(
                                                V, value, Flush.INVLPG, new Scope.All());
                                default -> set(random.nextInt(PAGE + 1), slot, value);
                            }));
        }
        return calls;
    }

    private static List<GuestProgram> compile(ProgramRunner runner, List<List<Call>> programs) {
        return programs.stream().map(runner::compile).toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyProgramBeginsFromTheFirstState(boolean xpti) {
        ProgramRunner runner = runner(xpti);
        long[] first = runner.state().clone();
        Random random = new Random(7);
        for (int i = 0; i < PROGRAMS; i++) {
            List<List<Call>> programs = List.of(program(random), program(random));
            runner.load(compile(runner, programs));
            assertThat(runner.state()).as("program %d", i).isEqualTo(first);
            runner.run(ORDER, n -> random.nextInt(n), (s, cpu, call) -> {});
        }
    }

    @Test
    void aProgramGivesTheSameWhateverRanBefore() {
        ProgramRunner used = runner(false);
        Random random = new Random(8);
        for (int i = 0; i < PROGRAMS / 10; i++) {
            List<List<Call>> programs = List.of(program(random), program(random));
            ProgramRunner fresh = runner(false);
            List<long[]> seen = new ArrayList<>();
            used.load(compile(used, programs));
            used.run(ORDER, Chooser.FIRST, (s, cpu, call) -> seen.add(s.clone()));
            fresh.load(compile(fresh, programs));
            fresh.run(
                    ORDER,
                    Chooser.FIRST,
                    (s, cpu, call) -> assertThat(s).isEqualTo(seen.remove(0)));
            assertThat(seen).isEmpty();
        }
    }

    /** What is skipped for speed, where nothing that a CPU can walk to has changed, is nothing. */
    @Test
    void cachesAreClosedAfterEveryCall() {
        ProgramRunner runner = runner(false);
        Random random = new Random(9);
        for (int i = 0; i < PROGRAMS; i++) {
            runner.load(compile(runner, List.of(program(random), program(random))));
            runner.run(
                    ORDER,
                    n -> random.nextInt(n),
                    (s, cpu, call) -> {
                        long[] closed = s.clone();
                        runner.hypervisor().caches().memoryChanged(closed);
                        assertThat(closed).isEqualTo(s);
                    });
        }
    }

    @Test
    void emptyEntriesAreSkippedAndNoOthers() {
        ProgramRunner runner = runner(false);
        Layout layout = runner.layout();
        EntryStore entries =
                new EntryStore(
                        layout,
                        new PageInfo(layout),
                        new CpuState(layout),
                        new UndoLog(layout),
                        new Events());
        Random random = new Random(10);
        for (int round = 0; round < PROGRAMS; round++) {
            long[] s = new long[layout.length()];
            int base = layout.geometry().entryBase(L2);
            for (int n = random.nextInt(6); n > 0; n--) {
                s[base + random.nextInt(512)] = 1;
            }
            s[base - 1] = -1;
            s[layout.geometry().entryBase(L3) - 1] = -1;
            List<Integer> present =
                    IntStream.range(0, 512).filter(i -> s[base + i] != 0).boxed().toList();
            List<Integer> up = new ArrayList<>();
            for (int i = 0; (i = entries.nextEntry(s, L2, i, 512)) < 512; i++) {
                up.add(i);
            }
            List<Integer> down = new ArrayList<>();
            for (int i = 512; (i = entries.previousEntry(s, L2, i)) >= 0; ) {
                down.add(0, i);
            }
            assertThat(up).isEqualTo(present);
            assertThat(down).isEqualTo(present);
        }
    }

    @Test
    void aProgramThatDoesNotFitIsRefused() {
        ProgramRunner runner = runner(false);
        Call one = new Alone(set(L1, 0, 0));
        List<Call> many = IntStream.rangeClosed(0, STEPS).mapToObj(i -> one).toList();
        assertThatThrownBy(() -> runner.compile(many))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("13 calls where 12 are the limit");
        assertThatThrownBy(() -> runner.load(List.of(runner.compile(List.of(one)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 programs for 2 CPUs");
    }
}
