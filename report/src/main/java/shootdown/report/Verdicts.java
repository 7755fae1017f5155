package shootdown.report;

import shootdown.checker.Cell;
import shootdown.checker.Cell.Verdict;
import shootdown.checker.Outcome;
import shootdown.checker.Property;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The word for one or several results: {@code safe}, or what is broken, with its marks. */
public final class Verdicts {
    static final String DIFFERS = "!";
    static final String ELSEWHERE = "*";
    static final String OPEN = "?";
    static final String VACUOUS = "(safe)";
    static final String NOT_RUN = "not run";

    private Verdicts() {}

    /** What holds in one universe: all that is broken, by full ids. */
    public static Span of(Result result) {
        if (result.broken().isEmpty()) {
            return of(List.of(result));
        }
        String open = result.isExhaustive() ? "" : " " + OPEN;
        String mark = (result.counts() ? "" : ELSEWHERE) + (result.differs() ? DIFFERS : "");
        return new Span(CheckText.ids(result.broken()) + open + mark, Tone.BAD);
    }

    /** Such as {@code broken (P3)}. */
    static String word(Cell cell) {
        return switch (cell.outcome()) {
            case SAFE -> "safe";
            case BROKEN -> "broken (" + CheckText.ids(cell.broken()) + ")";
            case INCONCLUSIVE -> "inconclusive";
        };
    }

    /** Such as {@code P1 2 5}. */
    private static String ids(Collection<Property> broken) {
        return "P"
                + broken.stream()
                        .map(property -> property.name().substring(1))
                        .collect(Collectors.joining(" "));
    }

    /** What holds in all of them. */
    public static Span of(Collection<Result> results) {
        if (results.isEmpty()) {
            return Span.EMPTY;
        }
        TreeSet<Property> broken = new TreeSet<>();
        TreeSet<Property> elsewhere = new TreeSet<>();
        boolean open = false;
        boolean ran = false;
        boolean vacuous = true;
        boolean differs = false;
        for (Result result : results) {
            (result.universe().machine().isHypothetical() ? elsewhere : broken)
                    .addAll(result.broken());
            ran |= result.ran();
            open |= !result.isExhaustive();
            vacuous &= result.isVacuous();
            differs |= result.differs();
        }
        elsewhere.removeAll(broken);
        String mark = (elsewhere.isEmpty() ? "" : ELSEWHERE) + (differs ? DIFFERS : "");
        if (!ran) {
            return new Span(NOT_RUN, Tone.UNSURE);
        }
        if (!broken.isEmpty()) {
            return new Span(ids(broken) + (open ? OPEN : "") + mark, Tone.BAD);
        }
        if (open) {
            return new Span(OPEN + mark, Tone.UNSURE);
        }
        return new Span((vacuous ? VACUOUS : "safe") + mark, vacuous ? Tone.MUTED : Tone.GOOD);
    }

    /** The properties that have something at stake in them, such as {@code 1237}, or {@code -}. */
    public static String atStake(Collection<Result> results) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (Result result : results) {
            for (Verdict verdict : result.verdicts()) {
                if (!verdict.isVacuous()) {
                    numbers.add(Integer.valueOf(verdict.property().name().substring(1)));
                }
            }
        }
        StringBuilder digits = new StringBuilder();
        numbers.forEach(digits::append);
        return digits.isEmpty() ? "-" : digits.toString();
    }

    /**
     * The word for one property: {@code ok}, {@code NO}, {@code -} (nothing at stake), {@code ?}.
     */
    static Span of(Verdict verdict) {
        if (verdict.isVacuous()) {
            return verdict.outcome() == Outcome.SAFE
                    ? new Span("-", Tone.MUTED)
                    : new Span(OPEN, Tone.UNSURE);
        }
        return switch (verdict.outcome()) {
            case SAFE -> new Span("ok", Tone.GOOD);
            case BROKEN -> new Span("NO", Tone.BAD);
            case INCONCLUSIVE -> new Span(OPEN, Tone.UNSURE);
        };
    }
}
