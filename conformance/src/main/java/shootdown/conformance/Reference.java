package shootdown.conformance;

import shootdown.conformance.Expected.After;
import shootdown.conformance.Expected.Answer;
import shootdown.conformance.Program.Cell;
import shootdown.conformance.Program.Step;
import shootdown.hardware.Geometry;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.CpuState;
import shootdown.hypervisor.Defect;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Observer;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.ProgramRunner;
import shootdown.hypervisor.Results;
import shootdown.policy.Final;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * The model, running one program at a time, step by step, with its state to look at.
 *
 * <p>One for each thread.
 */
final class Reference implements Situation {
    /** A multicall and its entries. */
    private static final int MOST_CALLS = 16;

    private final ProgramRunner runner;
    private final PageInfo pages;
    private final CpuState cpus;
    private final Geometry geometry;
    private final int cpuCount;
    private final long[] saved;
    private int accessed;
    private boolean lives;
    private boolean loses;

    Reference(Arena arena, Set<Defect> defects) {
        Machine.Builder machine = arena.machine().defect(Defect.WRITE_FAULT_KEEPS_TRANSLATIONS);
        defects.forEach(machine::defect);
        runner =
                new ProgramRunner(
                        machine.build(), MOST_CALLS, new Final(), first -> boot(arena, first));
        Hypervisor xen = runner.hypervisor();
        pages = xen.pages();
        cpus = xen.cpus();
        geometry = runner.layout().geometry();
        cpuCount = arena.cpus();
        saved = new long[runner.layout().length()];
        runner.observe(
                new Observer() {
                    @Override
                    public void accessed(long[] state, int cpu, int mfn, long value) {
                        accessed = mfn;
                    }

                    @Override
                    public void lost(long[] state, int cpu, int mfn) {
                        loses = true;
                    }

                    @Override
                    public void requestDone(long[] state, int cpu, int operation, int rc) {
                        lives &= hasAgent();
                    }

                    @Override
                    public void returns(long[] state, int cpu, int operation, int rc) {
                        lives &= hasAgent();
                    }
                });
    }

    private static void boot(Arena arena, MachineSetup first) {
        first.entry(Arena.BOOT_L4, Arena.AGENT_SLOT, Arena.AGENT_ENTRY);
        first.pin(4, Arena.BOOT_L4);
        for (int cpu = 0; cpu < arena.cpus(); cpu++) {
            first.load(cpu, Arena.BOOT_L4);
        }
    }

    /** Goes back to the beginning, with this in the frames. */
    void begin(List<Cell> memory) {
        runner.restart();
        for (Cell cell : memory) {
            runner.set(cell.frame(), cell.slot(), cell.value());
        }
    }

    /** Remembers this moment, one at a time. */
    void save() {
        System.arraycopy(runner.state(), 0, saved, 0, saved.length);
    }

    /** Goes back to the moment remembered. */
    void restore() {
        System.arraycopy(saved, 0, runner.state(), 0, saved.length);
    }

    /** Does a step to its end. */
    After run(Step step, Chooser chooser) {
        boolean[] open = new boolean[1];
        Chooser noting =
                n -> {
                    open[0] |= n > 1;
                    return chooser.choose(n);
                };
        accessed = -1;
        lives = true;
        loses = false;
        runner.run(step.cpu(), step.call(), noting);
        Answer answer = answer(step.cpu(), 0, step.call());
        return new After(answer, pages(), mapped(), accessed, loses, open[0]);
    }

    private BitSet mapped() {
        BitSet mapped = new BitSet();
        for (int handle = 0; handle < Hypervisor.MOST_GRANT_MAPS; handle++) {
            mapped.set(handle, runner.hypervisor().isMapped(runner.state(), handle));
        }
        return mapped;
    }

