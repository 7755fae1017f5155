package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Cell;
import shootdown.fuzz.Finding;
import shootdown.fuzz.Hit;
import shootdown.fuzz.Stop;
import shootdown.fuzz.Target;

import java.util.ArrayList;
import java.util.List;

/** What random walks came to, as text. */
public final class FuzzText {
    private FuzzText() {}

    /** The story of the only target, or a table of all. */
    public static Page page(FuzzReport report, int columns) {
        Page page = new Page(columns);
        if (report.targets().size() == 1) {
            only(report, report.targets().getFirst(), page);
        } else {
            table(report, page);
        }
        unattributed(report, page);
        stops(report, page);
        closing(report, page);
        return page;
    }

    private static void only(FuzzReport report, Target target, Page page) {
        @Nullable Hit hit = report.hit(target);
        if (hit == null) {
            page.line(
                    Tone.UNSURE,
                    "nothing found for %s: that is not safe, only check can say so"
                            .formatted(target.name()));
            return;
        }
        @Nullable Finding finding = report.finding(hit);
        if (finding == null) {
            page.line(Tone.BAD, "%s breaks %s".formatted(target.name(), hit.property()));
            return;
        }
        page.append(StoryText.page(finding.story(), page.width()));
        page.blank();
        page.wrapped(
                new Span("Found: ", Tone.TITLE), found(report, hit) + "; " + small(finding), 7);
    }

    private static void table(FuzzReport report, Page page) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("target", "breaks", "after", "round", "smallest universe", "story"));
        for (Target target : report.targets()) {
            rows.add(row(report, target));
        }
        int[] widths = new int[6];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (int r = 0; r < rows.size(); r++) {
            List<String> row = rows.get(r);
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).repeat(' ', widths[i] + 2 - row.get(i).length());
            }
            boolean none = row.get(1).isEmpty();
            Tone tone = r == 0 ? Tone.TITLE : none ? Tone.UNSURE : Tone.PLAIN;
            page.line(tone, line.toString().stripTrailing());
        }
        page.blank();
    }

    private static List<String> row(FuzzReport report, Target target) {
        @Nullable Hit hit = report.hit(target);
        if (hit == null) {
            return List.of(target.name(), "", "", "", "nothing found", "");
        }
        @Nullable Finding finding = report.finding(hit);
        return List.of(
                target.name(),
                hit.property().name(),
                after(report, hit),
                Numbers.of(hit.round()),
                finding == null ? "" : size(finding),
                finding == null
                        ? ""
                        : Numbers.count(finding.story().steps().size(), "step", "steps"));
    }

    private static String after(FuzzReport report, Hit hit) {
        @Nullable Long nanos = report.foundAfter().get(hit);
        return nanos == null ? "" : duration(nanos);
    }

    static String duration(long nanos) {
        long seconds = nanos / 1_000_000_000L;
        return seconds < 60
                ? "%.1f s".formatted(nanos / 1e9)
                : seconds < 3600
                        ? "%d min %02d s".formatted(seconds / 60, seconds % 60)
                        : "%d h %02d min".formatted(seconds / 3600, seconds / 60 % 60);
    }

    private static String size(Finding finding) {
        @Nullable Cell cell = finding.cell();
        String hypothetical = finding.hit().hypothetical() ? ", not Xen's" : "";
        return (cell == null ? "not made small" : Numbers.count(cell.states(), "state", "states"))
                + hypothetical;
    }

    private static String found(FuzzReport report, Hit hit) {
        String after = after(report, hit);
        return "in round %s of seed %d%s"
                .formatted(
                        Numbers.of(hit.round()),
                        report.seed(),
                        after.isEmpty() ? "" : ", after " + after);
    }

    private static String small(Finding finding) {
        @Nullable Cell cell = finding.cell();
        if (cell == null) {
            return "the universe could not be made small, so this is the way of the walk, cut down";
        }
        String hypothetical = finding.hit().hypothetical() ? "; its machine is not Xen's" : "";
        String control =
                finding.control() == null
                        ? ""
                        : ", in which it holds under " + Names.of(finding.control());
        return "nothing can be taken out of this universe; it has %s%s%s"
                .formatted(Numbers.count(cell.states(), "state", "states"), control, hypothetical);
    }

    private static void unattributed(FuzzReport report, Page page) {
        for (Hit hit : report.unattributed()) {
            page.wrapped(
                    new Span("Not counted: ", Tone.UNSURE),
                    "%s breaks in round %s of %s, and no trusted policy is known to keep it there"
                            .formatted(hit.property(), Numbers.of(hit.round()), hit.target()),
                    2);
        }
    }

    private static void stops(FuzzReport report, Page page) {
        for (Stop stop : report.done().stops()) {
            page.wrapped(
                    new Span("The model stopped ", Tone.UNSURE),
                    "in round %s of %s, which is a defect of the model: %s"
                            .formatted(Numbers.of(stop.round()), stop.target(), stop.reason()),
                    2);
        }
    }

    private static void closing(FuzzReport report, Page page) {
        long found = report.targets().stream().filter(t -> report.hit(t) != null).count();
        page.line(
                "fuzz: %d of %d broken, %s rounds, %s walks, %s steps in %s, seed %d: %s"
                        .formatted(
                                found,
                                report.targets().size(),
                                Numbers.of(report.done().to()),
                                Numbers.of(report.done().walks()),
                                Numbers.of(report.done().steps()),
                                duration(report.nanos()),
                                report.seed(),
                                report.end().says()));
    }
}
