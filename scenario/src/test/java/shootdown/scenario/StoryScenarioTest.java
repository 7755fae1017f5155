package shootdown.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.checker.CheckOptions;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Storyteller;
import shootdown.checker.Universes;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

/** Stories that were written down as scenarios break the same property when they run. */
class StoryScenarioTest {
    @ParameterizedTest
    @CsvSource({
        "sync-guest, u1-linear-uvm, P3",
        "sync-guest, u1-linear-uvm-xpti-pcid, P3",
        "sync-guest, u1-linear-uvm-xpti-self, P3",
        "sync-guest, u1-linear-uvm-polite, P3",
        "sync-guest, u1-linear-uvm-xpti-unforced, P3",
        "sync-guest, u1-linear-uvm-g, P3",
        "draft, u2-xpti-boot, P5",
        "none, u2-xpti-boot, P5",
        "local-only, u4-smp-linear, P3",
        "sync-guest, u4-smp-linear-xpti, P3",
        "in-use-only, u5-recursive, P3",
        "sync-guest, u7-pv32, P3",
        "in-use-cancels, u9-batches, P3",
        "at-exit, u4-smp-linear, P3",
        "none, u10-ptwr, P3",
        "local-only, u10-ptwr-xpti-smp, P3",
        "none, u10-ptwr-ldt, P3",
        "in-use-only, u10-ptwr-recursive, P3",
        "none, u11-grants, P3",
        "local-only, u11-grants-smp, P3",
        "none, u12-life, P3",
    })
    void storyBreaksTheSamePropertyAsScenario(
            String policyName, String universe, Property property) {
        CatalogueEntry policy = Catalogue.find(policyName).orElseThrow();
        Story story =
                Storyteller.tell(
                                policy,
                                Universes.find(universe).orElseThrow(),
                                property,
                                CheckOptions.reduced())
                        .orElseThrow();
        Scenario written = StoryScenario.of(story);
        String text = Scenarios.print(written);
        Scenario read = (Scenario) Scenarios.parse(text, "story.scn");
        assertThat(read).isEqualTo(written);
        RunResult result = Runner.run(read, policy, CheckOptions.reduced());
        assertThat(result.problem()).isEmpty();
        assertThat(result.judged()).as(text).isNotEmpty();
        assertThat(result.failed()).as(text).isFalse();
    }
}
