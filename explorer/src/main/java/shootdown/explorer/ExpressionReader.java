package shootdown.explorer;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.explorer.Expression.Constant;
import shootdown.explorer.Expression.Kind;
import shootdown.explorer.Expression.Mark;
import shootdown.explorer.Expression.Mode;
import shootdown.explorer.Expression.Operand;
import shootdown.explorer.Expression.Reading;
import shootdown.explorer.Expression.Relation;
import shootdown.explorer.Tokens.Token;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.Stage;
import shootdown.words.Nearest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads expressions (docs/explore.md), by recursive descent:
 *
 * <pre>
 *   expression = conjunction { "or" conjunction }
 *   conjunction = negation { "and" negation }
 *   negation = "not" negation | "(" expression ")" | fact
 *   fact = CPU "in" ("guest" | "user" | "xen") | CPU "stale" | "broken" [ PROPERTY ]
 *        | FRAME ("pinned" | "locked" | "validated") | reading RELATION operand
 *   reading = FRAME "[" SLOT "]" | FRAME "." ("type" | "count" | "refs") | CPU "." ("stage" | "root")
 *   operand = reading | FRAME | "none" | NUMBER | TYPE | STAGE
 * </pre>
 */
final class ExpressionReader {
    private static final int DEEPEST = 50;
    private static final Map<String, Integer> TYPES = types();

    private final Universe universe;
    private final Machine machine;
    private final Map<String, Integer> frames = new LinkedHashMap<>();
    private final List<String> cpus = new ArrayList<>();
    private final Tokens tokens;
    private int depth;

    private ExpressionReader(Universe universe, String text) {
        this.universe = universe;
        this.machine = universe.machine();
        this.tokens = new Tokens(text);
        int copies = machine.xpti() ? machine.cpus() : 0;
        for (int mfn = 0; mfn < machine.frames() + copies; mfn++) {
            frames.put(universe.frameName(mfn), mfn);
        }
        for (int cpu = 0; cpu < machine.cpus(); cpu++) {
            cpus.add("cpu" + cpu);
        }
    }

    /**
     * Reads an expression about the frames and CPUs of a universe.
     *
     * @throws ExpressionError if it is none
     */
    static Expression read(String text, Universe universe) {
        ExpressionReader reader = new ExpressionReader(universe, text);
        Expression expression = reader.disjunction();
        Token rest = reader.tokens.peek();
        if (!rest.is("")) {
            throw rest.expected("'and', 'or' or the end");
        }
        return expression;
    }

    private static Map<String, Integer> types() {
        Map<String, Integer> types = new LinkedHashMap<>();
        types.put("none", PageInfo.TYPE_NONE);
        for (int level = 1; level <= 4; level++) {
            types.put("l" + level, PageInfo.TYPE_L1 + level - 1);
        }
        types.put("seg_desc", PageInfo.TYPE_SEG_DESC);
        types.put("writable", PageInfo.TYPE_WRITABLE);
        return types;
    }

    private Expression disjunction() {
        Expression left = conjunction();
        while (tokens.takes("or", "||")) {
            left = new Expression.Or(left, conjunction());
        }
        return left;
    }

    private Expression conjunction() {
        Expression left = negation();
        while (tokens.takes("and", "&&")) {
            left = new Expression.And(left, negation());
        }
        return left;
    }

    private Expression negation() {
        if (++depth > DEEPEST) {
            throw tokens.peek().error("this is nested too deeply");
        }
        Expression read;
        if (tokens.takes("not", "!")) {
            read = new Expression.Not(negation());
        } else if (tokens.takes("(")) {
            read = disjunction();
            tokens.require(")");
        } else {
            read = fact();
        }
        depth--;
        return read;
    }

    private Expression fact() {
        Token first = tokens.take();
        if (first.is("broken")) {
            return new Expression.Breaks(properties());
        }
        Token next = tokens.peek();
        int cpu = cpus.indexOf(first.text());
        if (cpu >= 0) {
            return next.is(".") ? comparison(first) : ofCpu(cpu);
        }
        Integer mfn = frames.get(first.text());
        if (mfn == null) {
            throw unknownThing(first);
        }
        return next.is("[") || next.is(".") ? comparison(first) : ofFrame(mfn, first);
    }

    private Set<Property> properties() {
        Token next = tokens.peek();
        if (!next.isWord() || next.is("and") || next.is("or")) {
            return EnumSet.copyOf(Property.byDefault());
        }
        tokens.take();
        List<String> known =
                Arrays.stream(Property.values())
                        .flatMap(property -> Stream.of(property.name(), property.title()))
                        .toList();
        return Set.of(
                Property.find(next.text()).orElseThrow(() -> unknown(next, "property", known)));
    }

    private Expression ofCpu(int cpu) {
        Token word = tokens.take();
        if (word.is("stale")) {
            return new Expression.HasStale(cpu);
        }
        if (!word.is("in")) {
            throw misfit(word, List.of("in", "stale", "."));
        }
        return new Expression.RunsIn(cpu, choice(Mode.values(), "mode"));
    }

    private Expression ofFrame(int mfn, Token frame) {
        Token word = tokens.peek();
        List<String> marks = names(Mark.values());
        if (!marks.contains(word.text())) {
            List<String> fitting = new ArrayList<>(List.of("[", "."));
            fitting.addAll(marks);
            throw misfit(word, fitting);
        }
        requirePageInfo(mfn, frame);
        return new Expression.HasMark(mfn, choice(Mark.values(), "mark"));
    }

