package shootdown.fuzz;

import shootdown.checker.Property;
import shootdown.checker.Story;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A campaign written down as text, so that it can be gone on with: a line for each thing, a
 * checksum in the last. Times are left out: they are nobody's but the run's.
 *
 * @param author the program and the policy files that did it: others walk differently
 * @param seed that decides everything
 * @param targets names of the targets, in their order
 * @param nanos how long it has taken
 * @param done what was done
 */
public record Notes(String author, long seed, List<String> targets, long nanos, Shard done) {
    private static final String FIRST = "shootdown fuzz " + Campaign.FORMAT;
    private static final String LAST = "checksum ";

    public Notes {
        targets = List.copyOf(targets);
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        line(text, FIRST);
        line(text, "author " + author);
        line(text, "seed " + seed);
        targets.forEach(target -> line(text, "target " + target));
        line(text, "nanos " + nanos);
        text.append(shardText(done));
        line(text, LAST + checksum(text));
        return text.toString();
    }

    private static String checksum(CharSequence text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(checksum.getValue());
    }

    /** A shard alone. */
    public static String shardText(Shard shard) {
        StringBuilder text = new StringBuilder();
        line(text, "rounds %d %d".formatted(shard.from(), shard.to()));
        shard.work()
                .forEach(
                        work ->
                                line(
                                        text,
                                        "work %s %d %d"
                                                .formatted(
                                                        work.target(),
                                                        work.walks(),
                                                        work.steps())));
        shard.hits().forEach(hit -> line(text, text(hit)));
        shard.stops()
                .forEach(
                        stop ->
                                line(
                                        text,
                                        "stop %s %d %s"
                                                .formatted(
                                                        stop.target(),
                                                        stop.round(),
                                                        stop.reason())));
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }

    private static String text(Hit hit) {
        StringBuilder line = new StringBuilder();
        line.append(
                "hit %s %d %s %b %b"
                        .formatted(
                                hit.target(),
                                hit.round(),
                                hit.property(),
                                hit.hypothetical(),
                                hit.unattributed()));
        for (Story.Step step : hit.steps()) {
            line.append(" %d/%d/%d".formatted(step.cpu(), step.action(), step.answer()));
        }
        return line.toString();
    }

    /**
     * Reads what {@link #text} has written.
     *
     * @throws IllegalArgumentException if it is something else, or not complete
     */
    public static Notes parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.getFirst().startsWith("shootdown fuzz ")) {
            throw new IllegalArgumentException("it is not what fuzz writes");
        }
        if (!lines.getFirst().equals(FIRST)) {
            throw new IllegalArgumentException(
                    "another version of the program has written it, whose seeds mean other"
                            + " universes");
        }
        int last = text.lastIndexOf(LAST);
        if (last < 0 || !text.endsWith("\n")) {
            throw new IllegalArgumentException("it is cut short");
        }
        if (!lines.getLast().equals(LAST + checksum(text.substring(0, last)))) {
            throw new IllegalArgumentException("it is damaged");
        }
        try {
            List<String> targets = values(lines, "target");
            Shard done = shard(lines);
            done.hits().forEach(hit -> requireInTurn(hit, targets));
            return new Notes(
                    value(lines, "author"),
                    Long.parseLong(value(lines, "seed")),
                    targets,
                    Long.parseLong(value(lines, "nanos")),
                    done);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("it is damaged: " + e.getMessage(), e);
        }
    }

    private static void requireInTurn(Hit hit, List<String> targets) {
        int turn = (int) (hit.round() % targets.size());
        if (!targets.get(turn).equals(hit.target())) {
            throw new IllegalArgumentException(
                    "round %d is not for %s".formatted(hit.round(), hit.target()));
        }
    }

    /**
     * Reads what {@link #shardText} has written.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Shard parseShard(String text) {
        try {
            return shard(text.lines().toList());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("no shard: " + e.getMessage(), e);
        }
    }

    private static Shard shard(List<String> lines) {
        String[] rounds = value(lines, "rounds").split(" ", -1);
        return new Shard(
                Long.parseLong(rounds[0]),
                Long.parseLong(rounds[1]),
                values(lines, "work").stream().map(Notes::work).toList(),
                values(lines, "hit").stream().map(Notes::hit).toList(),
                values(lines, "stop").stream().map(Notes::stop).toList());
    }

    private static Work work(String line) {
        String[] words = line.split(" ", 3);
        return new Work(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    private static Stop stop(String line) {
        String[] words = line.split(" ", 3);
        return new Stop(words[0], Long.parseLong(words[1]), words[2]);
    }

    private static Hit hit(String line) {
        String[] words = line.split(" ", -1);
        List<Story.Step> steps = new ArrayList<>();
        for (int i = 5; i < words.length; i++) {
            String[] step = words[i].split("/", -1);
            steps.add(
                    new Story.Step(
                            Integer.parseInt(step[0]),
                            Integer.parseInt(step[1]),
                            Integer.parseInt(step[2])));
        }
        return new Hit(
                words[0],
                Long.parseLong(words[1]),
                Property.valueOf(words[2]),
                Boolean.parseBoolean(words[3]),
                Boolean.parseBoolean(words[4]),
                steps);
    }

    private static List<String> values(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + " "))
                .map(line -> line.substring(key.length() + 1))
                .toList();
    }

    private static String value(List<String> lines, String key) {
        Optional<String> found = values(lines, key).stream().findFirst();
        return found.orElseThrow(() -> new IllegalArgumentException("no line '" + key + "'"));
    }
}
