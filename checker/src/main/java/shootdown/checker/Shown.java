package shootdown.checker;

import shootdown.engine.End;

/** What the exploration of an {@link Exhibit} found. */
public sealed interface Shown {
    Exhibit exhibit();

    /** The check of the setting with the defect. */
    Cell before();

    /** The check of the setting with the fix. */
    Cell after();

    /** Safe if the defect is seen, and gone with the fix; broken if one of it is not so. */
    Outcome outcome();

    /**
     * A defect that breaks something.
     *
     * @param property what is to break before, and to hold after
     */
    record Fault(Exhibit exhibit, Property property, Cell before, Cell after) implements Shown {
        /** Its story exists. */
        public boolean isFound() {
            return before.broken().contains(property);
        }

        @Override
        public Outcome outcome() {
            if (after.broken().isEmpty() && isFound()) {
                return after.outcome();
            }
            boolean undecided =
                    before.outcome() == Outcome.INCONCLUSIVE && after.broken().isEmpty();
            return undecided ? Outcome.INCONCLUSIVE : Outcome.BROKEN;
        }

        /** Steps of the search to the first break; fused ones count once. */
        public int depth() {
            return before.verdicts().get(property.index()).depth();
        }
    }

    /**
     * A defect that breaks nothing, and does more than is needed.
     *
     * @param waste the work of the setting with the defect
     */
    record Overwork(Exhibit exhibit, Cell before, Cell after, Waste waste) implements Shown {
        @Override
        public Outcome outcome() {
            boolean holds = before.broken().isEmpty() && after.broken().isEmpty();
            if (!holds || waste.isRefuted()) {
                return Outcome.BROKEN;
            }
            boolean explored =
                    before.end() == End.EXHAUSTED
                            && after.end() == End.EXHAUSTED
                            && waste.isNeedless();
            return explored ? Outcome.SAFE : Outcome.INCONCLUSIVE;
        }
    }
}
