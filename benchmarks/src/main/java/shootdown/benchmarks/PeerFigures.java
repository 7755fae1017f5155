package shootdown.benchmarks;

import java.util.Comparator;
import java.util.List;

/**
 * One run of one tool on one model: a line of {@code peers.csv}.
 *
 * @param round 0 for a run that is only about the counts
 * @param transitions without the first state
 * @param depth of a breadth-first search, else anything
 * @param cpu seconds of user and system time of the whole process
 * @param rssKiB the largest resident set
 * @param stateBytes what the states take as the tool tells it, or 0 if it does not
 * @param steps to the first violation, or 0
 */
record PeerFigures(
        int round,
        String model,
        String tool,
        long states,
        long transitions,
        int depth,
        double cpu,
        double wall,
        long rssKiB,
        long stateBytes,
        int steps) {

    static PeerFigures parse(String line) {
        String[] cells = line.split(",", -1);
        return new PeerFigures(
                Integer.parseInt(cells[0]),
                cells[1],
                cells[2],
                Long.parseLong(cells[3]),
                Long.parseLong(cells[4]),
                Integer.parseInt(cells[5]),
                Double.parseDouble(cells[6]),
                Double.parseDouble(cells[7]),
                Long.parseLong(cells[8]),
                Long.parseLong(cells[9]),
                Integer.parseInt(cells[10]));
    }

    /** The run whose CPU seconds are in the middle; of two, the lower one. */
    static PeerFigures median(List<PeerFigures> runs) {
        List<PeerFigures> sorted =
                runs.stream().sorted(Comparator.comparingDouble(PeerFigures::cpu)).toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    double statesPerCpuSecond() {
        return states / cpu;
    }

    boolean isBreadthFirst() {
        return !tool.endsWith("dfs");
    }

    /** Whether the run looked for a counterexample, and so ended before it had all states. */
    boolean isHunt() {
        return model.endsWith("-bug");
    }
}
