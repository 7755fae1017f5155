package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.words.Nearest;
import shootdown.workload.cost.MachineCosts;
import shootdown.workload.cost.Machines;
import shootdown.workload.cost.Range;
import shootdown.workload.cost.Unit;
import shootdown.workload.cost.UnitCost;
import shootdown.workload.cost.UnitCost.Basis;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The user's unit costs: lines of a key and its value, {@code #} begins a comment.
 *
 * <pre>
 * # shootdown-costs 1
 * machine      my-box  a Xeon under my desk
 * based-on     skylake
 * local-flush  180 210 400  measured, 1000 runs
 * refill       35
 * </pre>
 */
final class CostsFile {
    private static final String FIRST = "# shootdown-costs ";
    private static final int VERSION = 1;
    private static final int MOST_BYTES = 1 << 16;
    private static final double MOST = 1e12;
    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,13}([.][0-9]{1,6})?");

    private final Path file;
    private final Map<Unit, UnitCost> costs = new EnumMap<>(Unit.class);
    private String name = "";
    private String title = "";
    private @Nullable MachineCosts base;

    private CostsFile(Path file) {
        this.file = file;
    }

    static MachineCosts read(Path file) {
        return new CostsFile(file).machine(lines(file));
    }

    private static List<String> lines(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new Complaint(
                    (Files.exists(file) ? "not a file of costs: " : "there is no file of costs ")
                            + file);
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new Complaint(
                        "%s: larger than %d bytes; a file of costs is small"
                                .formatted(file, MOST_BYTES));
            }
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new Complaint(file + ": not a text in UTF-8");
        } catch (IOException e) {
            throw new Complaint("cannot read the costs " + file + ": " + e.getMessage());
        }
    }

    private MachineCosts machine(List<String> lines) {
        version(lines.isEmpty() ? "" : lines.getFirst());
        for (int i = 1; i < lines.size(); i++) {
            Line line = new Line(i + 1, lines.get(i));
            if (!line.words.isEmpty()) {
                line(line);
            }
        }
        Map<Unit, UnitCost> all = new EnumMap<>(Unit.class);
        if (base != null) {
            all.putAll(base.costs());
        }
        all.putAll(costs);
        List<String> missing =
                Arrays.stream(Unit.values())
                        .filter(unit -> !all.containsKey(unit))
                        .map(Unit::key)
                        .toList();
        if (!missing.isEmpty()) {
            throw new Complaint(
                    "%s: no %s; give them, or take them from another machine: based-on %s"
                            .formatted(
                                    file, String.join(", ", missing), Machines.byDefault().name()));
        }
        String known = name.isEmpty() ? String.valueOf(file.getFileName()) : name;
        return new MachineCosts(known, title.isEmpty() ? known : title, all);
    }

    private void version(String first) {
        if (!first.startsWith(FIRST)) {
            throw at(1, 1, "expected the line '%s%d'".formatted(FIRST, VERSION));
        }
        String version = first.substring(FIRST.length()).strip();
        if (!version.equals(Integer.toString(VERSION))) {
            throw at(
                    1,
                    FIRST.length() + 1,
                    "version '%s' is not known; this program reads version %d"
                            .formatted(version, VERSION));
        }
    }

    private void line(Line line) {
        String key = line.words.getFirst().text;
        switch (key) {
            case "machine" -> {
                name = line.word(1, "a name").text;
                title = line.rest(2);
            }
            case "based-on" -> base = base(line.word(1, "a machine"), line.number);
            default -> {
                Unit unit =
                        Unit.find(key)
                                .orElseThrow(() -> unknown("key", line.words.getFirst(), line));
                UnitCost before = costs.put(unit, cost(line, unit));
                if (before != null) {
                    throw at(line.number, 1, "'%s' is given twice".formatted(key));
                }
            }
        }
    }

    private MachineCosts base(Word word, int line) {
        List<String> known = Machines.all().stream().map(MachineCosts::name).toList();
        return Machines.find(word.text)
                .orElseThrow(
                        () ->
                                at(
                                        line,
                                        word.column,
                                        "unknown machine '%s'; did you mean '%s'?"
                                                .formatted(
                                                        word.text, Nearest.of(word.text, known))));
    }

    /** One number, or a low, a typical and a high one; then, in any words, the source. */
    private UnitCost cost(Line line, Unit unit) {
        String wanted = "a number of %s, 0 or more".formatted(unit.measure());
        double first = number(line.word(1, wanted), line, wanted);
        if (line.words.size() < 3 || !NUMBER.matcher(line.words.get(2).text).matches()) {
            return new UnitCost(Range.of(first), Basis.GIVEN, source(line, 2));
        }
        String three = wanted + ": one number, or low, typical and high";
        double typical = number(line.words.get(2), line, three);
        double high = number(line.word(3, three), line, three);
        if (first > typical || typical > high) {
            throw at(
                    line.number,
                    line.words.get(first > typical ? 2 : 3).column,
                    "low, typical and high must ascend");
        }
        return new UnitCost(new Range(first, typical, high), Basis.GIVEN, source(line, 4));
    }

    private static String source(Line line, int from) {
        String rest = line.rest(from);
        return rest.isEmpty() ? "the user's file" : rest;
    }

    private double number(Word word, Line line, String wanted) {
        if (!NUMBER.matcher(word.text).matches() || Double.parseDouble(word.text) > MOST) {
            throw at(
                    line.number, word.column, "expected %s, not '%s'".formatted(wanted, word.text));
        }
        return Double.parseDouble(word.text);
    }

    private Complaint unknown(String kind, Word word, Line line) {
        List<String> known =
                Stream.concat(
                                Stream.of("machine", "based-on"),
                                Arrays.stream(Unit.values()).map(Unit::key))
                        .toList();
        return at(
                line.number,
                word.column,
                "unknown %s '%s'; did you mean '%s'?"
                        .formatted(kind, word.text, Nearest.of(word.text, known)));
    }

    private Complaint at(int line, int column, String problem) {
        return new Complaint("%s:%d:%d: %s".formatted(file, line, column, problem));
    }

    /** A word and where it begins, from 1. */
    private record Word(String text, int column) {}

    /** The words of a line, without its comment. */
    private final class Line {
        private final int number;
        private final String text;
        private final List<Word> words = new ArrayList<>();

        Line(int number, String whole) {
            this.number = number;
            int comment = whole.indexOf('#');
            text = comment < 0 ? whole : whole.substring(0, comment);
            Matcher matcher = WORD.matcher(text);
            while (matcher.find()) {
                words.add(new Word(matcher.group(), matcher.start() + 1));
            }
        }

        Word word(int index, String wanted) {
            if (index >= words.size()) {
                throw at(number, text.stripTrailing().length() + 1, "expected " + wanted);
            }
            return words.get(index);
        }

        String rest(int index) {
            return index < words.size() ? text.substring(words.get(index).column - 1).strip() : "";
        }
    }
}
