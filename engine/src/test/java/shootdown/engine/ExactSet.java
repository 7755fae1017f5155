package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/** An {@link ExactStates} of keys that are given as words. */
final class ExactSet {

    private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
    private final Share all = new Share(0, 1, budget);
    private final int words;
    final ExactStates states;

    ExactSet(int words) {
        this.words = words;
        int[] counts = new int[2 * words];
        Arrays.fill(counts, Integer.MAX_VALUE);
        KeyLayout layout = new KeyLayout(counts, counts.length);
        assertThat(layout.words()).isEqualTo(words);
        states = new ExactStates(layout, budget);
    }

    /** Returns for each key whether it was new. */
    boolean[] add(long[][] keys) {
        Chunk chunk = new Chunk(1, 1, budget);
        chunk.reset(0, 0);
        while (chunk.size < keys.length) {
            chunk.reserve();
            chunk.size++;
        }
        chunk.keys = Arrays.stream(keys).flatMapToLong(Arrays::stream).toArray();
        Arrays.fill(chunk.marks, 0, chunk.size, Chunk.NEW);
        states.mark(chunk);
        states.merge(chunk, all);
        boolean[] added = new boolean[keys.length];
        for (int c = 0; c < added.length; c++) {
            added[c] = chunk.marks[c] == Chunk.NEW;
        }
        return added;
    }

    boolean isFlagged(long[] key) {
        assertThat(key).hasSize(words);
        return states.isFlagged(key, 0);
    }
}
