package shootdown.workload.cost;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The unit costs of one kind of machine.
 *
 * @param name as options and files have it
 * @param title for people
 * @param costs of every unit
 */
public record MachineCosts(String name, String title, Map<Unit, UnitCost> costs) {

    /**
     * @throws IllegalArgumentException if a unit is missing
     */
    public MachineCosts {
        Map<Unit, UnitCost> all = new EnumMap<>(Unit.class);
        all.putAll(costs);
        for (Unit unit : Unit.values()) {
            if (!all.containsKey(unit)) {
                throw new IllegalArgumentException("no cost of " + unit.key());
            }
        }
        costs = Map.copyOf(all);
    }

    /** With its source. */
    public UnitCost cost(Unit unit) {
        return Objects.requireNonNull(costs.get(unit));
    }

    /** Its bounds and its most likely value. */
    public Range range(Unit unit) {
        return cost(unit).range();
    }

    /** The same machine, if this unit costs exactly so much. */
    MachineCosts with(Unit unit, double value) {
        Map<Unit, UnitCost> changed = new EnumMap<>(costs);
        UnitCost before = cost(unit);
        changed.put(unit, new UnitCost(Range.of(value), before.basis(), before.source()));
        return new MachineCosts(name, title, changed);
    }
}
