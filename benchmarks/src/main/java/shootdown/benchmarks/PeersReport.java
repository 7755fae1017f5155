package shootdown.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Holds the counts of {@code compare-peers.sh} against each other, and makes its table and picture.
 *
 * <p>{@code PeersReport peers.csv peers.md peers.svg}; exit code 1 if any counts disagree.
 */
public final class PeersReport {
    private PeersReport() {}

    public static void main(String[] args) throws IOException {
        List<PeerFigures> runs =
                Files.readAllLines(Path.of(args[0])).stream()
                        .skip(1)
                        .map(PeerFigures::parse)
                        .toList();
        List<PeerFigures> medians = medians(runs);
        String table = table(medians);
        Files.writeString(Path.of(args[1]), table);
        Files.writeString(Path.of(args[2]), PeersSvg.of(medians));
        System.out.print("\n" + table);
        List<String> disagreements = disagreements(runs);
        disagreements.forEach(System.err::println);
        if (!disagreements.isEmpty()) {
            System.exit(1);
        }
        System.out.println("\nAll counts agree.");
    }

    /** A sentence for each run that differs from the first one of its model. */
    static List<String> disagreements(Collection<PeerFigures> runs) {
        List<String> found = new ArrayList<>();
        byKey(runs, PeerFigures::model)
                .forEach(
                        (model, all) -> {
                            PeerFigures first = all.getFirst();
                            all.stream()
                                    .filter(run -> !agree(first, run))
                                    .map(run -> "DISAGREE on " + model + ": " + first + ", " + run)
                                    .forEach(found::add);
                        });
        return found;
    }

    /** States and transitions of whole searches; of hunts, how far the violation is. */
    private static boolean agree(PeerFigures a, PeerFigures b) {
        if (a.isHunt()) {
            return a.steps() > 0 && a.steps() == b.steps();
        }
        boolean sameDepth = a.depth() == b.depth() || b.depth() == 0 || !b.isBreadthFirst();
        return a.states() > 0
                && a.states() == b.states()
                && a.transitions() == b.transitions()
                && a.steps() == 0
                && b.steps() == 0
                && sameDepth;
    }

    private static List<PeerFigures> medians(Collection<PeerFigures> runs) {
        List<PeerFigures> timed = runs.stream().filter(run -> run.round() > 0).toList();
        return byKey(timed, run -> run.model() + " " + run.tool()).values().stream()
                .map(PeerFigures::median)
                .toList();
    }

    private static String table(List<PeerFigures> medians) {
        StringBuilder out = new StringBuilder();
        out.append(
                """
                | model | tool | states | transitions | CPU s | states/CPU s | RSS, MiB | bytes/state |
                |---|---|---|---|---|---|---|---|
                """);
        for (PeerFigures run : medians) {
            if (!run.isHunt()) {
                out.append(
                        String.format(
                                Locale.ROOT,
                                "| %s | %s | %,d | %,d | %.2f | %,.0f | %d | %s |%n",
                                run.model(),
                                run.tool(),
                                run.states(),
                                run.transitions(),
                                run.cpu(),
                                run.statesPerCpuSecond(),
                                run.rssKiB() >> 10,
                                bytesPerState(run)));
            }
        }
        out.append(
                """

                | shortest counterexample | tool | steps | states seen | CPU s | wall s |
                |---|---|---|---|---|---|
                """);
        for (PeerFigures run : medians) {
            if (run.isHunt()) {
                out.append(
                        String.format(
                                Locale.ROOT,
                                "| %s | %s | %d | %,d | %.2f | %.2f |%n",
                                run.model(),
                                run.tool(),
                                run.steps(),
                                run.states(),
                                run.cpu(),
                                run.wall()));
            }
        }
        return out.toString();
    }

    /**
     * As the tool tells it; else, for a process that is nearly nothing but its states, all of it.
     */
    private static String bytesPerState(PeerFigures run) {
        long bytes = run.stateBytes() > 0 ? run.stateBytes() : run.rssKiB() << 10;
        return String.format(Locale.ROOT, "%.1f", (double) bytes / run.states());
    }

    private static Map<String, List<PeerFigures>> byKey(
            Collection<PeerFigures> runs, Function<PeerFigures, String> key) {
        return runs.stream()
                .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }
}
