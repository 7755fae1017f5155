package shootdown.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.function.Function;

/**
 * Random programs on both cache models. A failure prints its seed and the least program; {@code mvn
 * test -Dshootdown.seed=N} starts from another seed.
 *
 * <p>Of {@code SaturatedCaches}, {@code ExplicitCaches}.
 */
class CachesAgreeTest {
    private static final long FIRST_SEED = Long.getLong("shootdown.seed", 286);
    private static final int STEPS = 30;

    private static int programs(RandomPrograms shape) {
        return shape == RandomPrograms.FULL_SIZE ? 25 : 100;
    }

    @ParameterizedTest
    @EnumSource
    void explicitCachesFilledToTheBrimAreTheSaturatedOnes(RandomPrograms shape) {
        int stale = 0;
        int evictions = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + programs(shape); seed++) {
            Agreement agreement = new Agreement(shape, seed, SaturatedCaches::new);
            assertThat(agreement.findDifference(STEPS)).isEmpty();
            stale += agreement.staleSteps();
            evictions += agreement.evictions();
        }
        int steps = STEPS * programs(shape);
        assertThat(stale).as("steps with something stale, of %d", steps).isGreaterThan(steps / 10);
        assertThat(evictions).as("evictions in %d steps", steps).isGreaterThan(steps / 5);
    }

    @Test
    void invlpgThatSparesPagingStructuresIsFound() {
        List<Step> least =
                leastFor(
                        geometry ->
                                new SaturatedCaches(geometry) {
                                    @Override
                                    protected void clearPagingStructures(
                                            long[] state, int cpu, int family) {}
                                });
        assertThat(least).hasSizeLessThanOrEqualTo(8);
        assertThat(least.getLast()).isInstanceOf(Step.Invlpg.class);
    }

    @Test
    void invlpgThatRemovesEverythingIsFound() {
        List<Step> least =
                leastFor(
                        geometry ->
                                new SaturatedCaches(geometry) {
                                    @Override
                                    public void invlpg(long[] state, int cpu, int address) {
                                        invpcidAll(state, cpu);
                                    }
                                });
        assertThat(least).hasSizeLessThanOrEqualTo(8);
        assertThat(least.getLast()).isInstanceOf(Step.Invlpg.class);
    }

    @Test
    void setsThatDoNotFollowMemoryAreFound() {
        List<Step> least =
                leastFor(
                        geometry ->
                                new SaturatedCaches(geometry) {
                                    @Override
                                    public void memoryChanged(long[] state) {}
                                });
        assertThat(least).hasSizeLessThanOrEqualTo(8);
        assertThat(least.getLast()).isInstanceOf(Step.Write.class);
    }

    private static List<Step> leastFor(Function<Geometry, TranslationCaches> mutant) {
        for (long seed = FIRST_SEED; ; seed++) {
            Agreement agreement = new Agreement(RandomPrograms.SMALL, seed, mutant);
            List<Step> program = RandomPrograms.SMALL.program(seed, STEPS);
            if (agreement.difference(program).isPresent()) {
                return agreement.minimise(program);
            }
            assertThat(seed).as("no program shows the mutant").isLessThan(FIRST_SEED + 1000);
        }
    }
}
