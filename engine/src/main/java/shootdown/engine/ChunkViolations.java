package shootdown.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The first violations that the states and the steps of a chunk show, in canonical order. Short: at
 * most one by a state and one by a step for each property.
 */
final class ChunkViolations {

    /**
     * A violation in a chunk.
     *
     * @param properties the properties that it breaks first: bit i for property i
     * @param state the place of the state in the chunk
     * @param step the step at fault or {@link Violation#NO_STEP}
     * @param candidates the number of candidates that precede the step
     */
    record Entry(long properties, int state, int step, int candidates) {}

    private final List<Entry> entries = new ArrayList<>();
    private long byState;
    private long byStep;

    void clear() {
        if (!entries.isEmpty()) {
            entries.clear();
        }
        byState = 0;
        byStep = 0;
    }

    List<Entry> entries() {
        return entries;
    }

    void addState(long properties, int state) {
        long first = properties & ~byState;
        if (first != 0) {
            byState |= first;
            entries.add(new Entry(first, state, Violation.NO_STEP, 0));
        }
    }

    void addStep(long properties, int state, int step, int candidates) {
        long first = properties & ~byStep;
        if (first != 0) {
            byStep |= first;
            entries.add(new Entry(first, state, step, candidates));
        }
    }
}
