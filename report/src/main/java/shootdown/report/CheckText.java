package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Universes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A check as text: a table, then all that it cannot hold, then sizes, and what was measured last.
 *
 * <p>Many policies in many universes are told by family of universes, one policy or one universe
 * line by line.
 */
public final class CheckText {
    private CheckText() {}

    public static Page page(CheckReport report) {
        Page page = new Page();
        boolean single = report.policies().size() == 1 || report.universes().size() == 1;
        page.append(single ? DetailTable.page(report) : FamilyTable.page(report));
        page.append(Vacuous.page(report));
        page.append(differences(report));
        page.blank();
        page.wrapped(
                "%s: ".formatted(Numbers.count(report.results().size(), "cell", "cells")),
                conclusion(report));
        page.line(sizes(report));
        page.wrapped("search: ", search(report.limits()));
        if (report.interrupted()) {
            page.line(Tone.UNSURE, "interrupted: what had not ended is shown as not run");
        }
        measured(report, page);
        page.line(Tone.MUTED, "next: " + next(report));
        return page;
    }

    /**
     * What to ask now: how a policy that is not of the catalogue breaks in its smallest universe.
     */
    private static String next(CheckReport report) {
        return report.results().stream()
                .filter(result -> result.counts() && result.expected() == null)
                .filter(result -> result.outcome() == Outcome.BROKEN)
                .filter(result -> Universes.find(result.universe().name()).isPresent())
                .min(Comparator.comparingLong(CheckText::states))
                .map(
                        result ->
                                "shootdown explain %s %s tells the smallest cell that is broken"
                                        .formatted(word(result), result.universe().name()))
                .orElse(
                        "shootdown explain POLICY UNIVERSE tells a broken cell, or how near a safe"
                                + " one is");
    }

    private static long states(Result result) {
        return result.cell() == null ? 0 : result.cell().states();
    }

    /** The policy as a command takes it: its name, or its file. */
    private static String word(Result result) {
        String source = result.policy().source();
        return source.endsWith(".java") ? "--policy-file " + source : result.policy().name();
    }

    private static Page differences(CheckReport report) {
        List<Result> known = report.results().stream().filter(r -> r.expected() != null).toList();
        Page page = new Page();
        if (known.isEmpty()) {
            return page;
        }
        List<Result> differing = known.stream().filter(Result::differs).toList();
        page.blank();
        if (differing.isEmpty()) {
            return page.line("Different from what is expected: nothing");
        }
        page.line(Tone.TITLE, "Different from what is expected (!)");
        for (Result result : differing) {
            page.wrapped(
                    "  " + result.policy().name() + "  ",
                    "%s: expected %s, found %s"
                            .formatted(
                                    result.universe().name(),
                                    words(result.expected()),
                                    words(result.broken())));
        }
        return page;
    }

    /** Such as {@code P2 P5}, or {@code safe}. */
    private static String words(@Nullable List<Property> broken) {
        return broken == null || broken.isEmpty() ? "safe" : ids(broken);
    }

    /** Such as {@code P2 P5}. */
    public static String ids(List<Property> properties) {
        return properties.stream().map(Property::name).collect(Collectors.joining(" "));
    }

    /** How many cells are safe, broken, and so on. */
    public static String conclusion(CheckReport report) {
        int broken = 0;
        int safe = 0;
        int open = 0;
        int notRun = 0;
        for (Result result : report.results()) {
            if (!result.ran()) {
                notRun++;
            } else if (result.outcome() == Outcome.BROKEN) {
                broken++;
            } else if (result.outcome() == Outcome.SAFE) {
                safe++;
            } else {
                open++;
            }
        }
        long elsewhere =
                report.results().stream()
                        .filter(r -> !r.counts() && r.outcome() == Outcome.BROKEN)
                        .count();
        List<String> words = new ArrayList<>();
        words.add(safe + " safe");
        words.add(
                broken
                        + " broken"
                        + (elsewhere == 0
                                ? ""
                                : " (" + elsewhere + " on machines that are not Xen's)"));
        if (open > 0) {
            words.add(open + " inconclusive");
        }
        if (notRun > 0) {
            words.add(notRun + " not run");
        }
        return "%s (%s, %s)"
                .formatted(
                        String.join(", ", words),
                        Numbers.count(report.policies().size(), "policy", "policies"),
                        Numbers.count(report.universes().size(), "universe", "universes"));
    }

    /** How much was explored, and whether it is all. */
    public static String sizes(CheckReport report) {
        long partial = report.results().stream().filter(r -> !r.isExhaustive()).count();
        String sizes =
                "%s states, %s transitions, depth %d"
                        .formatted(
                                Numbers.of(report.states()),
                                Numbers.of(report.transitions()),
                                report.depth());
        return partial == 0
                ? "exhaustive: " + sizes
                : "partial: " + sizes + ", " + partial + " cells not exhausted";
    }

    /** How it was searched. */
    public static String search(CheckReport.Limits limits) {
        List<String> words = new ArrayList<>();
        words.add(limits.explicit() ? "explicit caches" : "saturated caches");
        words.add("covering " + onOff(limits.covering()));
        words.add("symmetry " + onOff(limits.symmetry()));
        words.add("fusing " + onOff(limits.fusing()));
        if (limits.maxStates() > 0) {
            words.add("at most " + Numbers.of(limits.maxStates()) + " states a cell");
        }
        if (limits.memoryBytes() > 0) {
            words.add("at most " + Numbers.bytes(limits.memoryBytes()));
        }
        return String.join(", ", words);
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    private static void measured(CheckReport report, Page page) {
        page.line(
                Tone.MUTED,
                String.format(
                        Locale.ROOT,
                        "measured: %.2f s, %s%s, %,.0f states/s, %s, largest store %s",
                        report.measured().nanos() / 1e9,
                        Numbers.count(report.searches(), "search", "searches"),
                        report.searches() < report.ran() ? " (the rest decide alike)" : "",
                        report.statesPerSecond(),
                        Numbers.count(report.measured().threads(), "thread", "threads"),
                        Numbers.bytes(report.storeBytes())));
    }
}
