package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.hardware.Geometry;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.LinearMap;
import shootdown.policy.Final;

/**
 * Each property of states in a state that it allows and in one that differs by a single fault; P4
 * and P9, which judge calls that return, in the smallest cells.
 */
final class PropertiesTest {
    private final MachineSystem system;
    private final Hypervisor xen;
    private final Geometry geometry;
    private final PropertyChecks checks;
    private final long[] s;

    PropertiesTest() {
        system = new MachineSystem(Table.universe("u12-life-xpti"), new Final(), false, false);
        xen = system.hypervisor();
        geometry = xen.layout().geometry();
        checks = new PropertyChecks(xen);
        s = system.firstState();
    }

    private int key(shootdown.hardware.VirtualAddress address) {
        return geometry.keys().leaf(geometry.keys().indexOf(address));
    }

    private void enterXen() {
        xen.perform(s, 0, xen.switchMode(), n -> 0, shootdown.hypervisor.Observer.NONE);
    }

    @Test
    void theFirstStateIsLegalInTheGuestAndInXen() {
        assertThat(checks.violations(s)).isZero();
        enterXen();
        assertThat(checks.violations(s)).isZero();
    }

    @Test
    void p1IsBrokenByAWritableTranslationOfATable() {
        int table = 5; // L1
        Geometry.include(s, geometry.writable(0, 0, key(va(0, 0, 0, 1))), table);

        assertThat(checks.violations(s)).isEqualTo(Property.P1.bit());
    }

    @Test
    void p1IsBrokenByAPageThatCanBeWalkedAsATable() {
        int page = 6;
        int prefix = geometry.keys().prefix(geometry.keys().indexOf(va(0, 0, 0, 1)), 1);
        Geometry.include(s, geometry.reached(0, 0, prefix), page);

        assertThat(checks.violations(s)).isEqualTo(Property.P1.bit());
    }

    @Test
    void p2IsBrokenByAnEntryOfTheCopyThatTheL4DoesNotHave() {
        s[geometry.entry(xen.layout().rootFrame(0), 1)] = table(3);

        assertThat(checks.violations(s)).isEqualTo(Property.P2.bit());
        enterXen();
        assertThat(checks.violations(s)).as("it does not matter in Xen").isZero();
    }

    @Test
    void p5IsBrokenByAnEntryThatTheCopyLacks() {
        s[geometry.entry(xen.layout().rootFrame(0), 0)] = NONE;

        assertThat(checks.violations(s)).isEqualTo(Property.P2.bit() | Property.P5.bit());
    }

    @Test
    void p3IsBrokenByAStaleLinearEntryInXenOnly() {
        int stale = 3; // L3x, which the address does not go through
        int window = key(LinearMap.l2Window(va(0, 0, 0, 0)));
        enterXen();
        Geometry.include(s, geometry.reached(0, 0, window), stale);
        assertThat(checks.violations(s)).isEqualTo(Property.P3.bit());
    }

    @Test
    void p7IsBrokenByAReferenceThatNobodyCounted() {
        s[geometry.entry(5, 1)] = Entries.readOnly(6);
        assertThat(checks.violations(s)).isEqualTo(Property.P7.bit());

        s[geometry.entry(5, 1)] = NONE;
        s[geometry.entry(5, 0)] = NONE;
        assertThat(checks.violations(s)).as("one that is gone").isEqualTo(Property.P7.bit());
    }

    @Test
    void whatWasAtStakeIsCounted() {
        checks.violations(s);
        assertThat(checks.atStake()[Property.P2.index()]).isEqualTo(1);
        assertThat(checks.atStake()[Property.P3.index()]).as("no CPU is in Xen").isZero();
        assertThat(checks.atStake()[Property.P7.index()]).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "u1-linear-uvm, P2",
        "u1-linear-uvm, P5",
        "u1-linear-uvm, P9",
        "u2-xpti-boot, P3",
        "u5-recursive, P4",
        "u4-smp-linear, P9"
    })
    void aPropertyThatIsNeverAtStakeIsVacuous(String universe, Property property) {
        Cell cell = Table.reduced(Table.policy("final"), Table.universe(universe));
        Cell.Verdict verdict = cell.verdicts().get(property.index());

        assertThat(verdict.property()).isEqualTo(property);
        assertThat(verdict.isVacuous()).isTrue();
        assertThat(verdict.outcome()).isEqualTo(Outcome.SAFE);
    }

    @Test
    void everyPropertyIsAtStakeSomewhereByDefault() {
        for (Property property : Property.byDefault()) {
            assertThat(Universes.byDefault())
                    .as(property.title())
                    .anyMatch(
                            universe ->
                                    Table.reduced(Table.policy("final"), universe)
                                                    .verdicts()
                                                    .get(property.index())
                                                    .atStake()
                                            > 0);
        }
    }

    @Test
    void p4HoldsWhereTheGuestAsksForAFlushAndNobodyElseDoes() {
        Cell cell = Table.reduced(Table.policy("none"), Table.universe("u1-linear-uvm"));

        assertThat(cell.verdicts().get(Property.P4.index()).atStake()).isPositive();
        assertThat(cell.broken()).doesNotContain(Property.P4);
    }

    @Test
    void p9TellsDeliveryToAllFromDeliveryToSome() {
        Universe mustDo = Table.universe("u3-must-do");

        assertThat(Table.reduced(Table.policy("final"), mustDo).broken()).isEmpty();
        assertThat(Table.reduced(Table.policy("v2"), mustDo).broken()).containsExactly(Property.P9);
    }

    @Test
    void aPolicyThatNeverFlushesIsKnownAsSuch() {
        Universe universe = Table.universe("u1-linear-uvm");

        assertThat(Table.reduced(Table.policy("none"), universe).neverFlushed()).isTrue();
        assertThat(Table.reduced(Table.policy("final"), universe).neverFlushed()).isFalse();
    }
}
