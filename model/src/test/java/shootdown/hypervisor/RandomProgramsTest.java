package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Random operations on two CPUs, interleaved step by step. Whenever no call is in progress, every
 * count equals the references that exist (facts 12.2), and no CPU ever gets stuck. A failure prints
 * its seed and a program that cannot be made shorter by leaving steps out.
 *
 * <p>Linear counts are left out: the call that parked a linear target holds no reference on the
 * table that named it ({@code old_guest_ptpg}), and if that one gets another type before the drop,
 * the counts are not undone. The facts say the same of Xen (1.7); {@link LinearPageTablesTest} has
 * the counts where nobody interferes.
 */
final class RandomProgramsTest {
    private static final int STEPS = 400;
    private static final int PROGRAMS = 12;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void countsEqualTheReferencesThatExist(long seed) {
        Random random = new Random(seed);
        for (int program = 0; program < PROGRAMS; program++) {
            List<Operation> alphabet = alphabet(random);
            boolean xpti = random.nextBoolean();
            int[] choices = random.ints(STEPS, 0, 1 << 20).toArray();
            List<String> mistakes = run(alphabet, xpti, choices, null);
            if (!mistakes.isEmpty()) {
                int[] shortest = shrink(alphabet, xpti, choices);
                List<String> told = new ArrayList<>();
                List<String> wrong = run(alphabet, xpti, shortest, told);
                assertThat(wrong).as("seed %d: %s", seed, String.join("; ", told)).isEmpty();
            }
        }
    }

    private static List<Operation> alphabet(Random random) {
        List<Operation> alphabet = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int mfn = random.nextInt(Guest.FRAMES);
            int target = random.nextInt(Guest.FRAMES);
            long[] values = {
                0, table(target), ro(target), rw(target), ro(target), table(target) | 0x8
            };
            long value = values[random.nextInt(values.length)];
            alphabet.add(
                    switch (random.nextInt(10)) {
                        case 0 -> new Pin(1 + random.nextInt(4), mfn);
                        case 1 -> new Unpin(mfn);
                        case 2 -> new NewBaseptr(mfn);
                        case 3 -> new NewUserBaseptr(random.nextInt(4) == 0 ? -1 : mfn);
                        case 4 ->
                                new UpdateVaMappingCall(
                                        Guest.va(0, 0, 0, random.nextInt(2)),
                                        value,
                                        Flush.NONE,
                                        new Scope.Local());
                        default -> set(mfn, random.nextInt(2), value);
                    });
        }
        return alphabet.stream().distinct().toList();
    }

    /** Plays a program: each number picks one of the steps that are possible then. */
    private static List<String> run(
            List<Operation> alphabet, boolean xpti, int[] choices, @Nullable List<String> told) {
        Machine.Builder machine = Guest.machine(2).xpti(xpti).batches(choices.length % 2 == 1);
        TestXen xen = Guest.xen(machine.allow(alphabet.toArray(Operation[]::new)));
        int[] actions = new int[xen.xen.actionCount()];
        for (int i = 0; ; i++) {
            boolean quiescent = isQuiescent(xen);
            if (quiescent) {
                List<String> mistakes = mistakes(xen);
                if (!mistakes.isEmpty() || i >= choices.length) {
                    return mistakes;
                }
            }
            List<int[]> possible = new ArrayList<>();
            for (int cpu = 0; cpu < 2; cpu++) {
                boolean between = isBetween(xen, cpu);
                int n = xen.xen.actions(xen.s, cpu, actions);
                for (int a = 0; a < n; a++) {
                    boolean winding = i >= choices.length;
                    if (!winding || (!between && actions[a] >= alphabet.size())) {
                        possible.add(new int[] {cpu, actions[a]});
                    }
                }
            }
            if (possible.isEmpty()) {
                return List.of("stuck: CPU 0 at " + xen.stage(0) + ", CPU 1 at " + xen.stage(1));
            }
            int choice = i < choices.length ? choices[i] : 0;
            int[] step = possible.get(choice % possible.size());
            if (told != null) {
                boolean begins = step[1] < alphabet.size();
                String what = begins ? alphabet.get(step[1]).text() : xen.stage(step[0]).toString();
                told.add("CPU " + step[0] + " " + what);
            }
            xen.act(step[0], step[1], choice >>> 8);
        }
    }

    private static List<String> mistakes(TestXen xen) {
        return References.mistakes(xen).stream()
                .filter(mistake -> !mistake.contains("linear count"))
                .toList();
    }

    private static boolean isBetween(TestXen xen, int cpu) {
        return xen.stage(cpu) == Stage.IDLE || xen.stage(cpu) == Stage.GUEST;
    }

    private static boolean isQuiescent(TestXen xen) {
        return isBetween(xen, 0) && isBetween(xen, 1);
    }

    /** Leaves out as many steps as possible, longer pieces first. */
    private static int[] shrink(List<Operation> alphabet, boolean xpti, int[] choices) {
        int[] shortest = choices;
        for (int piece = choices.length / 4 * 2; piece >= 2; piece = piece / 4 * 2) {
            for (int from = 0; from + piece <= shortest.length; ) {
                int[] shorter = Arrays.copyOf(shortest, shortest.length - piece);
                System.arraycopy(
                        shortest, from + piece, shorter, from, shortest.length - from - piece);
                if (run(alphabet, xpti, shorter, null).isEmpty()) {
                    from += piece;
                } else {
                    shortest = shorter;
                }
            }
        }
        return shortest;
    }
}
