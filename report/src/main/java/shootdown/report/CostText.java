package shootdown.report;

import shootdown.hypervisor.Observer.FlushSource;
import shootdown.policy.CatalogueEntry;
import shootdown.report.CostReport.Row;
import shootdown.workload.cost.Comparison;
import shootdown.workload.cost.Comparison.Turn;
import shootdown.workload.cost.Range;
import shootdown.workload.cost.Unit;
import shootdown.workload.cost.UnitCost.Basis;
import shootdown.workload.replay.Agreement;
import shootdown.workload.replay.Agreement.Point;
import shootdown.workload.replay.Recording;
import shootdown.workload.replay.Replayed;
import shootdown.workload.replay.Unread;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What policies cost as text: for each recording a table, what decides the order, and how far the
 * replay can be trusted; then all recordings together.
 */
public final class CostText {
    private static final List<String> COLUMNS =
            List.of("calls", "flushes", "IPIs", "copies", "lost", "cycles", "range", "of final");

    /** Whether the model has what Xen had. */
    private static final List<Point> STATE =
            List.of(
                    Point.ALIVE_BEFORE,
                    Point.OLD_ENTRY,
                    Point.NEW_ENTRY,
                    Point.TYPE_COUNT,
                    Point.DROPPED,
                    Point.MMUEXT);

    private CostText() {}

    /**
     * All of it.
     *
     * @param splits tables of calls that flush, for each recording
     */
    public static Page page(CostReport report, Collection<Split> splits) {
        Page page = new Page();
        for (Replayed replay : report.replays()) {
            page.append(recording(report, replay, splits)).blank();
        }
        if (report.replays().size() > 1) {
            page.append(summary(report)).blank();
        }
        page.append(costs(report));
        page.append(legend(report));
        if (report.interrupted()) {
            page.line(Tone.UNSURE, "interrupted: only what had ended is shown");
        }
        measured(report, page);
        return page;
    }

    private static Page recording(CostReport report, Replayed replay, Collection<Split> splits) {
        Page page = new Page();
        Recording recording = replay.recording();
        List<Row> rows = report.rows(replay);
        page.line(Tone.TITLE, title(replay));
        page.append(whatIf(replay));
        page.line(
                "%s events on %s; %s invocations of do_mmu_update"
                        .formatted(
                                Numbers.of(recording.events()),
                                Numbers.count(recording.cpus(), "CPU", "CPUs"),
                                Numbers.of(rows.getFirst().tally().invocations())));
        page.blank().append(table(report, rows));
        List<List<Row>> groups = groups(rows);
        page.blank().append(proportion(report, replay, groups));
        for (Split split : splits) {
            page.blank().append(split(report, groups, split));
        }
        page.blank().append(decides(report, groups));
        page.blank().append(agreement(replay));
        page.append(unread(replay));
        return page;
    }

    static String title(Replayed replay) {
        return "What policies cost in " + Names.printable(replay.recording().title());
    }

    /** The mark of numbers of a machine that nobody recorded. */
    static Page whatIf(Replayed replay) {
        Page page = new Page();
        if (replay.options().isWhatIf()) {
            page.line(
                    Tone.UNSURE,
                    "WHAT IF: a machine with %s; the recording was made without"
                            .formatted(String.join(" and ", CostReport.whatIf(replay))));
        }
        return page;
    }

    private static Page table(CostReport report, List<Row> rows) {
        boolean copies = rows.stream().anyMatch(row -> row.work().rootCopies() > 0);
        List<String> columns =
                COLUMNS.stream().filter(name -> copies || !name.equals("copies")).toList();
        Grid grid = new Grid("ll" + "r".repeat(columns.size()));
        List<String> header = new ArrayList<>(List.of("verdict", "policy"));
        header.addAll(columns);
        grid.header(header);
        for (Row row : rows) {
            List<Span> cells = new ArrayList<>();
            cells.add(report.verdict(row.policy()));
            boolean reference = row.policy().equals(report.reference());
            cells.add(new Span(Names.of(row.policy()), reference ? Tone.TITLE : Tone.PLAIN));
            columns.forEach(column -> cells.add(cell(row, column)));
            grid.row(cells);
        }
        return grid.page();
    }

    private static Span cell(Row row, String column) {
        Range total = row.estimate().total();
        return Span.plain(
                switch (column) {
                    case "calls" -> Numbers.of(row.tally().policy().asked());
                    case "flushes" ->
                            Numbers.of(row.work().fullFlushes() + row.work().partialFlushes());
                    case "IPIs" -> Numbers.of(row.work().targets());
                    case "copies" -> Numbers.of(row.work().rootCopies());
                    case "lost" ->
                            span((double) row.work().lostUsed(), (double) row.work().lostMost());
                    case "cycles" -> Numbers.rough(total.typical());
                    case "range" -> span(total.low(), total.high());
                    default -> percent(row.ofReference());
                });
    }

