package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakenings;

/** U10: what a stale linear read of an L1 entry leads to, and which flush keeps it from that. */
final class WritablePageTablesTest {
    private static final CatalogueEntry NO_L2 = Weakenings.find("final~no-l2").orElseThrow();

    private static Story tell(String policy, String universe) {
        return Storyteller.tell(
                        Table.policy(policy),
                        Table.universe(universe),
                        Property.P3,
                        CheckOptions.reduced())
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "none, u10-ptwr, Ta",
        "sync-guest, u10-ptwr-xpti-pcid, Ta",
        "local-only, u10-ptwr-smp, Ta",
        "in-use-only, u10-ptwr-recursive, Ta"
    })
    void theStoryEndsInTheWrongTable(String policy, String universe, String edited) {
        Story story = tell(policy, universe);

        assertThat(story.wrong()).endsWith("So Xen has edited " + edited + ".");
        assertThat(story.events().getLast().changes()).contains("Ta[0] = page; was none");
    }

    @Test
    void theStoryOfAnLdtEndsInTheWrongDescriptors() {
        assertThat(tell("none", "u10-ptwr-ldt").wrong())
                .isEqualTo(
                        "CPU0 read the linear L1 of 0x0 and found Xa; a legal walk gives Xb."
                                + " So Xen has mapped Da as a page of its LDT.");
    }

    /** Q5: with update_va_mapping as the only reader the flush after an L2 edit is for nobody. */
    @ParameterizedTest
    @ValueSource(strings = {"u10-uvm", "u10-uvm-xpti-pcid", "u10-uvm-smp"})
    void withoutReadersOfL1EntriesL2EditsNeedNoFlush(String universe) {
        assertThat(Table.reduced(NO_L2, Table.universe(universe)).outcome())
                .isEqualTo(Outcome.SAFE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"u10-ptwr", "u10-ptwr-smp", "u10-ptwr-ldt", "u10-ptwr-ldt-smp"})
    void withSuchReadersL2EditsNeedAFlush(String universe) {
        assertThat(Table.reduced(NO_L2, Table.universe(universe)).broken())
                .containsExactly(Property.P3);
    }

    @Test
    void underXptiWithoutPcidAFaultFlushesOnItsWayInButOtherCpusMayHaveComeInBefore() {
        assertThat(Table.reduced(Table.policy("none"), Table.universe("u10-ptwr-xpti")).broken())
                .isEmpty();
        assertThat(
                        Table.reduced(Table.policy("none"), Table.universe("u10-ptwr-xpti-smp"))
                                .broken())
                .containsExactly(Property.P3);
    }
}
