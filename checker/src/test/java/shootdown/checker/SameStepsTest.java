package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Picture.Member;
import shootdown.checker.Story.Beside;
import shootdown.checker.Story.Passing;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.Objects;

class SameStepsTest {
    private static final Universe UNIVERSE = Universes.find("u4-smp-linear").orElseThrow();

    private static CatalogueEntry policy(String name) {
        return Catalogue.find(name).orElseThrow();
    }

    private static Beside beside(Story story) {
        return Objects.requireNonNull(story.beside());
    }

    private static List<Passing> passing(List<Story.Event> events) {
        return events.stream()
                .flatMap(event -> event.messages().stream())
                .map(Story.Message::kind)
                .toList();
    }

    private static boolean isStale(Picture picture) {
        return picture.cpus().stream()
                .flatMap(cpu -> cpu.cached().stream())
                .flatMap(cached -> cached.members().stream())
                .anyMatch(Member::stale);
    }

    @Test
    void aSafePolicyFlushesInBetweenAndNothingStaleIsLeft() {
        Story story =
                Storyteller.tell(
                                policy("local-only"), UNIVERSE, Property.P3, CheckOptions.reduced())
                        .orElseThrow();
        assertThat(passing(story.events())).isEmpty();
        assertThat(isStale(story.events().getLast().after())).isTrue();
        Beside beside = beside(story);
        assertThat(passing(beside.events())).containsExactly(Passing.ASKED, Passing.SERVED);
        assertThat(isStale(beside.events().getLast().after())).isFalse();
        assertThat(beside.steps()).hasSameSizeAs(beside.events()).isSorted();
        assertThat(beside.end()).startsWith("Nothing breaks here. Steps that are only here: ");
    }

    @Test
    void besideANearMissTheFlushIsNotLost() {
        Story story =
                Storyteller.nearMiss(policy("final"), UNIVERSE, CheckOptions.reduced())
                        .orElseThrow();
        assertThat(passing(story.events())).contains(Passing.LOST);
        assertThat(passing(beside(story).events()))
                .contains(Passing.SERVED)
                .doesNotContain(Passing.LOST);
        assertThat(isStale(beside(story).events().getLast().after())).isFalse();
    }

    @Test
    void thePolicysOrdersAreTold() {
        Story story =
                Storyteller.tell(
                                policy("local-only"), UNIVERSE, Property.P3, CheckOptions.reduced())
                        .orElseThrow();
        assertThat(story.events().getFirst().orders())
                .containsExactly(new Story.Order("policy", "TLB", "", List.of(), false));
        assertThat(beside(story).events().getFirst().orders())
                .containsExactly(new Story.Order("policy", "TLB", "TLB", List.of(1), false));
    }
}
