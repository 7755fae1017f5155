package shootdown.report;

import shootdown.checker.Necessity;
import shootdown.claims.Claim;
import shootdown.claims.Experiment;
import shootdown.claims.Judgement;
import shootdown.claims.Reply;
import shootdown.claims.Tale;
import shootdown.claims.Verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Claims and their verdicts as text: all in a table, or some in full. */
public final class ClaimsText {
    private static final int INDENT = 13;

    private ClaimsText() {}

    /** One line for each claim, and what it took. */
    public static Page table(ClaimsReport report) {
        Grid grid = new Grid("rlllll");
        grid.header(List.of("", "who", "claim", "verdict", "expected", ""));
        for (ClaimsReport.Ruling ruling : report.rulings()) {
            grid.row(row(ruling.judgement()));
        }
        Page page = grid.page();
        page.blank();
        page.line("holds if  under a condition only, which is shown to be needed");
        page.line("-         not a model question");
        differences(report, page);
        summary(report, page);
        page.line("next: shootdown claims NUMBER tells one in full, with its story");
        return page;
    }

    private static List<Span> row(Judgement judgement) {
        Claim claim = judgement.claim();
        return List.of(
                Span.plain(Integer.toString(claim.number())),
                Span.plain(who(claim)),
                Span.plain(claim.title()),
                brief(judgement.verdict()),
                brief(claim.expectation().verdict()),
                mark(judgement));
    }

    /** The word, or a dash for what no run can tell. */
    private static Span brief(Verdict verdict) {
        return verdict == Verdict.NOT_A_MODEL_QUESTION
                ? new Span("-", Tone.MUTED)
                : verdict(verdict);
    }

    /** Initials, as the mails are labelled. */
    public static String who(Claim claim) {
        String label = claim.source().label();
        return claim.source().author().contains("commit") ? "commit" : label.split(" ")[0];
    }

    /** Whether it is other than expected, and whether that is explained. */
    public static Span mark(Judgement judgement) {
        if (!judgement.differs()) {
            return Span.EMPTY;
        }
        return judgement.isAsDocumented()
                ? new Span("*", Tone.UNSURE)
                : new Span(Verdicts.DIFFERS, Tone.BAD);
    }

    /** Its word. */
    public static Span verdict(Verdict verdict) {
        Tone tone =
                switch (verdict) {
                    case HOLDS, HOLDS_IF -> Tone.GOOD;
                    case REFUTED -> Tone.BAD;
                    case UNDECIDED -> Tone.UNSURE;
                    case NOT_A_MODEL_QUESTION -> Tone.MUTED;
                };
        return new Span(verdict.word(), tone);
    }

    private static void differences(ClaimsReport report, Page page) {
        List<String> explained = new ArrayList<>();
        List<String> unexplained = new ArrayList<>();
        for (ClaimsReport.Ruling ruling : report.rulings()) {
            Judgement judgement = ruling.judgement();
            if (judgement.differs()) {
                String number = Integer.toString(judgement.claim().number());
                (judgement.isAsDocumented() ? explained : unexplained).add(number);
            }
        }
        if (!explained.isEmpty()) {
            page.wrapped(
                    "*         other than expected, for a reason: ", String.join(", ", explained));
        }
        if (unexplained.isEmpty()) {
            page.line("Other than documented: nothing");
        } else {
            page.wrapped(
                    new Span("!         other than documented: ", Tone.BAD),
                    String.join(", ", unexplained),
                    10);
        }
        page.blank();
    }

