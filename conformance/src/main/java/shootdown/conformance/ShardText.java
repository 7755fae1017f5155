package shootdown.conformance;

import shootdown.conformance.Campaign.Finding;
import shootdown.conformance.Campaign.Plan;
import shootdown.conformance.Campaign.Report;
import shootdown.conformance.Campaign.Seen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Plans and reports as text, to be sent: a line for each thing, its parts between tabs, the first
 * one says what it is.
 */
public final class ShardText {
    private ShardText() {}

    public static String of(Plan plan) {
        Arena arena = plan.arena();
        StringBuilder text = new StringBuilder();
        line(
                text,
                "plan",
                arena.domain(),
                arena.xpti(),
                arena.cpus(),
                plan.seed(),
                plan.first(),
                plan.programs(),
                plan.steps());
        return text.toString();
    }

    /**
     * Reads a plan.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Plan plan(String text) {
        List<List<String>> lines = lines(text, "plan");
        if (lines.size() != 1) {
            throw new IllegalArgumentException("no plan");
        }
        List<String> p = lines.getFirst();
        Arena arena =
                new Arena(
                        Arena.Kind.valueOf(p.get(0)),
                        Boolean.parseBoolean(p.get(1)),
                        Integer.parseInt(p.get(2)));
        return new Plan(arena, number(p, 3), number(p, 4), number(p, 5), (int) number(p, 6));
    }

    public static String of(Report report) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "sums",
                report.programs(),
                report.steps(),
                report.differing(),
                report.untried(),
                report.openSteps(),
                report.otherChoices(),
                report.restores(),
                report.seconds());
        report.suspects().forEach(s -> line(text, "suspect", s.number(), s.what(), s.suspected()));
        report.once().forEach(s -> line(text, "once", s.number(), s.what(), s.suspected()));
        report.findings()
                .forEach(
                        f ->
                                line(
                                        text,
                                        "finding",
                                        f.number(),
                                        f.steps(),
                                        f.what(),
                                        f.again(),
                                        f.scenario()));
        report.coverage()
                .counts()
                .forEach(
                        (operation, ends) ->
                                ends.forEach((end, count) -> met(text, operation, end, count)));
        return text.toString();
    }

    private static void met(StringBuilder text, String operation, String end, long count) {
        if (count > 0) {
            line(text, "met", operation, end, count);
        }
    }

    /**
     * Reads a report.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Report report(String text) {
        List<List<String>> lines = lines(text, "sums");
        if (lines.size() != 1) {
            throw new IllegalArgumentException("no report");
        }
        List<String> sums = lines.getFirst();
        Coverage coverage = new Coverage();
        lines(text, "met").forEach(met -> coverage.count(met.get(0), met.get(1), number(met, 2)));
        return new Report(
                number(sums, 0),
                number(sums, 1),
                number(sums, 2),
                lines(text, "suspect").stream().map(ShardText::seen).toList(),
                number(sums, 3),
                lines(text, "finding").stream().map(ShardText::finding).toList(),
                lines(text, "once").stream().map(ShardText::seen).toList(),
                number(sums, 4),
                number(sums, 5),
                number(sums, 6),
                coverage,
                Double.parseDouble(sums.get(7)));
    }

    private static Seen seen(List<String> parts) {
        return new Seen(number(parts, 0), parts.get(1), Boolean.parseBoolean(parts.get(2)));
    }

    private static Finding finding(List<String> parts) {
        return new Finding(
                number(parts, 0),
                (int) number(parts, 1),
                parts.get(2),
                Boolean.parseBoolean(parts.get(3)),
                parts.get(4));
    }

    private static long number(List<String> parts, int index) {
        return Long.parseLong(parts.get(index));
    }

    private static void line(StringBuilder text, String what, Object... parts) {
        text.append(what);
        Arrays.stream(parts).forEach(part -> text.append('\t').append(escaped(part.toString())));
        text.append('\n');
    }

    /** The parts of lines that begin with a word. */
    private static List<List<String>> lines(String text, String what) {
        List<List<String>> found = new ArrayList<>();
        for (String line : text.split("\n")) {
            String[] words = line.split("\t", -1);
            if (words[0].equals(what)) {
                found.add(Arrays.stream(words).skip(1).map(ShardText::unescaped).toList());
            }
        }
        return found;
    }

    private static String escaped(String part) {
        return part.codePoints()
                .mapToObj(
                        c ->
                                switch (c) {
                                    case '\\' -> "\\\\";
                                    case '\n' -> "\\n";
                                    case '\t' -> "\\t";
                                    default -> Character.toString(c);
                                })
                .collect(Collectors.joining());
    }

    private static String unescaped(String part) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c != '\\') {
                text.append(c);
            } else {
                char next = part.charAt(++i);
                text.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
            }
        }
        return text.toString();
    }
}
