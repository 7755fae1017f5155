package shootdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.engine.End;
import shootdown.engine.Search;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** A search by several members finds what one process finds, to the byte. */
class MemberTest {
    private static final SearchOptions PLAIN = SearchOptions.defaults();

    private static RandomSystem system(SplittableRandom random, int seed) {
        int places = 1 + random.nextInt(seed % 10 == 0 ? 200 : 20);
        return new RandomSystem(random, places, 5 + random.nextInt(4 * places));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void membersFindWhatOneProcessFinds(int members) {
        int violated = 0;
        for (int seed = 0; seed < 60; seed++) {
            SearchOptions options = PLAIN.withCovering(seed % 2 == 1);
            RandomSystem system = system(new SplittableRandom(seed), seed);
            SearchResult alone = Search.run(system, options);
            SearchResult together = Members.search(system, options, members);

            ResultAssertions.assertSame("seed " + seed, together, alone);
            violated += alone.violations().size();
        }
        assertThat(violated).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void levelsOfSeveralRoundsAreSearchedAsByOneProcess(int members) {
        SplittableRandom random = new SplittableRandom(3);
        RandomSystem system = new RandomSystem(random, 600, 3000);
        SearchOptions limited = PLAIN.withStopWhenViolated(0b111).withMaxStates(300_000);

        ResultAssertions.assertSame(
                "seed 3", Members.search(system, limited, members), Search.run(system, limited));
    }

    @Test
    void limitOfStatesCutsAtTheSameState() {
        int cut = 0;
        for (int seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RandomSystem system = system(random, seed);
            SearchOptions options = PLAIN.withMaxStates(1 + random.nextInt(300));
            SearchResult alone = Search.run(system, options);
            SearchResult together = Members.search(system, options, 3);

            ResultAssertions.assertSame("seed " + seed, together, alone);
            cut += alone.end() == End.STATE_LIMIT ? 1 : 0;
        }
        assertThat(cut).isPositive();
    }

    @Test
    void earlyStopIsTheSame() {
        int early = 0;
        for (int seed = 0; seed < 40; seed++) {
            RandomSystem system = system(new SplittableRandom(seed), seed);
            SearchOptions options = PLAIN.withStopWhenViolated(0b010);
            SearchResult alone = Search.run(system, options);

            ResultAssertions.assertSame("seed " + seed, Members.search(system, options, 2), alone);
            early += alone.end() == End.VIOLATED ? 1 : 0;
        }
        assertThat(early).isPositive();
    }

    @Test
    void lostMemberChangesNothing() {
        int lost = 0;
        for (int seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SearchOptions options = PLAIN.withCovering(seed % 2 == 1);
            RandomSystem system = system(random, seed);
            int members = 2 + random.nextInt(3);
            int victim = random.nextInt(members);
            // Three steps a round, in each of which it sends to each other, and ends.
            int message = 6 * (members - 1) * 2 + random.nextInt(100);
            SearchResult alone = Search.run(system, options);
            Members.Losing losing = Members.search(system, options, members, victim, message);

            ResultAssertions.assertSame("seed " + seed, losing.result(), alone);
            lost += losing.lost() ? 1 : 0;
        }
        assertThat(lost).as("searches that lost a member").isGreaterThan(20);
    }

    @Test
    void tooLittleMemoryIsToldByAllWhereverItEnds() {
        RandomSystem system = new RandomSystem(new SplittableRandom(3), 60, 300);
        SearchResult alone = Search.run(system, PLAIN);
        long enough = Members.search(system, PLAIN, 2).storeBytes();
        Set<Integer> depths = new HashSet<>();
        int sufficed = 0;
        for (int part = 6; part <= 28; part += 2) {
            long each = enough * part / 40;
            SearchResult result = Members.search(system, PLAIN.withMemoryBytes(each), 2);
            assertThat(result.storeBytes()).as("of both").isLessThanOrEqualTo(2 * each);
            if (result.end() == End.MEMORY_LIMIT) {
                depths.add(result.depth());
            } else {
                ResultAssertions.assertSame("with " + each, result, alone);
                sufficed++;
            }
        }
        assertThat(depths).as("depths at which memory was full").hasSizeGreaterThan(2);
        assertThat(sufficed).as("searches that had enough").isPositive();
    }

    @Test
    void lostPartThatFitsNowhereIsTold() {
        RandomSystem system = new RandomSystem(new SplittableRandom(3), 60, 300);
        long both = Members.search(system, PLAIN, 2).storeBytes();
        SearchOptions options = PLAIN.withMemoryBytes(both * 11 / 20);

        assertThatThrownBy(() -> Members.search(system, options, 2, 1, 80))
                .hasCauseInstanceOf(Lost.class)
                .hasMessageContaining("does not fit in the others' memory");
    }
}