    private Expression comparison(Token first) {
        Reading left = reading(first);
        Token sign = tokens.take();
        Relation relation =
                Arrays.stream(Relation.values())
                        .filter(each -> sign.is(each.sign))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        sign.expected(
                                                left.kind() == Kind.NUMBER
                                                        ? "'==', '!=', '<', '<=', '>' or '>='"
                                                        : "'==' or '!='"));
        if (relation.isOrder() && left.kind() != Kind.NUMBER) {
            throw sign.expected("'==' or '!=': only numbers have an order");
        }
        return new Expression.Compares(left, relation, operand(left.kind()));
    }

    private Reading reading(Token first) {
        int cpu = cpus.indexOf(first.text());
        if (cpu >= 0) {
            tokens.require(".");
            Token what = tokens.take();
            return switch (what.text()) {
                case "stage" -> new Expression.StageOf(cpu);
                case "root" -> new Expression.RootOf(cpu);
                default -> throw misfit(what, List.of("stage", "root"));
            };
        }
        Integer mfn = frames.get(first.text());
        if (mfn == null) {
            throw unknownThing(first);
        }
        if (tokens.takes("[")) {
            Reading entry = new Expression.EntryOf(mfn, slot());
            tokens.require("]");
            return entry;
        }
        tokens.require(".");
        requirePageInfo(mfn, first);
        Token what = tokens.take();
        return switch (what.text()) {
            case "type" -> new Expression.TypeOf(mfn);
            case "count" -> new Expression.TypeCountOf(mfn);
            case "refs" -> new Expression.CountOf(mfn);
            default -> throw misfit(what, List.of("type", "count", "refs"));
        };
    }

    private Operand operand(Kind kind) {
        Token token = tokens.take();
        boolean reads = tokens.peek().is("[") || tokens.peek().is(".");
        if (reads && token.isWord()) {
            Reading reading = reading(token);
            if (reading.kind() != kind) {
                throw token.expected(kind.inWords);
            }
            return reading;
        }
        return new Constant(constant(kind, token));
    }

    private long constant(Kind kind, Token token) {
        if (kind == Kind.NUMBER) {
            return number(token);
        }
        if (!token.isWord()) {
            throw token.expected(kind.inWords);
        }
        return switch (kind) {
            case FRAME -> token.is("none") ? Expression.NO_FRAME : known(token, "frame", frames);
            case TYPE -> known(token, "type", TYPES);
            case STAGE -> known(token, "stage", stages());
            case NUMBER -> throw new AssertionError(kind);
        };
    }

    private static Map<String, Integer> stages() {
        Map<String, Integer> stages = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            stages.put(stage.name(), Sought.number(stage));
        }
        return stages;
    }

    private static long known(Token token, String kind, Map<String, Integer> words) {
        Integer value = words.get(token.text());
        if (value == null) {
            throw unknown(token, kind, words.keySet());
        }
        return value;
    }

    private int slot() {
        Token token = tokens.peek();
        long slot = number(tokens.take());
        List<Integer> tracked = Arrays.stream(machine.slots()).boxed().toList();
        if (slot > Integer.MAX_VALUE || !tracked.contains((int) slot)) {
            String all = tracked.stream().map(String::valueOf).collect(Collectors.joining(", "));
            throw token.error(
                    "%s does not track slot %s; it tracks %s"
                            .formatted(universe.name(), token.shown(), all));
        }
        return (int) slot;
    }

    private static long number(Token token) {
        if (!token.isNumber()) {
            throw token.expected(Kind.NUMBER.inWords);
        }
        try {
            return token.text().startsWith("0x")
                    ? Long.parseLong(token.text().substring(2), 16)
                    : Long.parseLong(token.text());
        } catch (NumberFormatException e) {
            throw token.error(token.shown() + " is no number of at most 63 bits");
        }
    }

    private void requirePageInfo(int mfn, Token frame) {
        if (mfn >= machine.frames()) {
            throw frame.error(
                    "%s is a table of Xen's own: it has entries, but no type and no counts"
                            .formatted(frame.text()));
        }
    }

    private <E extends Enum<E>> E choice(E[] values, String kind) {
        Token word = tokens.take();
        List<String> names = names(values);
        int index = names.indexOf(word.text());
        if (index < 0) {
            throw word.isWord() ? unknown(word, kind, names) : misfit(word, names);
        }
        return values[index];
    }

    private static <E extends Enum<E>> List<String> names(E[] values) {
        return Arrays.stream(values).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
    }

    /** A first word that is nothing of this universe. */
    private ExpressionError unknownThing(Token word) {
        if (!word.isWord()) {
            return word.expected("a CPU, a frame, 'broken', 'not' or '('");
        }
        if (word.text().matches("cpu[0-9]+")) {
            return word.error(
                    "there is no %s: %s has %s"
                            .formatted(
                                    word.shown(),
                                    universe.name(),
                                    cpus.size() == 1
                                            ? "one CPU, cpu0"
                                            : cpus.size() + " CPUs, from cpu0"));
        }
        List<String> known = new ArrayList<>(frames.keySet());
        known.addAll(cpus);
        known.addAll(List.of("broken", "not"));
        return unknown(word, "CPU or frame", known);
    }

    private static ExpressionError unknown(Token word, String kind, Collection<String> known) {
        return word.error(
                "there is no %s %s; did you mean '%s'?"
                        .formatted(kind, word.shown(), Nearest.of(word.text(), known)));
    }

    private static ExpressionError misfit(Token word, List<String> fitting) {
        @Nullable String meant = word.isWord() ? Nearest.of(word.text(), fitting) : null;
        if (meant != null && Nearest.isSlip(word.text(), meant)) {
            return word.error(
                    "%s does not fit here; did you mean '%s'?".formatted(word.shown(), meant));
        }
        return word.expected(
                fitting.stream().map(each -> "'" + each + "'").collect(Collectors.joining(" or ")));
    }
}
