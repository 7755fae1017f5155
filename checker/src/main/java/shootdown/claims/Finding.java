package shootdown.claims;

import shootdown.checker.Cell;
import shootdown.checker.Necessity;
import shootdown.checker.Storyteller;
import shootdown.engine.End;

/** What a run found. */
public sealed interface Finding {
    /** States that were visited. */
    long states();

    /** Whether all was explored, or as far as was needed. */
    boolean isComplete();

    /** Why the search ended. */
    End end();

    /** Of one policy. */
    record Checked(Cell cell) implements Finding {
        @Override
        public long states() {
            return cell.states();
        }

        @Override
        public boolean isComplete() {
            return cell.end() == End.EXHAUSTED;
        }

        @Override
        public End end() {
            return cell.end();
        }
    }

    /** Of two policies. */
    record Compared(Storyteller.Comparison comparison) implements Finding {
        @Override
        public long states() {
            return comparison.states();
        }

        @Override
        public boolean isComplete() {
            return comparison.complete();
        }

        @Override
        public End end() {
            return comparison.end();
        }
    }

    /** Of a search for something that a state may show. */
    record Sought(Storyteller.Sighting sighting) implements Finding {
        @Override
        public long states() {
            return sighting.states();
        }

        @Override
        public boolean isComplete() {
            return sighting.story() != null || sighting.end() == End.EXHAUSTED;
        }

        @Override
        public End end() {
            return sighting.end();
        }
    }

    /** Of a policy without a part of it. */
    record Weakened(Necessity necessity) implements Finding {
        @Override
        public long states() {
            return necessity.findings().stream().mapToLong(Necessity.Finding::states).sum();
        }

        @Override
        public boolean isComplete() {
            return necessity.effect() != Necessity.Effect.INCONCLUSIVE;
        }

        @Override
        public End end() {
            return necessity.findings().getLast().end();
        }
    }
}
