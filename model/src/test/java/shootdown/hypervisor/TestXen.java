package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import shootdown.hardware.AccessSet;
import shootdown.hardware.ExplicitCaches;
import shootdown.hardware.Geometry;
import shootdown.hardware.TranslationCaches;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.GuestRead;
import shootdown.policy.Final;
import shootdown.policy.FlushFlags;
import shootdown.policy.Policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One machine, driven by a test: an operation is run to its end, or step by step.
 *
 * <p>Operations need not be declared before. The first use of one builds the machine anew with it
 * and plays the journal again, which is exact, as nothing but the journal decides what happens.
 */
final class TestXen {
    /** One flush that a CPU executed. */
    record Flush(int initiator, int cpu, int flags, int address, Observer.FlushSource source) {
        @Override
        public String toString() {
            return "%s by CPU %d on CPU %d: %s%s"
                    .formatted(
                            source,
                            initiator,
                            cpu,
                            FlushFlags.toString(flags),
                            address < 0 ? "" : " of address " + address);
        }
    }

    private enum Kind {
        BEGIN,
        SWITCH_MODE,
        END_BATCH,
        GO_ON,
        SERVE,
        POKE,
        FORGET
    }

    private record Move(Kind kind, int cpu, int argument, int[] answers, Consumer<TestXen> poke) {}

    private final Machine.Builder builder;
    private final Consumer<MachineSetup> setup;
    private final Policy policy;
    private final boolean explicit;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Move> journal = new ArrayList<>();
    private final List<Flush> flushes = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final Deque<Integer> answers = new ArrayDeque<>();
    private int[] codes = new int[0];
    private int requestsDone;
    private String accessMay = "";

    Layout layout;
    TranslationCaches caches;
    Hypervisor xen;
    long[] s;

    TestXen(Machine.Builder machine, Consumer<MachineSetup> setup) {
        this(machine, setup, new Final());
    }

    TestXen(Machine.Builder machine, Consumer<MachineSetup> setup, Policy policy) {
        this(machine, setup, policy, false);
    }

    TestXen(
            Machine.Builder machine,
            Consumer<MachineSetup> setup,
            Policy policy,
            boolean explicit) {
        this.builder = machine;
        this.setup = setup;
        this.policy = policy;
        this.explicit = explicit;
        for (Machine.Allowed allowed : machine.build().operations()) {
            operations.add(allowed.operation());
        }
        layout = new Layout(builder.build());
        caches = cachesFor(layout);
        xen = new Hypervisor(layout, caches, policy);
        s = new long[0];
        build();
    }

    private TranslationCaches cachesFor(Layout of) {
        return explicit ? new ExplicitCaches(of.geometry()) : of.saturatedCaches();
    }

    private void build() {
        layout = new Layout(builder.build());
        caches = cachesFor(layout);
        xen = new Hypervisor(layout, caches, policy);
        MachineSetup first = new MachineSetup(layout, caches);
        setup.accept(first);
        s = first.build();
        flushes.clear();
        log.clear();
        codes = new int[layout.machine().cpus];
        requestsDone = 0;
        for (Move move : journal) {
            perform(move);
        }
    }

