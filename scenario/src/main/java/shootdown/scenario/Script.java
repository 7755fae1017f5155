package shootdown.scenario;

import java.util.List;

/**
 * One order of what the CPUs do. What it leaves open, the answers to choices, is explored.
 *
 * @param grain what one turn is
 * @param turns in order
 */
public record Script(Grain grain, List<Turn> turns) {
    /** What one turn is. */
    public enum Grain {
        /** A whole call, to its end. */
        CALLS,
        /** One step of the model. */
        STEPS
    }

    /**
     * One turn.
     *
     * @param cpu whose turn it is
     * @param flushed the CPU on which a step carries out the flush that is due; -1 if the step is
     *     another, or if the first that is possible will do
     * @param answers to the choices of this turn, in order; more choices than answers are explored
     */
    public record Turn(int cpu, int flushed, List<Integer> answers) {
        public Turn {
            answers = List.copyOf(answers);
        }
    }

    public Script {
        turns = List.copyOf(turns);
    }
}
