package shootdown.benchmarks;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Errno;
import shootdown.hypervisor.GuestProgram;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.ProgramRunner;
import shootdown.policy.Final;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Measures how fast random programs run on a full-size machine: steps a second of one thread, of
 * wall time and of CPU time. A step is one call; making programs ready and going back to the first
 * state count, inventing them does not.
 *
 * <p>{@code ProgramRate ROUNDS [xpti]}
 */
public final class ProgramRate {
    private static final int CPUS = 2;
    private static final int FRAMES = 40;
    private static final int STEPS = 20;
    private static final int PROGRAMS = 2_000;
    private static final int REPEATS = 20;
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int L1 = 3;
    private static final int POOL = 4;
    private static final long USED = Pte.PRESENT | Pte.USER | Pte.ACCESSED | Pte.DIRTY;
    private static final int[] SLOTS = {0, 1, 300, 511};

    private final Random random = new Random(1);
    private final ProgramRunner runner;
    private final TreeMap<Integer, Integer> codes = new TreeMap<>();

    private ProgramRate(boolean xpti) {
        Machine.Builder machine =
                Machine.builder()
                        .cpus(CPUS)
                        .frames(FRAMES)
                        .slots(IntStream.range(0, 512).toArray())
                        .xpti(xpti);
        for (int i2 = 0; i2 < 2; i2++) {
            for (int i1 = 0; i1 < 2; i1++) {
                machine.track(new VirtualAddress(0, 0, i2, i1), new VirtualAddress(0, 1, i2, i1));
            }
        }
        runner = new ProgramRunner(machine.build(), STEPS, new Final(), ProgramRate::firstState);
    }

    /** A loaded tree, and three more trees that nobody uses yet. */
    private static void firstState(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, page(POOL + 20, true))
                .entry(L1, 1, page(POOL + 21, false));
        for (int tree = 0; tree < 3; tree++) {
            int top = POOL + tree * 4;
            first.entry(top, 0, table(top + 1))
                    .entry(top + 1, 0, table(top + 2))
                    .entry(top + 2, 1, table(top + 3))
                    .entry(top + 3, 0, page(POOL + 22 + tree, true))
                    .entry(top + 3, 511, page(top, false));
        }
        first.pin(4, L4).load(0, L4).load(1, L4);
    }

    private static long table(int mfn) {
        return Pte.of(mfn, USED | Pte.RW);
    }

    private static long page(int mfn, boolean writable) {
        return Pte.of(mfn, USED | Pte.GUEST_KERNEL | (writable ? Pte.RW : 0));
    }

    private List<Call> program() {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            calls.add(call());
        }
        return calls;
    }

    private Call call() {
        return switch (random.nextInt(16)) {
            case 0 -> alone(new Operation.Pin(1 + random.nextInt(4), frame()));
            case 1 -> alone(new Operation.Pin(4, POOL + 4 * random.nextInt(3)));
            case 2 -> alone(new Operation.Unpin(random.nextInt(POOL + 12)));
            case 3 -> alone(new Operation.NewBaseptr(4 * random.nextInt(4)));
            case 4 -> alone(new Operation.NewUserBaseptr(4 * random.nextInt(4)));
            case 5, 6, 7 -> alone(updateVaMapping());
            case 8 -> alone(new Operation.TlbFlush(new Operation.Scope.All()));
            case 9 -> alone(update(frame()));
            case 10 -> alone(new Operation.Invlpg(address(), new Operation.Scope.Local()));
            default -> alone(update(random.nextInt(POOL + 12)));
        };
    }

    private static Call alone(Operation operation) {
        return new Call.Alone(operation);
    }

    private Operation updateVaMapping() {
        Operation.Flush flush =
                random.nextBoolean() ? Operation.Flush.INVLPG : Operation.Flush.NONE;
        return new Operation.UpdateVaMappingCall(
                address(), value(L1), flush, new Operation.Scope.All());
    }

    private Operation update(int table) {
        int slot = SLOTS[random.nextInt(SLOTS.length)];
        return new Operation.MmuUpdateRequest(table, slot, value(table), false);
    }

    private long value(int table) {
        boolean leaf = table % 4 == L1;
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> leaf ? page(POOL + 20 + random.nextInt(8), true) : table(frame());
            case 2 -> leaf ? page(frame(), false) : table(table + 1);
            default -> leaf ? page(frame(), random.nextBoolean()) : Pte.of(table, USED);
        };
    }

    private VirtualAddress address() {
        return new VirtualAddress(0, random.nextInt(2), random.nextInt(2), random.nextInt(2));
    }

    private int frame() {
        return random.nextInt(FRAMES);
    }

    private long run(List<List<Call>> programs, int[] order, boolean count) {
        long steps = 0;
        for (int i = 0; i + 1 < programs.size(); i += CPUS) {
            List<GuestProgram> ready = new ArrayList<>();
            for (int cpu = 0; cpu < CPUS; cpu++) {
                ready.add(runner.compile(programs.get(i + cpu)));
            }
            runner.load(ready);
            for (int cpu : order) {
                int call = runner.run(cpu, n -> 0);
                if (count) {
                    int rc = runner.hypervisor().results().rc(runner.state(), cpu, call);
                    codes.merge(rc, 1, Integer::sum);
                }
                steps++;
            }
        }
        return steps;
    }

    public static void main(String[] args) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        PrintStream out = System.out;
        ProgramRate rate = new ProgramRate(args.length > 1);
        List<List<Call>> programs = new ArrayList<>();
        for (int i = 0; i < PROGRAMS; i++) {
            programs.add(rate.program());
        }
        int[] order = IntStream.range(0, CPUS * STEPS / 2).map(i -> i % CPUS).toArray();
        out.printf("%d addresses%n", rate.runner.layout().machine().addresses().size());
        rate.run(programs, order, true);
        rate.codes.forEach((rc, n) -> out.printf("%s: %,d%n", Errno.toString(rc), n));
        for (int round = Integer.parseInt(args[0]); round > 0; round--) {
            long cpu = threads.getCurrentThreadCpuTime();
            long wall = System.nanoTime();
            long steps = 0;
            for (int i = 0; i < REPEATS; i++) {
                steps += rate.run(programs, order, false);
            }
            double cpuSeconds = (threads.getCurrentThreadCpuTime() - cpu) / 1e9;
            double wallSeconds = (System.nanoTime() - wall) / 1e9;
            out.printf(
                    "%,d steps: %,.0f steps/s, %,.0f steps/CPU s%n",
                    steps, steps / wallSeconds, steps / cpuSeconds);
        }
    }
}
