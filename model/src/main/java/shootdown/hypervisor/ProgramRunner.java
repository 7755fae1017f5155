package shootdown.hypervisor;

import shootdown.hardware.TranslationCaches;
import shootdown.hardware.VirtualAddress;
import shootdown.policy.Policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs many programs on one machine, one call to its end at a time, always from the same first
 * state. While a CPU is in a call the others only serve flushes, so that the order of the calls and
 * the answers of the chooser decide everything.
 *
 * <p>The machine, with its layout, its tracked addresses and its first state, is made once; a
 * program is given by its calls. Going back to the first state costs what the last program changed
 * ({@code ProgramRate}). One per thread.
 */
public final class ProgramRunner {
    /** Hears that a call is over. */
    @FunctionalInterface
    public interface AfterCall {
        /**
         * A call is over.
         *
         * @param state must not be changed
         * @param call number of the call; of a multicall, which has its entries behind it
         */
        void done(long[] state, int cpu, int call);
    }

    private final Layout layout;
    private final Hypervisor xen;
    private final int cpus;
    private final FirstState first;
    private final long[] s;
    private final int[] actions;
    private final GuestProgram nothing;
    private List<GuestProgram> loaded;
    private Observer observer = Observer.NONE;

    /**
     * @param machine without operations and programs; tracks the addresses that programs use, and
     *     through which linear pages Xen reads their entries is added here
     * @param calls how many calls the program of a CPU has at most, entries of multicalls included
     * @param setup makes the first state
     */
    public ProgramRunner(Machine machine, int calls, Policy policy, Consumer<MachineSetup> setup) {
        Machine.Builder builder = machine.toBuilder().callRoom(calls).history(false);
        for (VirtualAddress va : machine.addresses()) {
            builder.track(LinearMap.l2Window(va), LinearMap.l1Window(va));
        }
        layout = new Layout(builder.build());
        TranslationCaches caches = layout.saturatedCaches();
        MachineSetup making = new MachineSetup(layout, caches);
        setup.accept(making);
        xen = new Hypervisor(layout, caches, policy);
        cpus = machine.cpus();
        first = new FirstState(layout, making.build());
        s = first.copy();
        actions = new int[xen.actionCount()];
        nothing = compile(List.of());
        loaded = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            loaded.add(nothing);
        }
    }

    public Hypervisor hypervisor() {
        return xen;
    }

    public Layout layout() {
        return layout;
    }

    /** The state now; changes with every call and must not be changed by others. */
    public long[] state() {
        return s;
    }

    /** Hears everything that happens inside of calls from now on. */
    public void observe(Observer by) {
        observer = by;
    }

    /**
     * Makes the program of a CPU ready to run.
     *
     * @throws IllegalArgumentException if it is too long, names an address that the machine does
     *     not track, or has an operation where none can be
     */
    public GuestProgram compile(List<Call> calls) {
        GuestProgram program = new GuestProgram(calls, layout.geometry().keys());
        if (program.calls() > layout.machine().callRoom) {
            throw new IllegalArgumentException(
                    "a program of %d calls where %d are the limit"
                            .formatted(program.calls(), layout.machine().callRoom));
        }
        return program;
    }

    /** Goes back to the first state, with these programs, one for each CPU. */
    public void load(List<GuestProgram> programs) {
        if (programs.size() != cpus) {
            throw new IllegalArgumentException(
                    "%d programs for %d CPUs".formatted(programs.size(), cpus));
        }
        loaded = new ArrayList<>(programs);
        xen.programs().load(programs);
        first.restore(s, xen.touched());
    }

    /** Whether a CPU has a call left. */
    public boolean hasNext(int cpu) {
        return !xen.programDone(s, cpu);
    }

    /** Runs calls in this order of CPUs, as far as they have calls and the domain lives. */
    public void run(int[] order, Chooser chooser, AfterCall after) {
        for (int cpu : order) {
            if (hasNext(cpu)) {
                after.done(s, cpu, run(cpu, chooser));
            }
        }
    }

    /**
     * Runs the next call of a CPU to its end, Xen left again if it was entered.
     *
     * @return its number
     */
    public int run(int cpu, Chooser chooser) {
        int call = xen.results().call(s, cpu);
        int end = loaded.get(cpu).row(call).end();
        do {
            if (xen.actions(s, cpu, actions) == 0) {
                throw new IllegalStateException("CPU " + cpu + " is stuck in call " + call);
            }
            xen.perform(s, cpu, actions[0], chooser, observer);
        } while (!xen.programs().hasReached(s, cpu, end));
        return call;
    }

    // A program that is made while it runs.

    /** Goes back to the first state, without programs. */
    public void restart() {
        List<GuestProgram> none = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            none.add(nothing);
        }
        load(none);
    }

    /** Puts something into memory, as if it had been there from the start. */
    public void set(int mfn, int slot, long value) {
        xen.set(s, mfn, slot, value);
    }

    /** Runs a call to its end now, in place of what the CPU had to do; its number is 0. */
    public void run(int cpu, Call call, Chooser chooser) {
        loaded.set(cpu, compile(List.of(call)));
        xen.programs().load(loaded);
        xen.results().clear(s, cpu, loaded.get(cpu).calls());
        run(cpu, chooser);
    }
}