    private final Observer observer =
            new Observer() {
                @Override
                public void flushed(
                        long[] state,
                        int initiator,
                        int cpu,
                        int flags,
                        int address,
                        FlushSource source) {
                    flushes.add(new Flush(initiator, cpu, flags, address, source));
                    log.add("flush " + source + " on CPU " + cpu);
                }

                @Override
                public void loaded(long[] state, int cpu, int vcpu) {
                    log.add("load vCPU " + vcpu + " on CPU " + cpu);
                }

                @Override
                public void dropped(long[] state, int cpu, int mfn) {
                    log.add("drop " + mfn);
                }

                @Override
                public void published(long[] state, int cpu, int mfn, int type, long flush) {
                    log.add("publish " + mfn + " as " + type);
                }

                @Override
                public void validated(long[] state, int cpu, int mfn, int type, int rc) {
                    log.add("validate " + mfn + " as " + type + ": " + Errno.toString(rc));
                }

                @Override
                public void storeReachesTable(long[] state, int cpu, int mfn) {
                    log.add("store reaches table " + mfn);
                }

                @Override
                public void linearRead(long[] state, int cpu, int address, int mfn) {
                    log.add("linear read of " + mfn);
                }

                @Override
                public void guestAccess(
                        long[] state, int cpu, int address, int mfn, boolean write) {
                    log.add((write ? "guest write to " : "guest read of ") + mfn);
                }

                @Override
                public void accessMay(long[] state, int cpu, AccessSet may) {
                    accessMay = may.toString();
                }

                @Override
                public void accessed(long[] state, int cpu, int mfn, long value) {
                    log.add("access to %d: 0x%x".formatted(mfn, value));
                }

                @Override
                public void faulted(
                        long[] state, int cpu, int vector, int errorCode, long address) {
                    boolean page = vector == Traps.PAGE_FAULT;
                    log.add(
                            page
                                    ? "#PF(%d) at 0x%x".formatted(errorCode, address)
                                    : "exception %d(0x%x)".formatted(vector, errorCode));
                }

                @Override
                public void crashed(long[] state, int cpu) {
                    log.add("crash");
                }

                @Override
                public void leftXen(long[] state, int cpu, boolean copied) {
                    log.add("leave on CPU " + cpu + (copied ? ", copied" : ""));
                }

                @Override
                public void enteredXen(long[] state, int cpu) {
                    log.add("enter on CPU " + cpu);
                }

                @Override
                public void requestDone(long[] state, int cpu, int operation, int rc) {
                    requestsDone += rc == Errno.OK ? 1 : 0;
                }

                @Override
                public void returns(long[] state, int cpu, int operation, int rc) {
                    codes[cpu] = rc;
                    log.add("return " + Errno.toString(rc));
                }
            };

    // Doing things.

    /** Runs an operation on CPU 0 to its end, other CPUs serving its flushes. */
    int run(Operation operation) {
        return run(0, operation);
    }

    /** Runs an operation to its end; a CPU in the guest enters Xen first, and stays there. */
    int run(int cpu, Operation operation) {
        if (operation instanceof Operation.Instruction) {
            leave(cpu);
        } else {
            enter(cpu);
        }
        begin(cpu, operation);
        return finish(cpu);
    }

    /** As {@link #run}, and the CPU runs its guest again. */
    int runAndLeave(int cpu, Operation operation) {
        int rc = run(cpu, operation);
        leave(cpu);
        return rc;
    }

    /** Runs a batch of requests, stopping at the first error. */
    int batch(int cpu, Operation... requests) {
        enter(cpu);
        for (Operation request : requests) {
            begin(cpu, request);
            settle(cpu);
            if (stage(cpu) != Stage.BATCH) {
                return codes[cpu];
            }
        }
        endBatch(cpu);
        return finish(cpu);
    }

    void endBatch(int cpu) {
        take(new Move(Kind.END_BATCH, cpu, 0, takeAnswers(), t -> {}));
    }

    /** Goes on until the call has returned. */
    int finish(int cpu) {
        settle(cpu);
        if (stage(cpu) == Stage.BATCH) {
            endBatch(cpu);
            settle(cpu);
        }
        assertThat(stage(cpu)).as("stage of CPU %d", cpu).isIn(Stage.IDLE, Stage.GUEST);
        return codes[cpu];
    }

    /** Goes on while there is nothing to choose but which CPU serves a flush first. */
    private void settle(int cpu) {
        while (true) {
            Stage stage = stage(cpu);
            if (stage == Stage.IDLE || stage == Stage.GUEST || stage == Stage.BATCH) {
                return;
            }
            step(cpu);
        }
    }

    /** The first step of an operation. */
    TestXen begin(int cpu, Operation operation) {
        int number = operations.indexOf(operation);
        if (number < 0) {
            number = operations.size();
            operations.add(operation);
            builder.allow(operation);
            build();
        }
        take(new Move(Kind.BEGIN, cpu, number, takeAnswers(), t -> {}));
        return this;
    }

