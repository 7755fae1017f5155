package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A random system of processes that share a memory. A process has registers and a shadow of the
 * memory. Its steps look at its own blocks, now and then at a bit of another's registers, and may
 * write to memory, which the shadows follow, or send a message, on which the sender waits.
 *
 * <p>Blocks: memory, the registers of each process, the shadow of each; one word each.
 */
final class PartedSystem implements TransitionSystem {

    private static final int SHADOWS = 3;
    private static final int REGISTERS = 6;
    private static final int MEMORIES = 2;

    private final long seed;
    private final int processes;
    private final Honesty honesty;

    /** What parts tell of that which they look at. */
    enum Honesty {
        ALL,
        ALL_BUT_JUDGING,
        NOTHING
    }

    PartedSystem(long seed, int processes, Honesty honesty) {
        this.seed = seed;
        this.processes = processes;
        this.honesty = honesty;
    }

    @Override
    public int[] blockLengths() {
        int[] lengths = new int[1 + 2 * processes];
        Arrays.fill(lengths, 1);
        return lengths;
    }

    @Override
    public int firstSetBlock() {
        return blockLengths().length;
    }

    @Override
    public void initialStates(Consumer<long[]> sink) {
        sink.accept(new long[1 + 2 * processes]);
    }

    @Override
    public Expander expander() {
        return new Processes();
    }

    @Override
    public boolean hasParts() {
        return true;
    }

    @Override
    public int properties() {
        return 3;
    }

    @Override
    public int counters() {
        return 2;
    }

    private int pick(int among, long... of) {
        long hash = seed;
        for (long value : of) {
            hash = (hash ^ value) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 31;
        }
        return (int) Long.remainderUnsigned(hash, among);
    }

    private final class Processes implements Expander, Parts {

        private final long[] counters = new long[2];
        private final long[] next = new long[1 + 2 * processes];
        private final long[][] looked = new long[1 + 2 * processes][1];
        private final int[] due = new int[16];
        private int dues;

        private int registers(int process) {
            return 1 + process;
        }

        private int shadow(int process) {
            return 1 + processes + process;
        }

        // As a whole.

        @Override
        public long check(long[] state) {
            long violated = 0;
            for (int p = 0; p < processes; p++) {
                violated |= judge(state, p);
            }
            counters[0]++;
            return violated;
        }

        @Override
        public void expand(long[] state, Successors out) {
            for (int p = 0; p < processes; p++) {
                expand(
                        state,
                        p,
                        (end, step, violations) -> {
                            long more = violations;
                            for (int question : Arrays.copyOf(due, dues)) {
                                more |= followUp(end, question);
                            }
                            out.add(end, step, more);
                        });
            }
        }

        @Override
        public long[] counters() {
            return counters;
        }

        @Override
        public Parts parts() {
            return this;
        }

        // In parts.

        @Override
        public int count() {
            return processes;
        }

        @Override
        public int[] home(int question) {
            int process = question % processes;
            return question / processes == 1
                    ? new int[] {0, shadow(process)}
                    : new int[] {0, registers(process), shadow(process)};
        }

        @Override
        public void forget() {
            for (long[] block : looked) {
                block[0] = 0;
            }
        }

        @Override
        public long @Nullable [] looked(int block) {
            return looked[block][0] == 0 ? null : looked[block];
        }

        @Override
        public long judge(long[] s, int p) {
            int odd = pick(400, 1, p, s[0], s[registers(p)], s[shadow(p)]);
            if (odd < 3) {
                return 1L << odd;
            }
            if (honesty == Honesty.ALL) {
                look((p + 1) % processes, 1);
            }
            boolean seen = odd < 60 && (s[registers((p + 1) % processes)] & 1) != 0;
            return seen ? 1L << odd % 3 : 0;
        }

        @Override
        public long raised() {
            return 1;
        }

        @Override
        public void expand(long[] state, int p, Successors out) {
            int steps = pick(3, 2, p, state[0], state[registers(p)], state[shadow(p)]);
            for (int step = 0; step < steps; step++) {
                System.arraycopy(state, 0, next, 0, state.length);
                dues = 0;
                long violations = step(p, step, pick(5, 3, step, p, state[registers(p)]));
                counters[1]++;
                out.add(next, p * 3 + step, violations);
            }
        }

        private long step(int p, int step, int kind) {
            long own = next[registers(p)];
            int other = (p + 1) % processes;
            if (kind == 0) {
                next[0] = pick(MEMORIES, 4, step, own, next[0]);
                for (int q = 0; q < processes; q++) {
                    due[dues++] = processes + q;
                }
            } else if (kind == 1) {
                long bit = 1L << pick(4, 5, own);
                own += peek(next, other, bit) != 0 ? 1 : 3;
            } else if (kind == 2) {
                due[dues++] = 3 * processes + other;
                due[dues++] = 2 * processes + p;
            }
            next[registers(p)] = pick(REGISTERS, 6, step, own, next[0], next[shadow(p)]);
            return pick(300, 7, own, step, next[0]) == 0 ? 4 : 0;
        }

        private long peek(long[] s, int process, long bits) {
            look(process, bits);
            return s[registers(process)] & bits;
        }

        private void look(int process, long bits) {
            if (honesty != Honesty.NOTHING) {
                looked[registers(process)][0] |= bits;
            }
        }

        @Override
        public int followUps(int[] out) {
            System.arraycopy(due, 0, out, 0, dues);
            return dues;
        }

        @Override
        public long followUp(long[] s, int question) {
            int p = question % processes;
            int kind = question / processes;
            dues = 0;
            if (kind == 1) {
                s[shadow(p)] = pick(SHADOWS, 8, s[0], s[shadow(p)], peek(s, p, 1));
            } else {
                s[registers(p)] = pick(REGISTERS, 9, kind, s[registers(p)], s[shadow(p)], s[0]);
            }
            return kind == 2 && pick(200, 10, s[registers(p)], s[0]) == 0 ? 2 : 0;
        }
    }
}
