package shootdown.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A bar for each tool and model: distinct states in a second of CPU time. */
final class PeersSvg {
    private static final int WIDTH = 760;
    private static final int LEFT = 120;
    private static final int BAR_WIDTH = 480;
    private static final int ROW = 26;
    private static final int TITLE = 34;

    private static final String STYLE =
            """
            <style>:root{--ink:#1a1a1a;--bar:#8a8a8a;--own:#2e7d5b;--paper:#fff}
            @media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--bar:#8a8a8a;--own:#6fcf9f;--paper:#161616}}
            svg{background:var(--paper)} text{fill:var(--ink);font-size:13px} .title{font-weight:bold}</style>
            """;

    private final StringBuilder out = new StringBuilder();
    private int y;

    private PeersSvg() {}

    static String of(List<PeerFigures> medians) {
        Map<String, List<PeerFigures>> models =
                medians.stream()
                        .filter(run -> !run.isHunt())
                        .collect(
                                Collectors.groupingBy(
                                        PeerFigures::model,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        double most =
                medians.stream()
                        .filter(run -> !run.isHunt())
                        .mapToDouble(PeerFigures::statesPerCpuSecond)
                        .max()
                        .orElse(1);
        PeersSvg svg = new PeersSvg();
        models.forEach((model, runs) -> svg.model(model, runs, most));
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                            + " viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"t\""
                            + " font-family=\"system-ui, sans-serif\">%n<title id=\"t\">Distinct"
                            + " states in a second of CPU time, by model and tool</title>%n",
                        WIDTH,
                        svg.y + ROW / 2,
                        WIDTH,
                        svg.y + ROW / 2)
                + STYLE
                + svg.out
                + "</svg>\n";
    }

    private void model(String model, List<PeerFigures> runs, double most) {
        y += TITLE;
        text("title", 8, y - 10, "start", model + ", distinct states in a second of CPU time");
        for (PeerFigures run : runs) {
            double rate = run.statesPerCpuSecond();
            int width = (int) Math.round(BAR_WIDTH * rate / most);
            text("tool", LEFT - 8, y + ROW - 9, "end", run.tool());
            out.append(
                    String.format(
                            Locale.ROOT,
                            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\""
                                    + " fill=\"var(--%s)\"/>%n",
                            LEFT,
                            y + 4,
                            width,
                            ROW - 8,
                            run.tool().startsWith("shootdown") ? "own" : "bar"));
            String figure = String.format(Locale.ROOT, "%.2f million", rate / 1e6);
            text("figure", LEFT + width + 8, y + ROW - 9, "start", figure);
            y += ROW;
        }
    }

    private void text(String kind, int x, int baseline, String anchor, String words) {
        out.append(
                String.format(
                        Locale.ROOT,
                        "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
                        kind,
                        x,
                        baseline,
                        anchor,
                        words));
    }
}
