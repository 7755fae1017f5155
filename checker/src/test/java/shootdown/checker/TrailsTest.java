package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import shootdown.checker.Place.Judgement;
import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Observer;
import shootdown.policy.Catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Of {@code Trails} and {@code Place}. */
final class TrailsTest {
    private static final SearchOptions SEARCH = SearchOptions.defaults().withCovering(true);

    @Test
    void theStepsOfAPlaceAreTheSuccessorsThatTheEngineSees() {
        for (String name : List.of("u1-linear-uvm", "u3-xpti-smp", "u8-user-l4-xpti-smp")) {
            Trails trails = trails("final", name);
            Walker walker = new Walker(trails);

            for (List<Integer> path = List.<Integer>of(); path.size() < 6; ) {
                Place place = trails.at(path);
                assertThat(place.next()).as(name + " " + path).hasSize(walker.successors(place));
                path = join(path, place.next().size() * 2 / 3);
            }
        }
    }

    /** Counts what the engine's expander emits for the state at the end of a place's story. */
    private static final class Walker {
        private final MachineSystem system;

        Walker(Trails trails) {
            this.system =
                    new MachineSystem(trails.universe(), trails.policy().policy(), false, false);
        }

        int successors(Place place) {
            long[] s = system.firstState();
            Hypervisor xen = system.hypervisor();
            for (Story.Step step : place.story().steps()) {
                xen.perform(s, step.cpu(), step.action(), n -> step.answer(), Observer.NONE);
            }
            int[] count = {0};
            system.expander().expand(s, (next, step, violations) -> count[0]++);
            return count[0];
        }
    }

    @Test
    void aPathTakesTheStepThatThePlaceBeforeHasShown() {
        Trails trails = trails("sync-guest", "u1-linear-uvm");
        Place first = trails.at(List.of());

        for (Place.Next next : first.next()) {
            Place there = trails.at(List.of(next.number()));
            Story.Event event = there.story().events().getLast();
            assertThat(event.text()).isEqualTo(next.text());
            assertThat(event.changes()).isEqualTo(next.changes());
            assertThat(there.breaks().getLast()).isEqualTo(next.breaks());
        }
    }

    @Test
    void stepsThatLookAlikeAreToldApartByTheirOperation() {
        Place first = trails("sync-guest", "u1-linear-uvm").at(List.of());

        assertThat(first.next().stream().map(next -> next.operation() + next.choice()))
                .doesNotHaveDuplicates()
                .allMatch(text -> !text.isEmpty());
        assertThat(first.next().get(0).operation()).startsWith("update_va_mapping(0x0 := ");
    }

    @Test
    void aPathThatLeavesTheMachineIsRefusedWithTheStepsThatThereAre() {
        Trails trails = trails("sync-guest", "u1-linear-uvm");

        assertThatThrownBy(() -> trails.at(List.of(3, 99)))
                .isInstanceOf(NoSuchPath.class)
                .hasMessage("the path has no step 99 after 1 steps: there is only step 0");
    }

    @Test
    void theNearestBrokenPlaceIsAsFarAsTheStoryThatIsTold() {
        for (String name : List.of("u1-linear-uvm", "u3-xpti-smp", "u8-user-l4-xpti-smp")) {
            Trails trails = trails("local-only", name);
            for (Property property : Property.byDefault()) {
                List<Integer> path = nearest(trails, List.of(), breaks(property)).path();
                int told =
                        Storyteller.tell(
                                        trails.policy(),
                                        trails.universe(),
                                        property,
                                        CheckOptions.reduced())
                                .map(story -> story.steps().size())
                                .orElse(-1);
                assertThat(path == null ? -1 : path.size())
                        .as(name + " " + property)
                        .isEqualTo(told);
            }
        }
    }

    @Test
    void theFoundPlaceIsBrokenAndSaysWhatIsWrong() {
        Trails trails = trails("sync-guest", "u1-linear-uvm");

        List<Integer> path =
                Objects.requireNonNull(nearest(trails, List.of(), breaks(Property.P3)).path());
        Place place = trails.at(path);

        assertThat(place.judgements()).containsEntry(Property.P3, Judgement.BROKEN);
        assertThat(place.judgements()).containsEntry(Property.P7, Judgement.HOLDS);
        assertThat(place.judgements()).containsEntry(Property.P2, Judgement.NOTHING_AT_STAKE);
        assertThat(place.wrong().get(Property.P3)).contains("which no legal walk gives");
        assertThat(place.story().events()).hasSize(path.size());
    }

    /** A flush of the guest that returns: the step is at fault, the state itself shows nothing. */
    @Test
    void aPropertyOfCallsIsJudgedWhereTheCallReturns() {
        Trails trails = trails("final", "u1-linear-uvm");
        int flush =
                trails.at(List.of()).next().stream()
                        .filter(next -> next.text().equals("TLB_FLUSH_LOCAL"))
                        .findFirst()
                        .orElseThrow()
                        .number();

        List<Integer> path = List.of(flush);
        while (trails.at(path).next().size() == 1) {
            assertThat(trails.at(path).judgements())
                    .containsEntry(Property.P4, Judgement.NOTHING_AT_STAKE);
            path = join(path, 0);
        }

        assertThat(trails.at(path).judgements()).containsEntry(Property.P4, Judgement.HOLDS);
    }

    @Test
    void aSearchStartsAtThePlaceAndItsPathGoesThroughIt() {
        Trails trails = trails("sync-guest", "u1-linear-uvm");
        List<Integer> here = List.of(11);

        List<Integer> path =
                Objects.requireNonNull(nearest(trails, here, breaks(Property.P3)).path());

        assertThat(path).startsWith(11).hasSizeGreaterThan(1);
        assertThat(trails.at(path).judgements()).containsEntry(Property.P3, Judgement.BROKEN);
    }

    @Test
    void aGoalThatIsReachedHereNeedsNoStep() {
        Trails trails = trails("sync-guest", "u1-linear-uvm");

        assertThat(nearest(trails, List.of(3), ((Goal) (xen, s) -> true).anywhere()).path())
                .containsExactly(3);
    }

    @Test
    void onlyAnExhaustedSearchMeansNever() {
        Trails trails = trails("final", "u1-linear-uvm");

        Trails.Found never = nearest(trails, List.of(), breaks(Property.P3));
        Trails.Found cut = trails.nearest(List.of(), breaks(Property.P3), SEARCH.withMaxStates(50));

        assertThat(never.path()).isNull();
        assertThat(never.end()).isEqualTo(End.EXHAUSTED);
        assertThat(cut.path()).isNull();
        assertThat(cut.end()).isEqualTo(End.STATE_LIMIT);
    }

    private static Goal breaks(Property property) {
        return new Goal() {
            @Override
            public boolean isReached(Hypervisor xen, long[] state) {
                return false;
            }

            @Override
            public boolean isReached(Hypervisor xen, long[] state, Set<Property> broken) {
                return broken.contains(property);
            }

            @Override
            public boolean mindsSteps() {
                return true;
            }

            @Override
            public boolean onlyAtEnds() {
                return false;
            }
        };
    }

    private static Trails.Found nearest(Trails trails, List<Integer> path, Goal goal) {
        return trails.nearest(path, goal, SEARCH);
    }

    private static List<Integer> join(List<Integer> path, int number) {
        List<Integer> longer = new ArrayList<>(path);
        longer.add(number);
        return longer;
    }

    private static Trails trails(String policy, String universe) {
        return new Trails(
                Catalogue.find(policy).orElseThrow(), Universes.find(universe).orElseThrow());
    }
}