    static String span(double low, double high) {
        return low == high ? Numbers.rough(low) : Numbers.rough(low) + ".." + Numbers.rough(high);
    }

    static String percent(double part) {
        return Double.isNaN(part) ? "-" : String.format(Locale.ROOT, "%.1f %%", part * 100);
    }

    /** Whose the flushes of the workload are, so that a saving is seen in proportion. */
    private static Page proportion(CostReport report, Replayed replay, List<List<Row>> groups) {
        Page page = new Page().line(Tone.TITLE, "All flushes of the workload, by who asks");
        double whole = report.row(replay, report.reference()).flushes();
        List<FlushSource> sources =
                Arrays.stream(FlushSource.values()).filter(source -> asks(groups, source)).toList();
        Grid grid = new Grid("l" + "r".repeat(sources.size() + 3));
        List<String> header = new ArrayList<>(List.of("policy"));
        sources.forEach(source -> header.add(words(source)));
        header.addAll(List.of("all", "of final", "share of the policy"));
        grid.header(header);
        for (List<Row> group : groups) {
            Row row = group.getFirst();
            List<Span> cells = new ArrayList<>();
            cells.add(Span.plain(name(group, report)));
            sources.forEach(s -> cells.add(count(CostReport.flushes(row.tally(), s))));
            cells.add(count(row.flushes()));
            cells.add(Span.plain(percent(whole == 0 ? Double.NaN : row.flushes() / whole)));
            cells.add(Span.plain(percent(row.share())));
            grid.row(cells);
        }
        return page.append(grid.page());
    }

    private static boolean asks(List<List<Row>> groups, FlushSource source) {
        return groups.stream().anyMatch(g -> CostReport.flushes(g.getFirst().tally(), source) > 0);
    }

    private static Span count(long number) {
        return number == 0 ? new Span("-", Tone.MUTED) : Span.plain(Numbers.of(number));
    }

    /** Those that do the same work, by one of them: the reference or the first. */
    private static String name(List<Row> group, CostReport report) {
        CatalogueEntry shown =
                group.stream()
                        .map(Row::policy)
                        .filter(report.reference()::equals)
                        .findFirst()
                        .orElse(group.getFirst().policy());
        return Names.of(shown) + (group.size() == 1 ? "" : " +" + (group.size() - 1));
    }

    static String words(FlushSource source) {
        return switch (source) {
            case POLICY -> "the policy";
            case TYPE_CHANGE -> "type changes";
            case GUEST -> "the guest";
            case ALLOCATION -> "allocations";
            case SCHEDULER -> "the scheduler";
        };
    }

    private static Page split(CostReport report, List<List<Row>> groups, Split split) {
        Page page = new Page().line(Tone.TITLE, "Calls that flush, by " + split.word());
        Set<String> parts = split.of(groups.getFirst().getFirst().tally()).keySet();
        Grid grid = new Grid("l" + "r".repeat(parts.size()));
        List<String> header = new ArrayList<>(List.of("policy"));
        header.addAll(parts);
        grid.header(header);
        for (List<Row> group : groups) {
            List<Span> cells = new ArrayList<>();
            cells.add(Span.plain(name(group, report)));
            split.of(group.getFirst().tally()).values().forEach(calls -> cells.add(count(calls)));
            grid.row(cells);
        }
        return page.append(grid.page());
    }

    /** For each policy and the next dearer one, what could turn their order. */
    private static Page decides(CostReport report, List<List<Row>> groups) {
        Page page = new Page().line(Tone.TITLE, "What decides the order, the cheapest first");
        decisions(report, groups).forEach(line -> page.wrapped(Span.plain("  "), line, 4));
        return page;
    }