    /** The next step of the call in progress; of a flush, the least CPU that has not served. */
    TestXen step(int cpu) {
        if (stage(cpu) == Stage.FLUSHING) {
            long ready = ready(cpu);
            assertThat(ready).as("CPUs that can serve CPU %d", cpu).isNotZero();
            return serve(cpu, Long.numberOfTrailingZeros(ready));
        }
        take(new Move(Kind.GO_ON, cpu, 0, takeAnswers(), t -> {}));
        return this;
    }

    /** Steps until the CPU is at that stage. */
    TestXen stepTo(int cpu, Stage stage) {
        while (stage(cpu) != stage) {
            step(cpu);
        }
        return this;
    }

    /** The flush of {@code initiator} on {@code target}. */
    TestXen serve(int initiator, int target) {
        take(new Move(Kind.SERVE, initiator, target, takeAnswers(), t -> {}));
        return this;
    }

    TestXen enter(int cpu) {
        if (stage(cpu) == Stage.GUEST) {
            take(new Move(Kind.SWITCH_MODE, cpu, 0, takeAnswers(), t -> {}));
        }
        return this;
    }

    TestXen leave(int cpu) {
        if (stage(cpu) == Stage.IDLE && can(cpu, xen.switchMode())) {
            take(new Move(Kind.SWITCH_MODE, cpu, 0, takeAnswers(), t -> {}));
        }
        return this;
    }

    /** One action by its number, outside the journal; any choice is answered by {@code answer}. */
    void act(int cpu, int action, int answer) {
        xen.perform(s, cpu, action, n -> answer % n, observer);
    }

    /** Answers to the choices of the next step. */
    TestXen answer(int... next) {
        for (int a : next) {
            answers.add(a);
        }
        return this;
    }

    /** Changes the state by hand. */
    TestXen poke(Consumer<TestXen> change) {
        take(new Move(Kind.POKE, 0, 0, new int[0], change));
        return this;
    }

    /** Forgets what has been heard so far. */
    TestXen forget() {
        take(new Move(Kind.FORGET, 0, 0, new int[0], t -> {}));
        return this;
    }

    private int[] takeAnswers() {
        int[] taken = answers.stream().mapToInt(a -> a).toArray();
        answers.clear();
        return taken;
    }

    private void take(Move move) {
        journal.add(move);
        perform(move);
    }

    private void perform(Move move) {
        int action =
                switch (move.kind) {
                    case BEGIN -> move.argument;
                    case SWITCH_MODE -> xen.switchMode();
                    case END_BATCH -> xen.endBatch();
                    case GO_ON -> xen.goOn();
                    case SERVE -> xen.serve(move.argument);
                    case POKE -> {
                        move.poke.accept(this);
                        caches.memoryChanged(s);
                        yield -1;
                    }
                    case FORGET -> {
                        flushes.clear();
                        log.clear();
                        requestsDone = 0;
                        yield -1;
                    }
                };
        if (action < 0) {
            return;
        }
        boolean reads =
                move.kind == Kind.BEGIN && operations.get(move.argument) instanceof GuestRead;
        assertThat(reads || can(move.cpu, action))
                .as("CPU %d at %s can do %s", move.cpu, stage(move.cpu), move)
                .isTrue();
        int[] script = move.answers;
        int[] asked = {0};
        Chooser chooser =
                n -> {
                    int answer = asked[0] < script.length ? script[asked[0]] : 0;
                    asked[0]++;
                    assertThat(answer).as("answer").isLessThan(n);
                    return answer;
                };
        xen.perform(s, move.cpu, action, chooser, observer);
    }

    // Looking.

    boolean can(int cpu, int action) {
        int[] out = new int[xen.actionCount()];
        int n = xen.actions(s, cpu, out);
        return Arrays.stream(out, 0, n).anyMatch(a -> a == action);
    }

