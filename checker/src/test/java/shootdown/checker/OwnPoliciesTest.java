package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import shootdown.policy.CatalogueEntry;
import shootdown.policy.FlushFlags;
import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;

import java.util.List;

/** Policies that are not of the catalogue: ideas that look right, and what must not be trusted. */
final class OwnPoliciesTest {
    private interface EndOnly extends Policy {
        @Override
        default int updated(Update update, Flusher flusher, int accumulator) {
            return update.level() >= 2 ? 1 : accumulator;
        }
    }

    private static Cell check(Policy policy, String universe) {
        CatalogueEntry entry =
                new CatalogueEntry("own", List.of(), policy, "", "", false, List.of());
        return Table.reduced(entry, Universes.find(universe).orElseThrow());
    }

    @Test
    void anL2EditNeedsItsFlushWhereXenReadsL1EntriesThroughTheLinearMap() {
        Policy notForL2 =
                new Policy() {
                    @Override
                    public int updated(Update update, Flusher flusher, int accumulator) {
                        return update.level() > 2 ? 1 : accumulator;
                    }

                    @Override
                    public void finished(Invocation at, Flusher flusher, int accumulator) {
                        flusher.all(accumulator == 0 ? 0 : FlushFlags.FLUSH_TLB);
                    }
                };

        assertThat(check(notForL2, "u1-linear-uvm").broken()).containsExactly(Property.P3);
    }

    @Test
    void aPolicyThatLooksAtCpuNumbersIsNotReducedBySymmetry() {
        EndOnly neverOnTheSecond =
                (at, flusher, accumulator) -> {
                    if (accumulator != 0 && at.cpu() == 0) {
                        flusher.local(FlushFlags.FLUSH_TLB);
                    } else if (accumulator != 0) {
                        flusher.others(FlushFlags.FLUSH_TLB);
                    }
                };

        assertThat(check(neverOnTheSecond, "u4-smp-linear").broken()).containsExactly(Property.P3);
    }

    @Test
    void flagsThatMeanNothingHereAreRefused() {
        EndOnly onePage = (at, flusher, accumulator) -> flusher.all(FlushFlags.FLUSH_TLB | 1);

        assertThatThrownBy(() -> check(onePage, "u1-linear-uvm"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0x101");
    }
}
