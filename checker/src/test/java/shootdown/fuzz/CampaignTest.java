package shootdown.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import shootdown.checker.Driver;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.policy.Catalogue;

import java.util.List;

class CampaignTest {
    private static final Target NONE = Target.of(Catalogue.find("none").orElseThrow());
    private static final Target DRAFT = Target.of(Catalogue.find("draft").orElseThrow());
    private static final Target FINAL = Target.of(Catalogue.find("final").orElseThrow());

    private static Limits rounds(long most) {
        return new Limits(most, Long.MAX_VALUE / 2, System::nanoTime, () -> false);
    }

    private static Campaign campaign(List<Target> targets, Shard before, long rounds) {
        return new Campaign(targets, 1, before, rounds(rounds), shard -> {});
    }

    @Test
    void findsWhatThreadsDoNotChange() {
        List<Target> targets = List.of(NONE, DRAFT);
        Shard one = campaign(targets, Shard.none(0), 12).run(1);
        Shard two = campaign(targets, Shard.none(0), 12).run(2);
        assertThat(two).isEqualTo(one);
        assertThat(one.isBroken(NONE)).isTrue();
    }

    @Test
    void goesOnAsIfItHadNeverStopped() {
        List<Target> targets = List.of(NONE, DRAFT);
        Shard whole = campaign(targets, Shard.none(0), 12).run(1);
        Shard half = campaign(targets, Shard.none(0), 5).run(1);
        String noted = new Notes("", 1, List.of("none", "draft"), 0, half).text();
        Shard rest = campaign(targets, Notes.parse(noted).done(), 12).run(1);
        assertThat(rest).isEqualTo(whole);
    }

    @Test
    void shardsPutTogetherAreTheWhole() {
        List<Target> targets = List.of(NONE, DRAFT);
        Shard whole = campaign(targets, Shard.none(0), 12).run(1);
        Shard first = campaign(targets, Shard.none(0), 5).run(1);
        Shard second = campaign(targets, Shard.none(5), 12).run(1);
        Shard both = first.and(second);
        assertThat(both.hits()).isEqualTo(whole.hits());
        assertThat(both.work()).isEqualTo(whole.work());
        assertThat(both.stops()).isEqualTo(whole.stops());
        assertThatThrownBy(() -> second.and(first)).hasMessageContaining("do not follow");
    }

    @Test
    void everyHitBreaksItsPropertyAgainFromTheFirstState() {
        Shard done = campaign(List.of(NONE, DRAFT), Shard.none(0), 12).run(1);
        for (Hit hit : done.hits()) {
            Target target = hit.target().equals("none") ? NONE : DRAFT;
            Blueprint plan = Round.plan(target, 1, hit.round());
            Driver driver = new Driver(target.policy().policy(), plan.universe("again"));
            assertThat(Reducer.follow(driver, hit.steps(), hit.property())).isEqualTo(hit.steps());
        }
    }

    @Test
    void storyIsNoLongerThanTheWalkAndItsUniverseIsSafeUnderAnother() {
        Campaign campaign = campaign(List.of(NONE), Shard.none(0), 4);
        Hit hit = campaign.run(1).hits().getFirst();
        Finding finding = campaign.tell(hit, () -> false);
        assertThat(finding.story().property()).isEqualTo(Property.P3);
        assertThat(finding.story().steps()).hasSizeLessThanOrEqualTo(hit.steps().size());
        assertThat(finding.control()).isNotNull();
        assertThat(finding.cell()).isNotNull();
    }

    @Test
    void whatNothingBreaksIsNotSettled() {
        Shard done = campaign(List.of(FINAL), Shard.none(0), 6).run(1);
        assertThat(done.isBroken(FINAL)).isFalse();
        assertThat(done.to()).isEqualTo(6);
        assertThat(done.steps()).isPositive();
    }

    @Test
    void wrongStepsAreNoHit() {
        Hit forged =
                new Hit("none", 0, Property.P3, false, false, List.of(new Story.Step(0, 0, 0)));
        assertThatThrownBy(
                        () -> campaign(List.of(NONE), Shard.none(0), 0).tell(forged, () -> false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not break");
    }
}
