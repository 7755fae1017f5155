package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.engine.End;
import shootdown.engine.Search;
import shootdown.engine.SearchResult;
import shootdown.engine.Violation;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Observer;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds and tells shortest stories.
 *
 * <p>The search takes plain steps, without fusing and without symmetry, so that the story is the
 * shortest in steps of the machine and every CPU has its own name; covering keeps lengths and stays
 * on. The steps are then taken once more to be told.
 */
public final class Storyteller {
    /** Policies to learn a remedy from: the commit, and the first version, which spares nothing. */
    private static final List<String> TEACHERS = List.of("final", "v1");

    private Storyteller() {}

    /** The shortest story of how this property breaks, if the search finds one. */
    public static Optional<Story> tell(
            CatalogueEntry policy, Universe universe, Property property, CheckOptions options) {
        return tell(policy, universe, List.of(property), Checker::check, options).stream()
                .findFirst();
    }

    /**
     * The shortest stories of how these properties break, those that one search for all finds.
     *
     * @param teachers checks the policies that remedies are learned from; may know it already
     */
    public static List<Story> tell(
            CatalogueEntry policy,
            Universe universe,
            List<Property> properties,
            Exhibit.Check teachers,
            CheckOptions options) {
        MachineSystem system =
                new MachineSystem(universe, policy.policy(), false, false)
                        .withStrict(properties.stream().anyMatch(Property::isOptional));
        long stop = properties.stream().mapToLong(Property::bit).reduce(0, (a, b) -> a | b);
        SearchResult result = Search.run(system, plain(options, stop).search());
        List<Story> stories = new ArrayList<>();
        for (Property property : properties) {
            result.violation(property.index())
                    .ifPresent(
                            violation -> {
                                @Nullable CatalogueEntry teacher =
                                        teacher(universe, property, teachers, options);
                                stories.add(story(policy, system, property, violation, teacher));
                            });
        }
        return stories;
    }

    /** The shortest story in which the loss of one flush of the policy breaks any property. */
    public static Optional<Story> nearMiss(
            CatalogueEntry policy, Universe universe, CheckOptions options) {
        Universe lossy =
                universe.with(
                        universe.name(),
                        universe.machine().toBuilder().losesOneFlush(true).build());
        MachineSystem system = new MachineSystem(lossy, policy.policy(), false, false);
        SearchResult result = Search.run(system, plain(options, 0).search());
        return result.violations().stream()
                .filter(violation -> violation.property() != MachineSystem.DIFFERENCE)
                .min(Comparator.comparingInt(Violation::depth))
                .map(
                        violation -> {
                            Property property = Property.at(violation.property());
                            return story(policy, system, property, violation, null);
                        });
    }

    /**
     * What a comparison of two policies found.
     *
     * @param difference the first one, or null if there is none
     * @param end why the search ended
     * @param states that were visited
     */
    public record Comparison(@Nullable Difference difference, End end, long states) {
        /** False if a limit was reached before any difference was found. */
        public boolean complete() {
            return difference != null || end == End.EXHAUSTED;
        }
    }

    /** The first difference between two policies in a universe, if there is one. */
    public static Comparison difference(
            CatalogueEntry first, CatalogueEntry second, Universe universe, CheckOptions options) {
        MachineSystem system =
                new MachineSystem(universe, first.policy(), second.policy(), false, false);
        long stop = 1L << MachineSystem.DIFFERENCE;
        SearchResult result = Search.run(system, plain(options, stop).search());
        @Nullable Difference found =
                result.violation(MachineSystem.DIFFERENCE)
                        .map(violation -> difference(first, second, system, violation, options))
                        .orElse(null);
        return new Comparison(found, result.end(), result.states());
    }

    private static Difference difference(
            CatalogueEntry first,
            CatalogueEntry second,
            MachineSystem searched,
            Violation violation,
            CheckOptions options) {
        Universe universe = searched.universe();
        Telling telling =
                new Telling(
                        universe,
                        first.policy(),
                        second.policy(),
                        Property.P3,
                        violation.states().get(0),
                        steps(searched, violation));
        Cell firstCell = Checker.check(first, universe, options);
        Cell secondCell = Checker.check(second, universe, options);
        return new Difference(
                Narrator.Decisions.inTurn(
                        telling.differences().stream().map(Narrator.Decisions::inForce)),
                Narrator.Decisions.inTurn(
                        telling.differences().stream().map(Narrator.Decisions::compared)),
                telling.opening(),
                telling.events(),
                firstCell,
                secondCell,
                consequence(firstCell, secondCell, options));
    }

    private static @Nullable Story consequence(Cell first, Cell second, CheckOptions options) {
        for (Property property : Property.values()) {
            boolean breaksFirst = first.broken().contains(property);
            boolean breaksSecond = second.broken().contains(property);
            if (breaksFirst != breaksSecond) {
                Cell broken = breaksFirst ? first : second;
                return tell(broken.policy(), broken.universe(), property, options).orElse(null);
            }
        }
        return null;
    }

    private static CheckOptions plain(CheckOptions options, long stop) {
        return options.withFusing(false)
                .withExplicit(false)
                .withSearch(
                        options.search()
                                .withSymmetry(false)
                                .withCovering(true)
                                .withStopWhenViolated(stop));
    }

