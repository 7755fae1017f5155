package shootdown.scenario;

import shootdown.checker.Property;
import shootdown.scenario.RunResult.Verdict;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What has been seen of the conditions of a scenario, over all ends. Thread-safe. */
final class Tally {
    private final List<Condition> conditions;
    private final Set<Condition> seenTrue = new HashSet<>();
    private final Set<Condition> seenFalse = new HashSet<>();
    private final Set<Property> broken = EnumSet.noneOf(Property.class);
    private long ends;

    Tally(List<Expectation> asked) {
        conditions =
                asked.stream()
                        .flatMap(
                                expectation ->
                                        switch (expectation) {
                                            case Expectation.Always a ->
                                                    List.of(a.condition()).stream();
                                            case Expectation.Sometimes s ->
                                                    List.of(s.condition()).stream();
                                            case Expectation.Never n ->
                                                    List.of(n.condition()).stream();
                                            case Expectation.Keeps k ->
                                                    List.<Condition>of().stream();
                                            case Expectation.Breaks b ->
                                                    List.<Condition>of().stream();
                                        })
                        .distinct()
                        .toList();
    }

    synchronized void add(Observed end, Set<Property> brokenOnTheWay) {
        ends++;
        broken.addAll(brokenOnTheWay);
        for (Condition condition : conditions) {
            (Conditions.holds(condition, end) ? seenTrue : seenFalse).add(condition);
        }
    }

    synchronized void broke(Property property) {
        broken.add(property);
    }

    synchronized long ends() {
        return ends;
    }

    /**
     * What is known of an expectation.
     *
     * @param complete whether all ends have been seen
     */
    synchronized Verdict verdict(Expectation expectation, boolean complete) {
        return switch (expectation) {
            case Expectation.Always a -> absent(seenFalse.contains(a.condition()), complete);
            case Expectation.Never n -> absent(seenTrue.contains(n.condition()), complete);
            case Expectation.Keeps k -> absent(broken.contains(k.property()), complete);
            case Expectation.Sometimes s -> present(seenTrue.contains(s.condition()), complete);
            case Expectation.Breaks b -> present(broken.contains(b.property()), complete);
        };
    }

    private static Verdict absent(boolean seen, boolean complete) {
        return seen ? Verdict.FAILS : complete ? Verdict.HOLDS : Verdict.UNDECIDED;
    }

    private static Verdict present(boolean seen, boolean complete) {
        return seen ? Verdict.HOLDS : complete ? Verdict.FAILS : Verdict.UNDECIDED;
    }
}