    /** A line for each group of policies and the next dearer one. */
    static List<String> decisions(CostReport report, List<List<Row>> groups) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i + 1 < groups.size(); i++) {
            Row cheaper = groups.get(i).getFirst();
            Row dearer = groups.get(i + 1).getFirst();
            Comparison comparison = Comparison.of(cheaper.work(), dearer.work(), report.machine());
            String pair = alike(groups.get(i)) + ", then " + dearer.policy().name();
            lines.add(pair + ": " + words(comparison, report));
        }
        lines.add(alike(groups.getLast()) + ": the dearest");
        return lines;
    }

    private static String alike(List<Row> group) {
        return group.stream().map(row -> row.policy().name()).collect(Collectors.joining(" = "));
    }

    /** Rows whose policies do the same work. */
    static List<List<Row>> groups(List<Row> rows) {
        List<List<Row>> groups = new ArrayList<>();
        for (Row row : rows) {
            List<Row> same =
                    groups.stream()
                            .filter(group -> group.getFirst().work().equals(row.work()))
                            .findFirst()
                            .orElse(null);
            if (same == null) {
                groups.add(new ArrayList<>(List.of(row)));
            } else {
                same.add(row);
            }
        }
        return groups;
    }

    static String words(Comparison comparison, CostReport report) {
        if (comparison.same()) {
            return "the same work";
        }
        if (comparison.always()) {
            return "whatever things cost, it does no more of anything";
        }
        if (comparison.turns().isEmpty()) {
            return "no single cost within its range turns the order";
        }
        return "turns if "
                + comparison.turns().stream()
                        .map(turn -> words(turn, report))
                        .collect(Collectors.joining(", "));
    }

    private static String words(Turn turn, CostReport report) {
        return "%s is %s than %s %s (%s taken)"
                .formatted(
                        turn.unit().key(),
                        turn.less() ? "less" : "more",
                        Numbers.rough(turn.value()),
                        turn.unit().measure(),
                        Numbers.rough(report.machine().range(turn.unit()).typical()));
    }

    /** The agreement in sentences, for readers of the page. */
    static String trust(Replayed replay) {
        String text = agreement(replay).append(unread(replay)).text();
        return text.replaceAll("\n  +", " ")
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.substring(0, 1).toUpperCase(Locale.ROOT) + line.substring(1))
                .collect(Collectors.joining(". ", "", "."));
    }

    private static Page agreement(Replayed replay) {
        Page page = new Page();
        if (replay.options().isWhatIf()) {
            return page.line(
                    "no comparison with what Xen did: it ran on the machine that was recorded");
        }
        Agreement agreement = replay.agreement();
        page.append(agreement.isCompared(Point.FLUSHED) ? withXen(agreement) : withoutXen(replay));
        String rest =
                STATE.stream()
                        .filter(point -> total(agreement, point) > 0)
                        .map(point -> point.text() + " " + of(agreement, point))
                        .collect(Collectors.joining(", "));
        String compared =
                agreement.isCompared(Point.FLUSHED) ? "also: " : "in the model as asked for: ";
        return rest.isEmpty() ? page : page.wrapped(Span.EMPTY, compared + rest, 2);
    }

    private static Page withXen(Agreement agreement) {
        Page page = new Page();
        page.wrapped(
                Span.EMPTY,
                "replay of final agrees with Xen's recorded decision in "
                        + of(agreement, Point.FLUSHED)
                        + " calls"
                        + clause(agreement, Point.FLUSH_LOCAL, "; on its own CPU in ")
                        + clause(agreement, Point.FLUSH_OTHERS, "; on the CPUs it interrupts in "),
                2);
        String typeChanges =
                clause(agreement, Point.TYPE_CHANGE, "; the CPUs that are flushed agree in ")
                        + clause(
                                agreement,
                                Point.TYPE_CHANGE_OVERLAPPED,
                                "; while other CPUs were in calls too, in ")
                        + clause(
                                agreement,
                                Point.TYPE_CHANGE_UNKNOWN,
                                "; for frames that had a history before the recording, in ");
        return typeChanges.isEmpty()
                ? page
                : page.wrapped(Span.EMPTY, "type changes" + typeChanges.replaceFirst(";", ":"), 2);
    }

    /** Nothing of what was never compared. */
    private static String clause(Agreement agreement, Point point, String words) {
        return total(agreement, point) == 0 ? "" : words + of(agreement, point);
    }

    /** Of a stock recording. */
    private static Page withoutXen(Replayed replay) {
        Page page = new Page();
        page.wrapped(
                Span.EMPTY,
                "a stock recording: what Linux asked for, and nothing of what Xen did; type changes"
                        + " of pages that are no tables are not in it",
                2);
        long unknown = replay.unread().counts().getOrDefault(Unread.Reason.OLD_UNKNOWN, 0L);
        if (unknown > 0) {
            page.line(
                    Tone.UNSURE,
                    "so for policies that look at old entries the costs are an upper bound");
        }
        return page;
    }

    private static long total(Agreement agreement, Point point) {
        return agreement.at(point).agreed() + agreement.at(point).differed();
    }

    private static String of(Agreement agreement, Point point) {
        return Numbers.of(agreement.at(point).agreed())
                + " of "
                + Numbers.of(total(agreement, point));
    }

    private static Page unread(Replayed replay) {
        Page page = new Page();
        Map<Unread.Reason, Long> counts = replay.unread().counts();
        if (!counts.isEmpty()) {
            page.wrapped(
                    Span.EMPTY,
                    "not replayed: "
                            + counts.entrySet().stream()
                                    .map(e -> Numbers.of(e.getValue()) + " " + e.getKey().text())
                                    .collect(Collectors.joining(", ")),
                    2);
        }
        var skipped = replay.recording().skipped();
        if (skipped.total() > 0) {
            page.line(
                    Tone.UNSURE,
                    "left out as unusable: " + Numbers.count(skipped.total(), "line", "lines"));
            skipped.byReason()
                    .forEach(
                            (reason, lines) ->
                                    page.wrapped(
                                            "  " + Numbers.of(lines.count()) + " ",
                                            Names.printable(
                                                    reason
                                                            + "; the first: "
                                                            + lines.first().says())));
        }
        return page;
    }

    /** All recordings, each policy's cost as a part of the reference's. */
    private static Page summary(CostReport report) {
        Page page =
                new Page()
                        .line(
                                Tone.TITLE,
                                "All recordings: cycles as a part of those of "
                                        + report.reference().name());
        report.replays().stream().findFirst().ifPresent(first -> page.append(whatIf(first)));
        Grid grid = new Grid("ll" + "r".repeat(report.replays().size() + 1));
        List<String> header = new ArrayList<>(List.of("verdict", "policy"));
        report.replays().forEach(r -> header.add(Names.printable(r.recording().title())));
        header.add("all");
        grid.header(header);
        List<CatalogueEntry> policies = new ArrayList<>(report.policies());
        policies.sort(Comparator.comparingDouble(report::ofReference));
        for (CatalogueEntry policy : policies) {
            List<Span> cells = new ArrayList<>();
            cells.add(report.verdict(policy));
            cells.add(Span.plain(Names.of(policy)));
            for (Replayed replay : report.replays()) {
                cells.add(Span.plain(percent(report.row(replay, policy).ofReference())));
            }
            cells.add(Span.plain(percent(report.ofReference(policy))));
            grid.row(cells);
        }
        return page.append(grid.page());
    }

    private static Page costs(CostReport report) {
        Page page =
                new Page()
                        .wrapped(
                                "costs: ",
                                Names.printable(
                                        report.machine().name() + ", " + report.machine().title()));
        long guessed =
                Arrays.stream(Unit.values())
                        .filter(unit -> report.machine().cost(unit).basis() == Basis.ESTIMATE)
                        .count();
        page.wrapped(
                "  ",
                Arrays.stream(Unit.values())
                        .map(
                                unit ->
                                        unit.key()
                                                + " "
                                                + Numbers.rough(
                                                        report.machine().range(unit).typical()))
                        .collect(Collectors.joining(", ")));
        if (guessed > 0) {
            page.wrapped(
                    "  ",
                    "%d of %d are estimates by order of magnitude: docs/cost.md; --costs takes yours"
                            .formatted(guessed, Unit.values().length));
        }
        return page;
    }

    private static Page legend(CostReport report) {
        Page page =
                new Page()
                        .line(Tone.MUTED, "calls    invocations of do_mmu_update that flush")
                        .line(Tone.MUTED, "flushes  made for them, by any CPU; IPIs: by others")
                        .line(
                                Tone.MUTED,
                                "lost     translations: seen in use..all that can be; cycles: of"
                                        + " all CPUs together")
                        .line(
                                Tone.MUTED,
                                "+N       and N others that do the same work: what decides the"
                                        + " order names them");
        if (report.check() == null) {
            return page.line(Tone.MUTED, "verdict  not asked for (--no-check)");
        }
        return page.line(
                Tone.MUTED,
                "verdict  of check in %s universes; *: broken on machines that are not Xen's"
                        .formatted(report.check().universes().size()));
    }

    private static void measured(CostReport report, Page page) {
        long nanos = report.measured().nanos().stream().mapToLong(Long::longValue).sum();
        long events = report.replays().stream().mapToLong(r -> r.recording().events()).sum();
        page.line(
                Tone.MUTED,
                String.format(
                        Locale.ROOT,
                        "measured: %.1f s of replay on %s, %,.0f events/s under %s",
                        nanos / 1e9,
                        Numbers.count(report.measured().threads(), "thread", "threads"),
                        nanos == 0 ? 0 : events * 1e9 / nanos,
                        Numbers.count(report.policies().size(), "policy", "policies")));
    }
}