    /** A policy that keeps the property in this universe. */
    private static @Nullable CatalogueEntry teacher(
            Universe universe, Property property, Exhibit.Check teachers, CheckOptions options) {
        for (String name : TEACHERS) {
            CatalogueEntry teacher = Catalogue.find(name).orElseThrow();
            boolean strict = property.isOptional();
            Cell cell = teachers.check(teacher, universe, options.withStrict(strict));
            if (cell.verdicts().get(property.index()).outcome() == Outcome.SAFE) {
                return teacher;
            }
        }
        return null;
    }

    private static List<Story.Step> steps(MachineSystem searched, Violation violation) {
        return new Replay(searched.hypervisor()).steps(violation);
    }

    private static Story story(
            CatalogueEntry policy,
            MachineSystem searched,
            Property property,
            Violation violation,
            @Nullable CatalogueEntry teacher) {
        Policy compared = teacher == null ? null : teacher.policy();
        Universe universe = searched.universe();
        long[] first = violation.states().get(0);
        Misread misread = new Misread(universe, searched.hypervisor());
        List<Story.Step> steps = steps(searched, violation);
        if (property == Property.P3) {
            steps = misread.follow(first, steps);
        }
        Telling telling = new Telling(universe, policy.policy(), compared, property, first, steps);
        boolean nearMiss = universe.machine().losesOneFlush();
        @Nullable CatalogueEntry keeper = nearMiss ? policy : teacher;
        return new Story(
                policy,
                universe,
                property,
                nearMiss,
                telling.opening(),
                steps,
                telling.events(),
                misread.isFound()
                        ? misread.sentence(telling.last())
                        : new Diagnosis(universe, telling.hypervisor())
                                .wrong(property, telling.last()),
                telling.remedy(nearMiss, teacher),
                keeper == null
                        ? null
                        : new SameSteps(keeper, universe, property, first, telling.last())
                                .take(steps));
    }

    /**
     * The shortest way to the goal, if there is one.
     *
     * @param wrong what is wrong with it, in one sentence
     */
    public static Optional<Story> reach(
            CatalogueEntry policy,
            Universe universe,
            Goal goal,
            String wrong,
            CheckOptions options) {
        return Optional.ofNullable(seek(policy, universe, goal, wrong, options).story());
    }

    /**
     * What a search for a goal found.
     *
     * @param story the shortest way there, or null if it was not found
     * @param end why the search ended; without a story, only {@link End#EXHAUSTED} means never
     * @param states that were visited
     */
    public record Sighting(@Nullable Story story, End end, long states) {}

    /**
     * Searches for a goal until it is reached.
     *
     * <p>States that are covered by others are left out, so a goal that looks at caches must be
     * true of all larger ones, too.
     *
     * @param wrong what is wrong with it, in one sentence
     */
    public static Sighting seek(
            CatalogueEntry policy,
            Universe universe,
            Goal goal,
            String wrong,
            CheckOptions options) {
        MachineSystem system = MachineSystem.withGoal(universe, policy.policy(), goal);
        SearchResult result = Search.run(system, plain(options, MachineSystem.GOAL_BIT).search());
        @Nullable Story story =
                result.violation(MachineSystem.GOAL)
                        .map(found -> retell(policy, universe, steps(system, found), wrong))
                        .orElse(null);
        return new Sighting(story, result.end(), result.states());
    }

    /**
     * Tells steps that are known.
     *
     * @param wrong what is wrong at their end, in one sentence
     */
    public static Story retell(
            CatalogueEntry policy, Universe universe, List<Story.Step> steps, String wrong) {
        return retell(policy, universe, Property.P3, steps, wrong);
    }

    /** Tells steps that are known, and at whose end a property breaks. */
    public static Story retell(
            CatalogueEntry policy, Universe universe, Property property, List<Story.Step> steps) {
        return retell(policy, universe, property, steps, wrong(policy, universe, property, steps));
    }

    /**
     * Tells steps that are known.
     *
     * @param property what breaks at their end, or null if nothing need break: then all is shown
     *     that could be used where it is stale
     */
    static Story retell(
            CatalogueEntry policy,
            Universe universe,
            @Nullable Property property,
            List<Story.Step> steps,
            String wrong) {
        MachineSystem system = new MachineSystem(universe, policy.policy(), false, false);
        Telling telling =
                new Telling(universe, policy.policy(), null, property, system.firstState(), steps);
        return new Story(
                policy,
                universe,
                property == null ? Property.P3 : property,
                false,
                telling.opening(),
                steps,
                telling.events(),
                wrong,
                "");
    }

    /** What is wrong at the end of steps that break a property, in one sentence. */
    static String wrong(
            CatalogueEntry policy, Universe universe, Property property, List<Story.Step> steps) {
        MachineSystem system = new MachineSystem(universe, policy.policy(), false, false);
        Hypervisor xen = system.hypervisor();
        long[] s = system.firstState();
        Misread misread = new Misread(universe, xen);
        for (int i = 0; i < steps.size(); i++) {
            Story.Step step = steps.get(i);
            Observer observer = i + 1 == steps.size() ? misread : Observer.NONE;
            xen.perform(s, step.cpu(), step.action(), n -> step.answer(), observer);
        }
        boolean readWrongly = property == Property.P3 && misread.isFound();
        return readWrongly ? misread.sentence(s) : new Diagnosis(universe, xen).wrong(property, s);
    }
}
