package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Economy;
import shootdown.checker.Necessity;
import shootdown.checker.Necessity.Effect;
import shootdown.checker.Necessity.Finding;
import shootdown.checker.Outcome;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakening;
import shootdown.policy.weaker.Weakenings;
import shootdown.report.EconomyReport;
import shootdown.report.EconomyReport.Parts;
import shootdown.report.EconomyReport.Weaker;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Makes an {@link EconomyReport}: counts the flushes of each policy, and takes the parts of each
 * safe one away, one by one and then all at once that can go.
 */
final class EconomyRun {
    private final List<CatalogueEntry> policies;
    private final List<Universe> universes;
    private final CheckOptions options;
    private final int threads;
    private final Interruption interruption;
    private final Tracker tracker;
    private final Workers workers;

    EconomyRun(
            List<CatalogueEntry> policies,
            List<Universe> universes,
            CheckOptions options,
            int threads,
            Interruption interruption,
            Tracker tracker) {
        this.policies = policies;
        this.universes = universes;
        this.threads = threads;
        this.interruption = interruption;
        this.tracker = tracker;
        this.workers = new Workers(threads, interruption);
        SearchOptions search =
                options.search()
                        .withMemoryBytes(options.search().memoryBytes() / threads)
                        .withCancelled(workers::isEnding);
        this.options = options.withSearch(search);
    }

    /** How many searches there will be at most, those of stories not counted. */
    static int searches(int policies, int universes) {
        return policies * universes * (2 + Weakenings.all().size() + 1);
    }

    EconomyReport report() {
        long start = System.nanoTime();
        List<Economy> economies = economies();
        List<Parts> parts = new ArrayList<>();
        List<CatalogueEntry> broken = new ArrayList<>();
        for (CatalogueEntry policy : policies) {
            List<Cell> cells = cells(policy);
            if (isBroken(cells)) {
                broken.add(policy);
            } else {
                parts.add(parts(policy, cells));
            }
        }
        return new EconomyReport(
                Shootdown.version(),
                policies,
                universes,
                economies,
                parts,
                broken,
                interruption.isRequested(),
                System.nanoTime() - start,
                threads);
    }

    private List<Economy> economies() {
        int n = universes.size();
        return ended(
                workers.run(
                        policies.size() * n,
                        i -> economy(policies.get(i / n), universes.get(i % n))));
    }

    private @Nullable Economy economy(CatalogueEntry policy, Universe universe) {
        Tracker.Search progress = tracker.begin(new Cells.Task(policy, universe));
        Economy economy = Economy.of(policy, universe, options.search().withProgress(progress));
        progress.end(economy.states());
        return economy.end() == End.CANCELLED ? null : economy;
    }

    private List<Cell> cells(CatalogueEntry policy) {
        return ended(
                workers.run(
                        universes.size(),
                        i -> {
                            Cell cell = tracker.check(policy, universes.get(i), options);
                            return cell.end() == End.CANCELLED ? null : cell;
                        }));
    }

    /** Broken where it counts: on machines of Xen's. */
    private static boolean isBroken(List<Cell> cells) {
        return cells.stream()
                .anyMatch(
                        cell ->
                                cell.outcome() == Outcome.BROKEN
                                        && !cell.universe().machine().isHypothetical());
    }

    private Parts parts(CatalogueEntry policy, List<Cell> cells) {
        List<Weakening> all = Weakenings.all();
        List<Weaker> weaker = weaker(policy, cells, all.stream().map(List::of).toList());
        List<Weakening> removable = new ArrayList<>();
        for (int i = 0; i < weaker.size(); i++) {
            if (weaker.get(i).necessity().effect() == Effect.SAFE && !all.get(i).ideal()) {
                removable.add(all.get(i));
            }
        }
        boolean asked = removable.size() > 1 && !interruption.isRequested();
        return new Parts(
                policy,
                weaker,
                asked ? weaker(policy, cells, List.of(removable)).getFirst() : null);
    }

    /** What becomes of a policy without each of these sets of parts. */
    private List<Weaker> weaker(
            CatalogueEntry policy, List<Cell> cells, List<List<Weakening>> sets) {
        int n = cells.size();
        List<@Nullable Finding> findings =
                workers.run(sets.size() * n, i -> judge(cells.get(i % n), sets.get(i / n)));
        List<Necessity> necessities = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            CatalogueEntry weak = Weakenings.weaken(policy, sets.get(i).toArray(new Weakening[0]));
            necessities.add(new Necessity(weak, ended(findings.subList(i * n, (i + 1) * n))));
        }
        List<@Nullable Story> stories =
                workers.run(necessities.size(), i -> story(necessities.get(i)));
        List<Weaker> weaker = new ArrayList<>();
        for (int i = 0; i < necessities.size(); i++) {
            weaker.add(new Weaker(necessities.get(i), stories.get(i)));
        }
        return weaker;
    }

    private @Nullable Finding judge(Cell whole, List<Weakening> weakenings) {
        Tracker.Search progress = tracker.begin(new Cells.Task(whole.policy(), whole.universe()));
        SearchOptions search = options.search().withProgress(progress);
        Finding finding = Necessity.judge(whole, weakenings, options.withSearch(search));
        progress.end(finding.states());
        return finding.end() == End.CANCELLED ? null : finding;
    }

    private @Nullable Story story(Necessity necessity) {
        Finding finding = necessity.shortest().orElse(null);
        if (finding == null || finding.property() == null) {
            return null;
        }
        return Storyteller.tell(necessity.policy(), finding.universe(), finding.property(), options)
                .orElse(null);
    }

    private static <T> List<T> ended(List<@Nullable T> results) {
        return results.stream().filter(Objects::nonNull).map(Objects::requireNonNull).toList();
    }
}