    /** Whether an operation that has been declared before can begin. */
    boolean canBegin(int cpu, Operation operation) {
        assertThat(operations).contains(operation);
        return can(cpu, operations.indexOf(operation));
    }

    /** Whether the call in progress can go on. */
    boolean canGoOn(int cpu) {
        return can(cpu, xen.goOn());
    }

    /** CPUs that can serve the flush of {@code initiator} next. */
    long ready(int initiator) {
        long ready = 0;
        for (int cpu = 0; cpu < layout.machine().cpus; cpu++) {
            ready |= can(initiator, xen.serve(cpu)) ? 1L << cpu : 0;
        }
        return ready;
    }

    Stage stage(int cpu) {
        return xen.cpus().stage(s, cpu);
    }

    int code(int cpu) {
        return codes[cpu];
    }

    /** {@code *pdone}. */
    int requestsDone() {
        return requestsDone;
    }

    List<Flush> flushes() {
        return List.copyOf(flushes);
    }

    /** The flushes of one kind as "CPU flags", in order. */
    List<String> flushes(Observer.FlushSource source) {
        return flushes.stream()
                .filter(flush -> flush.source == source)
                .map(flush -> flush.cpu + " " + FlushFlags.toString(flush.flags))
                .toList();
    }

    /** Runs an instruction on CPU 0; returns what became of it: the last thing heard of it. */
    String instruction(Operation.Instruction instruction) {
        return instruction(0, instruction);
    }

    String instruction(int cpu, Operation.Instruction instruction) {
        int heard = log.size();
        run(cpu, instruction);
        List<String> news = log.size() < heard ? log : log.subList(heard, log.size());
        return news.stream()
                .filter(line -> line.matches("(access|#PF|exception|crash).*"))
                .reduce("nothing", (first, last) -> last);
    }

    /** All that the last access might have come to. */
    String accessMay() {
        return accessMay;
    }

    /** What has been heard, one line each. */
    List<String> log() {
        return List.copyOf(log);
    }

    long entry(int mfn, int slot) {
        return layout.geometry().read(s, mfn, slot);
    }

    int type(int mfn) {
        return xen.pages().type(s, mfn);
    }

    long typeCount(int mfn) {
        return xen.pages().typeCount(s, mfn);
    }

    long refs(int mfn) {
        return xen.pages().refs(s, mfn);
    }

    boolean validated(int mfn) {
        return xen.pages().validated(s, mfn);
    }

    boolean pinned(int mfn) {
        return xen.pages().pinned(s, mfn);
    }

    int linearCount(int mfn) {
        return xen.pages().linearCount(s, mfn);
    }

    /** Frames that an access to a tracked address may reach now, and -1 for a fault. */
    SortedSet<Integer> mayReach(int cpu, VirtualAddress va) {
        Geometry geometry = layout.geometry();
        long[] reached = new long[geometry.words()];
        long[] writable = new long[geometry.words()];
        int address = geometry.keys().indexOf(va);
        assertThat(address).as("tracked: %s", va).isNotNegative();
        boolean fault = caches.outcomes(s, cpu, address, reached, writable);
        SortedSet<Integer> frames = new TreeSet<>();
        if (fault) {
            frames.add(-1);
        }
        for (int mfn = 0; mfn < geometry.frames(); mfn++) {
            if (Geometry.contains(reached, 0, mfn)) {
                frames.add(mfn);
            }
        }
        return frames;
    }

    /** Frames in the TLB set of an address under a PCID, whatever is loaded. */
    SortedSet<Integer> cached(int cpu, int pcid, VirtualAddress va) {
        Geometry geometry = layout.geometry();
        int leaf = geometry.keys().leaf(geometry.keys().indexOf(va));
        SortedSet<Integer> frames = new TreeSet<>();
        for (int mfn = 0; mfn < geometry.frames(); mfn++) {
            int set = geometry.reached(cpu, geometry.pcidIndex(pcid), leaf);
            if (Geometry.contains(s, set, mfn)) {
                frames.add(mfn);
            }
        }
        return frames;
    }
}
