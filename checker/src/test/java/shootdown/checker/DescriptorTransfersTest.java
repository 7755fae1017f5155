package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.checker.Property.P1;
import static shootdown.checker.Property.P8;

import org.junit.jupiter.api.Test;

import shootdown.engine.End;
import shootdown.hypervisor.Defect;

/**
 * U16 and the part of P1 that is about descriptors.
 *
 * <p>Of {@code DescriptorTransfers}, {@code DescriptorPages}.
 */
final class DescriptorTransfersTest {
    private static final String U16 = "u16-descriptors";

    private static Universe with(Defect defect, Universe sound) {
        return sound.with(sound.name(), sound.machine().toBuilder().defect(defect).build());
    }

    private static Cell check(Universe universe) {
        Cell cell = Checker.check(Table.policy("final"), universe, CheckOptions.reduced());
        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        return cell;
    }

    @Test
    void aPageThatChangesHandsIsLookedAtByItsNewOwnersRules() {
        Cell cell = check(Table.universe(U16));

        assertThat(cell.broken()).isEmpty();
        assertThat(cell.verdicts().get(P1.index()).isVacuous()).isFalse();
        assertThat(cell.verdicts().get(P8.index()).isVacuous()).isFalse();
    }

    @Test
    void withItsTypeAPageTakesAlongWhatTheOtherWidthMayNotHave() {
        Cell cell = check(with(Defect.TYPE_KEPT_ON_TRANSFER, Table.universe(U16)));

        assertThat(cell.broken()).containsExactly(P1);
    }

    /**
     * Why the row of the facts says 64 to 32: for guests of one width there is one set of rules.
     */
    @Test
    void betweenGuestsOfOneWidthTheTypeDoesNoHarm() {
        Universe alike = DescriptorTransfers.alike();

        assertThat(check(alike).broken()).isEmpty();
        assertThat(check(with(Defect.TYPE_KEPT_ON_TRANSFER, alike)).broken()).isEmpty();
    }

    @Test
    void theStorySaysWhichDescriptorIsWrongAndForWhom() {
        Universe mutant = with(Defect.TYPE_KEPT_ON_TRANSFER, Table.universe(U16));

        Story story =
                Storyteller.tell(Table.policy("final"), mutant, P1, CheckOptions.reduced())
                        .orElseThrow();

        assertThat(story.wrong())
                .isEqualTo(
                        "X is in use as a descriptor page of a 32-bit guest, which may not have"
                                + " what slot 0 has.");
        assertThat(story.opening().tables())
                .extracting(Picture.Table::text)
                .contains("X (no type): [0] = 0x00af9a000000fffe");
    }
}
