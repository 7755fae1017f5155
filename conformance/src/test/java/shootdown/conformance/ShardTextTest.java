package shootdown.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

class ShardTextTest {
    private static final Campaign.Plan PLAN =
            new Campaign.Plan(new Arena(Arena.Kind.DOMU, true, 2), -7, 250, 100, 20);

    private static Campaign.Report report() {
        Coverage coverage = new Coverage();
        coverage.count("mmu_update, the call", "-EFAULT", 12);
        coverage.count("something new", "exception 6", 1);
        return new Campaign.Report(
                100,
                1990,
                1,
                List.of(new Campaign.Seen(300, "tab\there", true)),
                2,
                List.of(new Campaign.Finding(301, 3, "back\\slash", true, "two\nlines\\n\n")),
                List.of(new Campaign.Seen(302, "\\", false)),
                4,
                3,
                2,
                coverage,
                1.5);
    }

    private static void assertSame(Campaign.Report actual, Campaign.Report expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void whatIsReadIsWhatWasWritten() {
        assertThat(ShardText.plan(ShardText.of(PLAN))).isEqualTo(PLAN);
        assertSame(ShardText.report(ShardText.of(report())), report());
    }

    @Test
    void somethingElseIsRefused() {
        assertThatThrownBy(() -> ShardText.plan("nothing"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ShardText.report(ShardText.of(PLAN)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reportsAddUp() {
        assertSame(Campaign.Report.none().and(report()), report());
        Campaign.Report two = report().and(report());
        assertThat(two.programs()).isEqualTo(200);
        assertThat(two.once()).hasSize(2);
        assertThat(two.coverage().counts().get("something new")).containsEntry("exception 6", 2L);
        assertThat(report().coverage().counts().get("something new"))
                .containsEntry("exception 6", 1L);
    }
}
