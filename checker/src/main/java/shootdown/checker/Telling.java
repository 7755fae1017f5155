package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Observer;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes the steps once more and puts them into words. Of the steps in which the compared policy
 * decides otherwise the last counts: what is left undone earlier has been made good since, or the
 * story would be shorter.
 */
final class Telling {
    private final Hypervisor xen;
    private final Picture opening;
    private final List<Story.Event> events = new ArrayList<>();
    private final long[] last;
    private List<Narrator.Decisions> differences = List.of();
    private int differsAt;
    private int lostAt = -1;

    Telling(
            Universe universe,
            Policy policy,
            @Nullable Policy compared,
            @Nullable Property property,
            long[] first,
            List<Story.Step> steps) {
        MachineSystem system = new MachineSystem(universe, policy, compared, false, false);
        xen = system.hypervisor();
        last = end(first, steps);
        Painter painter = new Painter(universe, xen, new Suspects(xen, property, last));
        opening = painter.paint(first);
        tell(first, steps, new Narrator(universe, xen, painter));
    }

    private long[] end(long[] first, List<Story.Step> steps) {
        long[] s = first.clone();
        for (Story.Step step : steps) {
            xen.perform(s, step.cpu(), step.action(), n -> step.answer(), Observer.NONE);
        }
        return s;
    }

    private void tell(long[] first, List<Story.Step> steps, Narrator narrator) {
        long[] s = first.clone();
        for (Story.Step step : steps) {
            long[] before = s.clone();
            xen.perform(s, step.cpu(), step.action(), n -> step.answer(), narrator);
            int number = events.size() + 1;
            noteDifference(narrator, number);
            if (xen.isLoss(step.action())) {
                lostAt = number;
            }
            events.add(narrator.event(number, before, s, step.cpu(), step.action()));
        }
    }

    private void noteDifference(Narrator narrator, int number) {
        List<Narrator.Decisions> found = narrator.takeDifferences();
        if (differences.isEmpty() || !Narrator.Decisions.areAlike(found)) {
            differsAt = number;
            differences = found;
        }
    }

    Hypervisor hypervisor() {
        return xen;
    }

    Picture opening() {
        return opening;
    }

    List<Story.Event> events() {
        return events;
    }

    /** The state at the end. */
    long[] last() {
        return last;
    }

    /** What the policies decide in the step that counts, where they do not decide alike. */
    List<Narrator.Decisions> differences() {
        return differences;
    }

    String remedy(boolean nearMiss, @Nullable CatalogueEntry teacher) {
        if (nearMiss) {
            return "The flush that got lost in step %d is what keeps this from happening."
                    .formatted(lostAt);
        }
        if (teacher == null) {
            return "No policy of the catalogue that was asked keeps this here.";
        }
        if (Narrator.Decisions.areAlike(differences)) {
            return "'%s' keeps this here, by what it does in other states."
                    .formatted(teacher.name());
        }
        String flushes =
                Narrator.Decisions.inTurn(
                        differences.stream()
                                .map(Narrator.Decisions::compared)
                                .filter(decision -> !decision.isNothing()));
        return "In step %d '%s', which keeps this, would have flushed: %s."
                .formatted(differsAt, teacher.name(), flushes.isEmpty() ? "nothing" : flushes);
    }
}
