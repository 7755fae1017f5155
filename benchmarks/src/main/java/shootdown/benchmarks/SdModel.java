package shootdown.benchmarks;

import shootdown.engine.Expander;
import shootdown.engine.TransitionSystem;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * SD, a small shoot-down protocol: two CPUs, a root table of two entries, two leaf tables of two
 * entries, a few frames, and a TLB of bounded size in each CPU.
 *
 * <p>A state is three blocks of one long each, cut in fields of a few bits: memory, CPU 0, CPU 1.
 *
 * <pre>
 * memory   root entry i (0, or leaf table 1 or 2)          2 bits at 2i
 *          leaf entry e = 2 * table + index (0, frame + 1) 2 bits at 4 + 2e
 *          frame f is free                                 1 bit  at 12 + f
 * CPU      TLB of va = 2 * root + leaf index (0, frame + 1) 2 bits at 2va
 *          idle 0, waits with nothing 1, with frame f 2 + f 3 bits at 8
 *          has to flush                                    1 bit  at 11
 * </pre>
 */
public final class SdModel implements TransitionSystem {

    static final int CPUS = 2;
    static final int MEMORY = 0;
    static final int CPU = 1;
    static final int LEAF = 4;
    static final int FREE = 12;
    static final int PHASE = 8;
    static final int NEED = 11;
    static final int IDLE = 0;
    static final int WAITS_WITH_NONE = 1;
    static final int WAITS_WITH_FRAME = 2;
    private static final int MAX_FRAMES = 3;

    private final int frames;
    private final int capacity;
    private final boolean bug;
    private final List<int[]> framePermutations = new ArrayList<>();

    /**
     * Makes the model.
     *
     * @param frames the number of frames, at most 3
     * @param capacity the most entries of a TLB
     * @param bug whether a CPU stops waiting once it has flushed itself
     */
    public SdModel(int frames, int capacity, boolean bug) {
        if (frames < 1 || frames > MAX_FRAMES) {
            throw new IllegalArgumentException("frames: " + frames);
        }
        this.frames = frames;
        this.capacity = capacity;
        this.bug = bug;
        addPermutations(new int[frames], 0, 0);
    }

    @Override
    public int[] blockLengths() {
        return new int[] {1, 1, 1};
    }

    @Override
    public int blockBits(int block) {
        return block == MEMORY ? FREE + frames : NEED + 1;
    }

    @Override
    public int firstSetBlock() {
        return 3;
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        sink.accept(new long[] {((1L << frames) - 1) << FREE, 0, 0});
    }

    @Override
    public Expander expander() {
        return new SdExpander(frames, capacity, bug);
    }

    @Override
    public int permutations() {
        return CPUS * framePermutations.size();
    }

    @Override
    public void permute(long[] state, int permutation, long[] out) {
        int[] to = framePermutations.get(permutation / CPUS);
        int swap = permutation % CPUS;
        long memory = state[MEMORY] & ((1 << LEAF) - 1);
        for (int leaf = LEAF; leaf < FREE; leaf += 2) {
            memory |= named(state[MEMORY] >>> leaf & 3, to) << leaf;
        }
        for (int frame = 0; frame < frames; frame++) {
            memory |= (state[MEMORY] >>> (FREE + frame) & 1) << (FREE + to[frame]);
        }
        out[MEMORY] = memory;
        for (int cpu = 0; cpu < CPUS; cpu++) {
            out[CPU + (cpu ^ swap)] = permuteCpu(state[CPU + cpu], to);
        }
    }

    @Override
    public int properties() {
        return 1;
    }

    @Override
    public int counters() {
        return 0;
    }

    private static long permuteCpu(long cpu, int[] to) {
        long out = cpu & (1 << NEED);
        for (int va = 0; va < PHASE; va += 2) {
            out |= named(cpu >>> va & 3, to) << va;
        }
        long phase = cpu >>> PHASE & 7;
        boolean holdsFrame = phase >= WAITS_WITH_FRAME;
        return out
                | (holdsFrame ? to[(int) phase - WAITS_WITH_FRAME] + WAITS_WITH_FRAME : phase)
                        << PHASE;
    }

    private static long named(long nameOrNone, int[] to) {
        return nameOrNone == 0 ? 0 : to[(int) nameOrNone - 1] + 1;
    }

    private void addPermutations(int[] to, int position, int used) {
        if (position == frames) {
            framePermutations.add(to.clone());
            return;
        }
        for (int frame = 0; frame < frames; frame++) {
            if ((used >>> frame & 1) == 0) {
                to[position] = frame;
                addPermutations(to, position + 1, used | 1 << frame);
            }
        }
    }
}