    private Answer answer(int cpu, int number, Call call) {
        long[] s = runner.state();
        Results results = runner.hypervisor().results();
        List<Answer> entries = List.of();
        if (call instanceof Call.Multicall multicall) {
            entries = new ArrayList<>();
            int next = number + 1;
            for (Call entry : multicall.calls()) {
                entries.add(answer(cpu, next, entry));
                next += Call.count(List.of(entry));
            }
        }
        boolean faulted = results.outcome(s, cpu, number) == Results.Outcome.FAULTED;
        return new Answer(
                switch (results.outcome(s, cpu, number)) {
                    case NONE -> Expected.End.NONE;
                    case RETURNED -> Expected.End.RETURNED;
                    case FAULTED -> Expected.End.FAULTED;
                    case CRASHED -> Expected.End.CRASHED;
                },
                faulted ? results.vector(s, cpu, number) : results.rc(s, cpu, number),
                faulted ? results.errorCode(s, cpu, number) : 0,
                results.done(s, cpu, number),
                results.value(s, cpu, number),
                entries);
    }

    /** The page state, as it is compared. */
    long[] pages() {
        long[] s = runner.state();
        long[] words = new long[PageWords.LENGTH];
        for (int frame = 0; frame < Arena.WATCHED; frame++) {
            int at = frame * PageWords.WORDS;
            words[at + PageWords.COUNT] = pages.countInfo(s, frame) & PageWords.COUNT_MASK;
            words[at + PageWords.TYPE] = pages.typeInfo(s, frame) & PageWords.TYPE_MASK;
            words[at + PageWords.OWNER] = pages.owner(s, frame);
            words[at + PageWords.LINEAR] = pages.linearCount(s, frame);
            int from = geometry.entryBase(frame);
            System.arraycopy(s, from, words, at + PageWords.SLOTS, Arena.SLOT_COUNT);
        }
        return words;
    }

    /** The frame that the guest's own access in the last step went to, or -1. */
    int accessed() {
        return accessed;
    }

    /**
     * Whether every vCPU could go on all the time in the last step: what it runs on has the agent's
     * memory, in which Xen finds the rest of a batch.
     */
    boolean agentLives() {
        return lives && hasAgent();
    }

    boolean hasPartialTable() {
        boolean partial = false;
        for (int frame = 0; frame < Arena.POOL_FRAMES; frame++) {
            partial |= pages.partial(runner.state(), frame);
        }
        return partial;
    }

    /** How many frames of the pool have been given back to Xen. */
    int freeFrames() {
        int free = 0;
        for (int frame = 0; frame < Arena.POOL_FRAMES; frame++) {
            free += pages.refs(runner.state(), frame) == 0 ? 1 : 0;
        }
        return free;
    }

    private boolean hasAgent() {
        for (int cpu = 0; cpu < cpuCount; cpu++) {
            int user = userBase(cpu);
            if (!hasAgent(kernelBase(cpu)) || (user >= 0 && !hasAgent(user))) {
                return false;
            }
        }
        return true;
    }

    private boolean hasAgent(int base) {
        long bits = entry(base, Arena.AGENT_SLOT) ^ Arena.AGENT_ENTRY;
        return (bits & Arena.AGENT_BITS) == 0;
    }

    @Override
    public long entry(int frame, int slot) {
        return frame >= 0 && frame < Arena.FRAMES ? geometry.read(runner.state(), frame, slot) : 0;
    }

    @Override
    public int type(int frame) {
        return frame < Arena.FRAMES ? pages.type(runner.state(), frame) : 0;
    }

    @Override
    public long typeCount(int frame) {
        return frame < Arena.FRAMES ? pages.typeCount(runner.state(), frame) : 0;
    }

    @Override
    public boolean pinned(int frame) {
        return pages.pinned(runner.state(), frame);
    }

    @Override
    public int kernelBase(int cpu) {
        return cpus.kernelBase(runner.state(), cpu);
    }

    @Override
    public int userBase(int cpu) {
        return cpus.userBase(runner.state(), cpu);
    }
}
