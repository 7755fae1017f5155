package shootdown.report;

import shootdown.checker.Necessity;
import shootdown.checker.Necessity.Effect;

import java.util.List;
import java.util.stream.Collectors;

/** What becomes of a policy without each of its parts: a line for each. */
final class WeakerTable {
    private WeakerTable() {}

    static Page page(EconomyReport.Parts parts) {
        Grid grid = new Grid("llrrrl");
        grid.header(List.of("without", "verdict", "less in", "broken", "hyp.", "what is left out"));
        for (EconomyReport.Weaker weaker : parts.weaker()) {
            if (touched(weaker) > 0) {
                grid.row(row(weaker.name(), weaker, weaker.rule()));
            }
        }
        EconomyReport.Weaker together = parts.together();
        if (together != null) {
            grid.row(row("all that can go", together, ""));
        }
        Page page = new Page().append(grid.page());
        page.append(legend());
        String idle =
                parts.weaker().stream()
                        .filter(weaker -> touched(weaker) == 0)
                        .map(EconomyReport.Weaker::name)
                        .collect(Collectors.joining(", "));
        if (!idle.isEmpty()) {
            page.wrapped("Not a part of it: ", idle);
        }
        if (together != null) {
            String all = together.name().replace("~", ", ");
            page.wrapped("All that can go, together: ", all);
        }
        return page;
    }

    private static Page legend() {
        return new Page()
                .blank()
                .line("less in  universes in which it does less than before")
                .line("broken   of these, those on machines of Xen's in which it breaks something")
                .line("hyp.     the same on hypothetical machines, which do not count");
    }

    /** Universes in which it does less. */
    private static int touched(EconomyReport.Weaker weaker) {
        Necessity necessity = weaker.necessity();
        return necessity.findings().size() - necessity.where(Effect.UNTOUCHED).size();
    }

    private static List<Span> row(String name, EconomyReport.Weaker weaker, String rule) {
        Necessity necessity = weaker.necessity();
        int broken = necessity.onXen(Effect.BROKEN).size();
        int all = necessity.where(Effect.BROKEN).size();
        String mark = necessity.policy().ideal() ? " (ideal)" : "";
        return List.of(
                Span.plain(name + mark),
                verdict(necessity.effect()),
                Span.plain("" + touched(weaker)),
                Span.plain("" + broken),
                Span.plain("" + (all - broken)),
                Span.plain(rule));
    }

    private static Span verdict(Effect effect) {
        return switch (effect) {
            case SAFE -> new Span("can go", Tone.GOOD);
            case BROKEN -> new Span("needed", Tone.BAD);
            case UNTOUCHED -> new Span("-", Tone.MUTED);
            case INCONCLUSIVE -> new Span("?", Tone.UNSURE);
        };
    }
}
