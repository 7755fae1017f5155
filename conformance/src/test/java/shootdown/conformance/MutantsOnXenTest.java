package shootdown.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import shootdown.hypervisor.Defect;
import shootdown.xen.Components;
import shootdown.xen.XenInstances;
import shootdown.xen.XenOptions;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A model that lacks one rule of Xen is found out by random programs. */
@EnabledIf(
        value = "shootdown.xen.Components#areInstalled",
        disabledReason = Components.NOT_INSTALLED)
final class MutantsOnXenTest {
    private static final int LIMIT = 5000;
    private static final long SEED = 1;
    private static final int STEPS = 20;
    private static final Arena ARENA = new Arena(Arena.Kind.DOM0, false, 1);

    private static XenInstances machines;

    @BeforeAll
    static void start() {
        machines = XenInstances.start(XenOptions.DEFAULT, 1);
    }

    @AfterAll
    static void stop() {
        machines.close();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "FAST_PATH_IGNORES_RW",
                "LINEAR_ENTRY_MAY_BE_WRITABLE",
                "PSE_ALLOWED_ABOVE_L1",
                "CACHE_ATTRIBUTES_REFUSED",
                "KERNEL_MARK_NOT_FORCED",
                "USER_NOT_FORCED_ABOVE_L1",
                "XEN_SLOTS_EDITABLE",
                "WRITABLE_CONFLICT_IS_EINVAL",
                "NON_PRESENT_ENTRIES_CHECKED",
                "IO_MEMORY_STAYS_CACHED",
                "OWN_NUMBER_IS_SELF"
            })
    void aMissingRuleIsFoundOut(Defect defect) {
        assertThat(isFoundOut(defect)).isTrue();
    }

    /** By real Xen, or before that by the model's own counts, which the missing rule upsets. */
    private static boolean isFoundOut(Defect defect) {
        try {
            return run(Set.of(defect), LIMIT).differing() > 0;
        } catch (IllegalStateException | IndexOutOfBoundsException e) {
            return true;
        }
    }

    /** Nothing ends this run early: what differs is run again alone, and made small. */
    @Test
    void whatIsFoundOutShowsAgainAndIsMadeSmall() {
        Campaign.Plan plan = new Campaign.Plan(ARENA, SEED, 0, 200, STEPS);
        Campaign campaign = new Campaign(plan, Set.of(Defect.OWN_NUMBER_IS_SELF));
        Campaign.Report report =
                campaign.run(machines, Campaign.Limit.NONE, (done, differing) -> {});
        assertThat(report.programs()).isEqualTo(200);
        assertThat(report.untried()).isZero();
        assertThat(report.differing()).isPositive();
        assertThat(report.findings()).isNotEmpty().allMatch(Campaign.Finding::again);
        assertThat(report.findings())
                .allSatisfy(finding -> assertThat(finding.steps()).isLessThan(STEPS / 2));
    }

    @Test
    void theWholeModelIsNot() {
        assertThat(run(Set.of(), 500).findings()).isEmpty();
    }

    /** Stops at the first difference. */
    private static Campaign.Report run(Set<Defect> defects, long programs) {
        Campaign campaign =
                new Campaign(new Campaign.Plan(ARENA, SEED, 0, programs, STEPS), defects);
        AtomicLong differing = new AtomicLong();
        Campaign.Limit first =
                new Campaign.Limit() {
                    @Override
                    public boolean enough() {
                        return false;
                    }

                    @Override
                    public boolean over() {
                        return differing.get() > 0;
                    }
                };
        return campaign.run(machines, first, (done, different) -> differing.set(different));
    }
}
