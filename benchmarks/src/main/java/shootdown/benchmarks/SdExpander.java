package shootdown.benchmarks;

import static shootdown.benchmarks.SdModel.CPU;
import static shootdown.benchmarks.SdModel.CPUS;
import static shootdown.benchmarks.SdModel.FREE;
import static shootdown.benchmarks.SdModel.IDLE;
import static shootdown.benchmarks.SdModel.LEAF;
import static shootdown.benchmarks.SdModel.MEMORY;
import static shootdown.benchmarks.SdModel.NEED;
import static shootdown.benchmarks.SdModel.PHASE;
import static shootdown.benchmarks.SdModel.WAITS_WITH_FRAME;
import static shootdown.benchmarks.SdModel.WAITS_WITH_NONE;

import shootdown.engine.Expander;
import shootdown.engine.Successors;

/** The actions of {@link SdModel}. */
final class SdExpander implements Expander {

    private static final int FIELD = 3;
    private static final int TLB = 0xFF;

    private final int frames;
    private final int capacity;
    private final boolean bug;
    private final long[] next = new long[1 + CPUS];

    SdExpander(int frames, int capacity, boolean bug) {
        this.frames = frames;
        this.capacity = capacity;
        this.bug = bug;
    }

    /** A TLB names a free frame. */
    @Override
    public long check(long[] state) {
        for (int cpu = CPU; cpu < CPU + CPUS; cpu++) {
            for (int va = 0; va < PHASE; va += 2) {
                long named = state[cpu] >>> va & FIELD;
                if (named != 0 && (state[MEMORY] >>> (FREE + named - 1) & 1) != 0) {
                    return 1;
                }
            }
        }
        return 0;
    }

    @Override
    public void expand(long[] state, Successors out) {
        boolean allIdle = phase(state[CPU]) == IDLE && phase(state[CPU + 1]) == IDLE;
        System.arraycopy(state, 0, next, 0, next.length);
        for (int cpu = CPU; cpu < CPU + CPUS; cpu++) {
            if (allIdle) {
                editLeaves(state, cpu, out);
                editRoots(state, cpu, out);
            }
            flushAndDone(state, cpu, out);
            fillAndEvict(state, cpu, out);
        }
    }

    @Override
    public long[] counters() {
        return new long[0];
    }

    private void editLeaves(long[] state, int cpu, Successors out) {
        long memory = state[MEMORY];
        for (int leaf = LEAF; leaf < FREE; leaf += 2) {
            long named = memory >>> leaf & FIELD;
            if (named == 0) {
                for (int frame = 0; frame < frames; frame++) {
                    next[MEMORY] = (memory | (frame + 1L) << leaf) & ~(1L << (FREE + frame));
                    out.add(next, 0, 0);
                }
            } else {
                next[MEMORY] = memory & ~((long) FIELD << leaf);
                askAll(state, cpu, WAITS_WITH_FRAME + named - 1, out);
            }
        }
        next[MEMORY] = memory;
    }

    private void editRoots(long[] state, int cpu, Successors out) {
        long memory = state[MEMORY];
        for (int root = 0; root < LEAF; root += 2) {
            if ((memory >>> root & FIELD) == 0) {
                for (long table = 1; table <= 2; table++) {
                    next[MEMORY] = memory | table << root;
                    out.add(next, 0, 0);
                }
            } else {
                next[MEMORY] = memory & ~((long) FIELD << root);
                askAll(state, cpu, WAITS_WITH_NONE, out);
            }
        }
        next[MEMORY] = memory;
    }

    /** Adds the state in which {@code cpu} waits and all CPUs have to flush. */
    private void askAll(long[] state, int cpu, long phase, Successors out) {
        for (int other = CPU; other < CPU + CPUS; other++) {
            next[other] = state[other] | 1L << NEED;
        }
        next[cpu] |= phase << PHASE;
        out.add(next, 0, 0);
        for (int other = CPU; other < CPU + CPUS; other++) {
            next[other] = state[other];
        }
    }

    private void flushAndDone(long[] state, int cpu, Successors out) {
        if (needs(state[cpu])) {
            next[cpu] = state[cpu] & ~(TLB | 1L << NEED);
            out.add(next, 0, 0);
        }
        long phase = phase(state[cpu]);
        boolean flushed = bug ? !needs(state[cpu]) : !needs(state[CPU]) && !needs(state[CPU + 1]);
        if (phase != IDLE && flushed) {
            next[cpu] = state[cpu] & ~(7L << PHASE);
            if (phase >= WAITS_WITH_FRAME) {
                next[MEMORY] = released(state[MEMORY], phase - WAITS_WITH_FRAME);
            }
            out.add(next, 0, 0);
            next[MEMORY] = state[MEMORY];
        }
        next[cpu] = state[cpu];
    }

    private void fillAndEvict(long[] state, int cpu, Successors out) {
        boolean room = entries(state[cpu]) < capacity;
        for (int va = 0; va < PHASE; va += 2) {
            long cached = state[cpu] >>> va & FIELD;
            if (cached != 0) {
                next[cpu] = state[cpu] & ~((long) FIELD << va);
                out.add(next, 0, 0);
            } else if (room) {
                long named = walk(state[MEMORY], va >> 1);
                if (named != 0) {
                    next[cpu] = state[cpu] | named << va;
                    out.add(next, 0, 0);
                }
            }
        }
        next[cpu] = state[cpu];
    }

    private static long walk(long memory, int va) {
        long table = memory >>> (va & 2) & FIELD;
        if (table == 0) {
            return 0;
        }
        long entry = (table - 1) * 2 + (va & 1);
        return memory >>> (LEAF + 2 * entry) & FIELD;
    }

    private static long released(long memory, long frame) {
        for (int leaf = LEAF; leaf < FREE; leaf += 2) {
            if ((memory >>> leaf & FIELD) == frame + 1) {
                return memory;
            }
        }
        return memory | 1L << (FREE + frame);
    }

    private static int entries(long cpu) {
        return Long.bitCount((cpu | cpu >>> 1) & 0x55);
    }

    private static long phase(long cpu) {
        return cpu >>> PHASE & 7;
    }

    private static boolean needs(long cpu) {
        return (cpu >>> NEED & 1) != 0;
    }
}
