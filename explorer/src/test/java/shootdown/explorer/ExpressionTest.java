package shootdown.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.checker.Place;
import shootdown.checker.Property;
import shootdown.checker.Trails;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.engine.SearchOptions;
import shootdown.policy.Catalogue;

import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Of {@code ExpressionReader}, {@code Expression} and {@code Sought}. */
class ExpressionTest {
    private static final Universe SMP = Universes.find("u3-xpti-smp").orElseThrow();
    private static final Universe ONE = Universes.find("u1-linear-uvm").orElseThrow();

    /** Frames of u1: L4, L3a, L3b, L2a, L2b, L1a, L1b, page. */
    @ParameterizedTest
    @CsvSource({
        "L4[0] == L3a, true",
        "L4[0] == L3b, false",
        "L4[0] != none, true",
        "L3a[0] == L3b[0], false",
        "L3a.type == l3, true",
        "page.type == writable, true",
        "L3a.type == L4.type, false",
        "L3a.count == 2, true",
        "L3a.count > 2 or L3a.count >= 2, true",
        "L3a.count < L4.count, false",
        "L3a.refs > 0, true",
        "L3a pinned and not page pinned, true",
        "L3a validated, true",
        "L1a locked, false",
        "cpu0.root == L4, true",
        "cpu0.stage == IDLE, true",
        "cpu0.stage != FLUSHING, true",
        "cpu0 in guest and cpu0 in xen, true",
        "cpu0 in user, false",
        "cpu0 stale, false",
        "broken, false",
        "broken P3 or broken linear-freshness, false",
        "not (broken or cpu0 stale), true",
        "!cpu0 stale && !broken || broken P7, true"
    })
    void isTrueOfTheFirstState(String text, boolean expected) {
        Trails trails = new Trails(Catalogue.find("sync-guest").orElseThrow(), ONE);
        Expression expression = ExpressionReader.read(text, ONE);

        Trails.Found found =
                trails.nearest(
                        List.of(),
                        new Sought(expression),
                        SearchOptions.defaults().withMaxStates(1));

        assertThat(found.path() != null).isEqualTo(expected);
    }

    @Test
    void andBindsMoreThanOrAndNotMoreThanBoth() {
        assertThat(ExpressionReader.read("broken P1 or broken P2 and not broken P3", ONE))
                .isEqualTo(
                        ExpressionReader.read(
                                "(broken P1) or ((broken P2) and (not (broken P3)))", ONE));
    }

    @Test
    void aSearchFindsThePlaceThatIsDescribed() {
        Trails trails = new Trails(Catalogue.find("local-only").orElseThrow(), SMP);
        String text = "cpu0.stage == IDLE and cpu1 in guest and copy1[1] != L4[1]";
        Expression expression = ExpressionReader.read(text, SMP);

        List<Integer> path =
                Objects.requireNonNull(
                        trails.nearest(
                                        List.of(),
                                        new Sought(expression),
                                        SearchOptions.defaults().withCovering(true))
                                .path());
        Place there = trails.at(path);

        assertThat(there.story().events().getLast().after().cpus().get(1).where())
                .isEqualTo("in the guest");
    }

    /** Covering leaves out states with smaller caches, so nothing may ask for less of them. */
    @ParameterizedTest
    @CsvSource({
        "cpu0 stale, true",
        "not cpu0 stale, false",
        "not not cpu0 stale, true",
        "broken P3 and not L3a pinned, true",
        "L3a pinned and not (L3b pinned or broken), false",
        "not L3a.count == 2, true"
    })
    void onlyWhatLargerCachesKeepTrueIsMonotone(String text, boolean expected) {
        assertThat(ExpressionReader.read(text, ONE).isMonotone()).isEqualTo(expected);
    }

    @Test
    void brokenAloneMeansWhatEveryCheckJudges() {
        assertThat(ExpressionReader.read("broken", ONE))
                .isEqualTo(new Expression.Breaks(java.util.Set.copyOf(Property.byDefault())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "L3x.type == l3 | 1 | there is no CPU or frame 'L3x'; did you mean 'L3a'?",
                "cpu1 stale | 1 | there is no 'cpu1': u1-linear-uvm has one CPU, cpu0",
                "cpu0.stag == IDLE | 6 | 'stag' does not fit here; did you mean 'stage'?",
                "cpu0.stage == FLUSHNG | 15 | there is no stage 'FLUSHNG'; did you mean"
                        + " 'FLUSHING'?",
                "cpu0 in gest | 9 | there is no mode 'gest'; did you mean 'guest'?",
                "cpu0 staled | 6 | 'staled' does not fit here; did you mean 'stale'?",
                "broken P33 | 8 | there is no property 'P33'; did you mean 'P3'?",
                "L3a[7] == L2a | 5 | u1-linear-uvm does not track slot '7'; it tracks 0, 258",
                "L3a[0] = L2a | 8 | '=' is no sign of the language; equality is '=='",
                "L3a[0] < L2a | 8 | '<' does not fit here; expected '==' or '!=': only numbers",
                "L3a[0] == 5 | 11 | '5' does not fit here; expected a frame, an entry or 'none'",
                "L3a.type == L2a[0] | 13 | 'L2a' does not fit here; expected a type",
                "L3a.count == two | 14 | 'two' does not fit here; expected a number",
                "L3a.count == 99999999999999999999 | 14 | is no number of at most 63 bits",
                "(broken P3 | 11 | the end does not fit here; expected ')'",
                "broken P3 broken P1 | 11 | expected 'and', 'or' or the end",
                "broken and | 11 | the end does not fit here; expected a CPU, a frame",
                "L3a | 4 | the end does not fit here; expected '[' or '.' or 'pinned'"
            })
    void anErrorHasAColumnAndSaysWhatWasExpected(String text, int column, String message) {
        ExpressionError error =
                catchThrowableOfType(ExpressionError.class, () -> ExpressionReader.read(text, ONE));

        assertThat(error).isNotNull().hasMessageContaining(message);
        assertThat(error.column()).isEqualTo(column);
    }

    @Test
    void rootCopiesHaveEntriesAndNoCounts() {
        assertThat(ExpressionReader.read("copy0[0] == none", SMP))
                .isInstanceOf(Expression.Compares.class);
        ExpressionError error =
                catchThrowableOfType(
                        ExpressionError.class,
                        () -> ExpressionReader.read("copy0.type == l4", SMP));

        assertThat(error).hasMessageContaining("it has entries, but no type and no counts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "not ", "!"})
    void deepNestingIsRefusedAndOverflowsNothing(String opening) {
        ExpressionError error =
                catchThrowableOfType(
                        ExpressionError.class,
                        () -> ExpressionReader.read(opening.repeat(5_000) + "broken", ONE));

        assertThat(error).hasMessageContaining("nested too deeply");
    }

    @Test
    void garbageIsRefusedWithAnExpressionError() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[] pieces = {
            "cpu0",
            "cpu9",
            ".",
            "stage",
            "==",
            "L3a",
            "[",
            "0",
            "]",
            "and",
            "or",
            "not",
            "(",
            ")",
            "broken",
            "P3",
            "stale",
            "in",
            "guest",
            "none",
            "<",
            "\"",
            "\u202e",
            "\ud83d\ude00",
            "é",
            "count",
            "-",
            "0x",
            "__",
            "\n"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(8); n >= 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]).append(' ');
            }
            try {
                ExpressionReader.read(text.toString(), ONE);
            } catch (ExpressionError expected) {
                assertThat(expected.says()).as("seed %d: %s", seed, text).startsWith("column ");
            }
        }
    }
}
