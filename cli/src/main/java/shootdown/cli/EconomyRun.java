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
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

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

    EconomyRun(
            List<CatalogueEntry> policies,
            List<Universe> universes,
            CheckOptions options,
            int threads,
            Interruption interruption,
            Tracker tracker) {
        this.policies = policies;
        this.universes = universes;
        this.options = options;
        this.threads = threads;
        this.interruption = interruption;
        this.tracker = tracker;
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
            } else if (cells.size() == universes.size()) {
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
        return all(tasks(policies), this::economy, Economy::end);
    }

    private Economy economy(Cells.Task task, CheckOptions given) {
        Tracker.Search progress = begin(task.policy(), task.universe());
        SearchOptions search = given.search().withProgress(progress);
        Economy economy = Economy.of(task.policy(), task.universe(), search);
        progress.end(economy.states());
        return economy;
    }

    private Tracker.Search begin(CatalogueEntry policy, Universe universe) {
        return tracker.begin(policy.name() + " in " + universe.name());
    }

    private List<Cells.Task> tasks(List<CatalogueEntry> of) {
        return of.stream()
                .flatMap(policy -> universes.stream().map(u -> new Cells.Task(policy, u)))
                .toList();
    }

    private List<Cell> cells(CatalogueEntry policy) {
        List<Cells.Task> tasks = tasks(List.of(policy));
        return ended(new Cells(tasks, options, threads, interruption, tracker).check());
    }

    /** Broken where it counts: on machines of Xen's. */
    private static boolean isBroken(List<Cell> cells) {
        return cells.stream()
                .filter(cell -> !cell.universe().machine().isHypothetical())
                .anyMatch(cell -> cell.outcome() == Outcome.BROKEN);
    }

    private Parts parts(CatalogueEntry policy, List<Cell> cells) {
        List<Weakening> all = Weakenings.all();
        List<Weaker> weaker = weaker(policy, cells, all.stream().map(List::of).toList());
        List<Weakening> removable = new ArrayList<>();
        for (Weakening weakening : all) {
            if (!weakening.ideal() && weaker.stream().anyMatch(w -> canGo(w, weakening))) {
                removable.add(weakening);
            }
        }
        boolean asked = removable.size() > 1 && !interruption.isRequested();
        @Nullable Weaker together =
                asked ? weaker(policy, cells, List.of(removable)).getFirst() : null;
        return new Parts(policy, weaker, together);
    }

    private static boolean canGo(Weaker weaker, Weakening weakening) {
        return weaker.name().equals(weakening.name()) && weaker.necessity().effect() == Effect.SAFE;
    }

    /** A check of a policy as it is, and what is to be taken away from it. */
    private record Part(Cell whole, List<Weakening> weakenings) {}

    /** What becomes of a policy without each of these sets of parts. */
    private List<Weaker> weaker(
            CatalogueEntry policy, List<Cell> cells, List<List<Weakening>> sets) {
        Stream<Part> parts =
                sets.stream().flatMap(set -> cells.stream().map(cell -> new Part(cell, set)));
        List<@Nullable Finding> findings = search(parts.toList(), this::judge, Finding::end);
        List<Necessity> necessities = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            CatalogueEntry weak = Weakenings.weaken(policy, sets.get(i).toArray(new Weakening[0]));
            int from = i * cells.size();
            List<Finding> found = ended(findings.subList(from, from + cells.size()));
            Necessity necessity = new Necessity(weak, found);
            if (found.size() == cells.size() || necessity.effect() == Effect.BROKEN) {
                necessities.add(necessity); // else the user interrupts, and nothing is certain
            }
        }
        return all(necessities, this::withStory, told -> End.EXHAUSTED);
    }

    private Finding judge(Part part, CheckOptions given) {
        Tracker.Search progress = begin(part.whole().policy(), part.whole().universe());
        CheckOptions watched = given.withSearch(given.search().withProgress(progress));
        Finding finding = Necessity.judge(part.whole(), part.weakenings(), watched);
        progress.end(finding.states());
        return finding;
    }

    private Weaker withStory(Necessity necessity, CheckOptions given) {
        Optional<Story> story =
                necessity
                        .shortest()
                        .filter(finding -> finding.property() != null)
                        .flatMap(
                                finding ->
                                        Storyteller.tell(
                                                necessity.policy(),
                                                finding.universe(),
                                                Objects.requireNonNull(finding.property()),
                                                given));
        return new Weaker(necessity, story.orElse(null));
    }

    private <T, R> List<R> all(
            List<T> tasks, BiFunction<T, CheckOptions, R> job, Function<R, End> end) {
        return ended(search(tasks, job, end));
    }

    private <T, R> List<@Nullable R> search(
            List<T> tasks, BiFunction<T, CheckOptions, R> job, Function<R, End> end) {
        Searches.Job<T, R> each =
                new Searches.Job<>() {
                    @Override
                    public R search(T task, CheckOptions given) {
                        return job.apply(task, given);
                    }

                    @Override
                    public End end(R found) {
                        return end.apply(found);
                    }
                };
        return new Searches<>(tasks, options, threads, interruption, each).all();
    }

    private static <T> List<T> ended(List<@Nullable T> results) {
        return results.stream().filter(Objects::nonNull).map(Objects::requireNonNull).toList();
    }
}
