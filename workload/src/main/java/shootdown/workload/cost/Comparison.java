package shootdown.workload.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * Two policies, and what decides which of them is cheaper.
 *
 * @param same whether they do the same work
 * @param always whether the cheaper one has no more of anything, so that no cost can turn the order
 * @param turns the single assumptions that would turn it, within their ranges, the others at their
 *     most likely value; none if no single one does
 */
public record Comparison(boolean same, boolean always, List<Turn> turns) {
    private static final int HALVINGS = 60;

    /**
     * An assumption at whose value two policies cost the same.
     *
     * @param less whether the order turns below it
     */
    public record Turn(Unit unit, double value, boolean less) {}

    public Comparison {
        turns = List.copyOf(turns);
    }

    /**
     * Compares a policy with a dearer one.
     *
     * @param cheaper at the most likely costs
     */
    public static Comparison of(Work cheaper, Work dearer, MachineCosts machine) {
        List<Turn> turns = new ArrayList<>();
        for (Unit unit : Unit.values()) {
            Range range = machine.range(unit);
            turn(cheaper, dearer, machine, unit, range.low(), turns);
            turn(cheaper, dearer, machine, unit, range.high(), turns);
        }
        return new Comparison(cheaper.equals(dearer), cheaper.isWithin(dearer), turns);
    }

    /** Looks between the most likely value and an end of the range. */
    private static void turn(
            Work cheaper,
            Work dearer,
            MachineCosts machine,
            Unit unit,
            double end,
            List<Turn> turns) {
        double holds = machine.range(unit).typical();
        double turned = end;
        if (saving(cheaper, dearer, machine.with(unit, turned)) >= 0) {
            return;
        }
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (holds + turned) / 2;
            if (saving(cheaper, dearer, machine.with(unit, middle)) >= 0) {
                holds = middle;
            } else {
                turned = middle;
            }
        }
        turns.add(new Turn(unit, turned, end < machine.range(unit).typical()));
    }

    private static double saving(Work cheaper, Work dearer, MachineCosts machine) {
        return Estimate.of(dearer, machine).total().typical()
                - Estimate.of(cheaper, machine).total().typical();
    }
}
