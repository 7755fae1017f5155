package shootdown.explorer;

import shootdown.checker.Property;

import java.util.Set;

/** Something that is true or false of a place; {@link ExpressionReader} reads it from text. */
sealed interface Expression {
    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    record Not(Expression expression) implements Expression {}

    /** Where a CPU runs. */
    enum Mode {
        GUEST,
        USER,
        XEN
    }

    record RunsIn(int cpu, Mode mode) implements Expression {}

    /** A CPU could use something that no legal walk gives. */
    record HasStale(int cpu) implements Expression {}

    /** The state, or the step that led to it, violates one of these. */
    record Breaks(Set<Property> properties) implements Expression {}

    /** A mark of a frame's type. */
    enum Mark {
        PINNED,
        LOCKED,
        VALIDATED
    }

    record HasMark(int mfn, Mark mark) implements Expression {}

    record Compares(Reading left, Relation relation, Operand right) implements Expression {}

    /** How two values are compared; only numbers have an order. */
    enum Relation {
        EQUAL("=="),
        NOT_EQUAL("!="),
        LESS("<"),
        AT_MOST("<="),
        MORE(">"),
        AT_LEAST(">=");

        final String sign;

        Relation(String sign) {
            this.sign = sign;
        }

        boolean isOrder() {
            return this != EQUAL && this != NOT_EQUAL;
        }

        boolean holds(long left, long right) {
            return switch (this) {
                case EQUAL -> left == right;
                case NOT_EQUAL -> left != right;
                case LESS -> left < right;
                case AT_MOST -> left <= right;
                case MORE -> left > right;
                case AT_LEAST -> left >= right;
            };
        }
    }

    /** What a value is; values of different kinds are not compared. */
    enum Kind {
        FRAME("a frame, an entry or 'none'"),
        NUMBER("a number"),
        TYPE("a type"),
        STAGE("a stage");

        final String inWords;

        Kind(String inWords) {
            this.inWords = inWords;
        }
    }

    /** A value. */
    sealed interface Operand {}

    /** The frame that is meant by {@code none}. */
    long NO_FRAME = -1;

    /** A frame's number, a number, a {@code PageInfo.TYPE_*}, or the number of a stage. */
    record Constant(long value) implements Operand {}

    /** A value that a state has. */
    sealed interface Reading extends Operand {
        default Kind kind() {
            return switch (this) {
                case EntryOf e -> Kind.FRAME;
                case RootOf r -> Kind.FRAME;
                case TypeCountOf c -> Kind.NUMBER;
                case CountOf c -> Kind.NUMBER;
                case TypeOf t -> Kind.TYPE;
                case StageOf s -> Kind.STAGE;
            };
        }
    }

    /** The frame that a present entry names, or {@link #NO_FRAME}. */
    record EntryOf(int mfn, int slot) implements Reading {}

    /** The frame in CR3. */
    record RootOf(int cpu) implements Reading {}

    /** The count of references to a frame's type. */
    record TypeCountOf(int mfn) implements Reading {}

    /** The count of all references to a frame. */
    record CountOf(int mfn) implements Reading {}

    record TypeOf(int mfn) implements Reading {}

    record StageOf(int cpu) implements Reading {}

    /**
     * Whether a state that has it keeps it if its caches hold more: then a search may leave out
     * states that are covered by others.
     */
    default boolean isMonotone() {
        return !looksAtCaches(true);
    }

    /**
     * @param negated whether only what stands below an odd number of negations counts
     */
    private boolean looksAtCaches(boolean negated) {
        return switch (this) {
            case And a -> a.left.looksAtCaches(negated) || a.right.looksAtCaches(negated);
            case Or o -> o.left.looksAtCaches(negated) || o.right.looksAtCaches(negated);
            case Not n -> n.expression.looksAtCaches(!negated);
            case HasStale h -> !negated;
            case Breaks b -> !negated;
            case RunsIn r -> false;
            case HasMark m -> false;
            case Compares c -> false;
        };
    }
}
