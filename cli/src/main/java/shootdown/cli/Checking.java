package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.report.CheckReport;
import shootdown.report.CheckReport.Measured;
import shootdown.report.Result;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Checks policies in universes and reports the verdicts.
 *
 * @param search how
 * @param cluster who searches, if not this process
 * @param universeNames as the user named them; none for those by default
 * @param folder where searches may keep states; null for none
 */
record Checking(
        SearchChoice search,
        ClusterChoice cluster,
        Session session,
        List<String> universeNames,
        @Nullable CheckFolder folder) {

    /** By this process, in memory. */
    Checking(SearchChoice search, Session session, List<String> universeNames) {
        this(search, new ClusterChoice(), session, universeNames, null);
    }

    CheckReport check(
            List<CatalogueEntry> policies, List<Universe> universes, List<Property> properties) {
        boolean optional = properties.stream().anyMatch(Property::isOptional);
        CheckOptions options = search.options().withStrict(optional);
        List<Cells.Task> tasks = new ArrayList<>();
        for (CatalogueEntry policy : policies) {
            universes.forEach(universe -> tasks.add(new Cells.Task(policy, universe)));
        }
        if (folder != null) {
            folder.require(tasks, session.console());
        }
        long start = System.nanoTime();
        List<@Nullable Cell> cells;
        try (Tracker tracker = new Tracker(session.console(), tasks.size())) {
            cells =
                    cluster.isChosen()
                            ? new ClusterCells(cluster, session, tracker).check(tasks, options)
                            : new Cells(
                                            tasks,
                                            options,
                                            search.threads(),
                                            session.interruption(),
                                            tracker,
                                            folder)
                                    .check();
        }
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            results.add(result(tasks.get(i), properties, cells.get(i)));
        }
        return new CheckReport(
                Shootdown.version(),
                policies,
                universes,
                properties,
                results,
                search.limits(),
                session.interruption().isRequested(),
                new Measured(System.nanoTime() - start, search.threads()));
    }

    private Result result(Cells.Task task, List<Property> asked, @Nullable Cell cell) {
        boolean known =
                Catalogue.entries().contains(task.policy())
                        && Universes.find(task.universe().name()).isPresent()
                        && asked.stream().noneMatch(Property::isOptional);
        @Nullable List<Property> expected = known ? new ArrayList<>() : null;
        for (String id : task.policy().expectedBreaks(task.universe().name())) {
            if (expected != null) {
                expected.add(Lookup.property(id));
            }
        }
        Universe universe = task.universe();
        boolean counts = Lookup.counts(universe, universeNames);
        return new Result(task.policy(), universe, EnumSet.copyOf(asked), expected, counts, cell);
    }
}