    /** How many hold, and so on. */
    public static String conclusion(ClaimsReport report) {
        Map<Verdict, Integer> counts = new LinkedHashMap<>();
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict, 0);
        }
        report.rulings().forEach(r -> counts.merge(r.judgement().verdict(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        counts.forEach(
                (verdict, count) -> {
                    if (count > 0) {
                        parts.add("%d %s".formatted(count, many(verdict)));
                    }
                });
        return String.join(", ", parts);
    }

    private static void summary(ClaimsReport report, Page page) {
        int all = report.rulings().size();
        page.wrapped(Numbers.count(all, "claim", "claims") + ": ", conclusion(report));
        page.line(
                "%s%s, %s states"
                        .formatted(
                                report.interrupted() ? "interrupted after " : "",
                                Numbers.count(report.searches(), "search", "searches"),
                                Numbers.of(report.states())));
        measured(report, page);
    }

    private static void measured(ClaimsReport report, Page page) {
        page.line(
                Tone.MUTED,
                String.format(
                        Locale.ROOT,
                        "measured: %.2f s, %s",
                        report.measured().nanos() / 1e9,
                        Numbers.count(report.measured().threads(), "thread", "threads")));
    }

    private static String many(Verdict verdict) {
        return switch (verdict) {
            case HOLDS -> "hold";
            case HOLDS_IF -> "hold under a condition";
            case REFUTED -> "refuted";
            case UNDECIDED -> "undecided";
            case NOT_A_MODEL_QUESTION -> "no model questions";
        };
    }

    /** Claims one after the other, each with its experiments and its story. */
    public static Page full(ClaimsReport report) {
        Page page = new Page();
        for (ClaimsReport.Ruling ruling : report.rulings()) {
            if (!page.lines().isEmpty()) {
                page.blank();
            }
            page.append(full(ruling));
        }
        page.blank();
        measured(report, page);
        return page;
    }

    /** One claim with its experiments and its story. */
    public static Page full(ClaimsReport.Ruling ruling) {
        Page page = new Page();
        page.append(head(ruling.judgement()));
        page.append(experiments(ruling.judgement()));
        page.append(parts(ruling.judgement()));
        Tale tale = ruling.tale();
        if (tale != null) {
            page.blank().append(tale(tale));
        }
        return page;
    }

    private static Page head(Judgement judgement) {
        Claim claim = judgement.claim();
        Page page = new Page();
        page.line(Tone.TITLE, "Claim %d: %s".formatted(claim.number(), claim.title()));
        page.wrapped("  claim      ", claim.text());
        page.wrapped(
                "  said by    ",
                "%s, %s (%s)"
                        .formatted(
                                claim.source().author(),
                                claim.source().when(),
                                claim.source().label()));
        page.line(Span.plain("  verdict    "), verdict(judgement.verdict()));
        field(page, "condition", claim.condition());
        field(page, "because", claim.beyond());
        field(
                page,
                "expected",
                "%s (\"%s\")"
                        .formatted(
                                claim.expectation().verdict().word(), claim.expectation().words()));
        field(page, "differs", claim.difference());
        field(page, "remark", claim.remark());
        return page;
    }

    private static void field(Page page, String name, String text) {
        if (!text.isEmpty()) {
            page.wrapped("  %-11s".formatted(name), text);
        }
    }

    private static Page experiments(Judgement judgement) {
        Page page = new Page();
        boolean outside = false;
        for (Judgement.Outcome outcome : judgement.outcomes()) {
            Experiment experiment = outcome.experiment();
            if (page.lines().isEmpty()) {
                page.blank().line(Tone.TITLE, "What the claim predicts");
            }
            if (!experiment.inside() && !outside) {
                outside = true;
                page.blank().line(Tone.TITLE, "What it predicts without its condition");
            }
            page.wrapped(result(outcome), experiment.says(), INDENT);
            page.wrapped(" ".repeat(INDENT), "-> " + found(outcome));
        }
        return page;
    }

    /** Whether all of what the claim calls sufficient is needed. */
    private static Page parts(Judgement judgement) {
        Page page = new Page();
        var enough = judgement.claim().enough();
        if (enough == null || judgement.parts().isEmpty()) {
            return page;
        }
        page.blank().line(Tone.TITLE, "Is all of %s needed?".formatted(Names.of(enough)));
        List<String> spare = new ArrayList<>();
        List<String> open = new ArrayList<>();
        Map<String, List<String>> needed = new LinkedHashMap<>();
        for (Necessity part : judgement.parts()) {
            String name = part.policy().name().substring(enough.name().length());
            switch (part.effect()) {
                case UNTOUCHED -> {} // no part of it
                case SAFE -> spare.add(name);
                case INCONCLUSIVE -> open.add(name);
                case BROKEN ->
                        part.shortest()
                                .ifPresent(
                                        found ->
                                                needed.computeIfAbsent(
                                                                "%s breaks in %s"
                                                                        .formatted(
                                                                                found.property(),
                                                                                found.universe()
                                                                                        .name()),
                                                                where -> new ArrayList<>())
                                                        .add(name));
            }
        }
        list(page, new Span("  can go     ", Tone.GOOD), spare, ": safe everywhere");
        list(page, new Span("  open       ", Tone.UNSURE), open, "");
        needed.forEach(
                (where, names) ->
                        list(page, new Span("  needed     ", Tone.BAD), names, ": " + where));
        return page;
    }

    private static void list(Page page, Span first, List<String> names, String end) {
        if (!names.isEmpty()) {
            page.wrapped(first, String.join(", ", names) + end, INDENT);
        }
    }

    private static Span result(Judgement.Outcome outcome) {
        return switch (outcome.result()) {
            case AS_PREDICTED -> new Span("  yes        ", Tone.GOOD);
            case OTHERWISE -> new Span("  no         ", Tone.BAD);
            case UNKNOWN -> new Span("  open       ", Tone.UNSURE);
        };
    }

    /** Such as {@code all 1,234 states were explored} or {@code P3 breaks in u5-recursive}. */
    static String found(Judgement.Outcome outcome) {
        Reply reply = outcome.reply();
        String states = Numbers.of(reply.states()) + " states";
        return switch (reply.answer()) {
            case YES -> "so in all of %s".formatted(states);
            case NO -> "%s, %s".formatted(where(reply), states);
            case SAYS_NOTHING, OPEN -> "%s, %s".formatted(reply.remark(), states);
        };
    }

    private static String where(Reply reply) {
        var universe = reply.where();
        var property = reply.property();
        String place = universe == null ? "somewhere" : universe.name();
        return property == null
                ? "seen in " + place
                : "%s (%s) breaks in %s".formatted(property, property.title(), place);
    }

    /** The story behind a verdict. */
    static Page tale(Tale tale) {
        return switch (tale) {
            case Tale.Broken broken -> StoryText.page(broken.story());
            case Tale.Seen seen -> StoryText.page(seen.what(), seen.story());
            case Tale.Different different -> DifferenceText.page(different.difference());
        };
    }
}
