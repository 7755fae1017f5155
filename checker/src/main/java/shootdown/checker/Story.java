package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.policy.CatalogueEntry;

import java.util.List;

/**
 * The shortest way to break a property, or (a near miss) to break it by the loss of one flush, told
 * step by step. Every step is one of the machine's own, and has been taken again to tell it.
 *
 * @param policy the policy
 * @param universe the universe
 * @param property what breaks
 * @param nearMiss whether one flush of the policy gets lost on the way
 * @param opening the first state
 * @param steps the steps, in order
 * @param events the same in words
 * @param wrong what is wrong at the end, in one sentence
 * @param remedy which flush would have prevented it, or did but for its loss, in one sentence
 * @param beside the same steps where it does not break, or null if that is not known
 */
public record Story(
        CatalogueEntry policy,
        Universe universe,
        Property property,
        boolean nearMiss,
        Picture opening,
        List<Step> steps,
        List<Event> events,
        String wrong,
        String remedy,
        @Nullable Beside beside) {

    /** A story without the same steps elsewhere. */
    public Story(
            CatalogueEntry policy,
            Universe universe,
            Property property,
            boolean nearMiss,
            Picture opening,
            List<Step> steps,
            List<Event> events,
            String wrong,
            String remedy) {
        this(policy, universe, property, nearMiss, opening, steps, events, wrong, remedy, null);
    }

    /**
     * The steps of a story under another policy, or (of a near miss) with the flush that got lost.
     *
     * @param steps for each event the step of the story that it is, or if the story has not got it,
     *     the last one before
     * @param end how far it comes, in words
     */
    public record Beside(
            CatalogueEntry policy, List<Integer> steps, List<Event> events, String end) {
        public Beside {
            steps = List.copyOf(steps);
            events = List.copyOf(events);
        }
    }

    /**
     * One step.
     *
     * @param number 1 for the first
     * @param cpu the CPU that acts
     * @param function Xen's function, or {@code guest}
     * @param text what is done, in a few words
     * @param changes what changed: entries, types, counts, root copies, flushes
     * @param orders the flushes that were ordered, and a policy's decision that there is none
     * @param messages what passed between CPUs
     * @param after the state after it
     */
    public record Event(
            int number,
            int cpu,
            String function,
            String text,
            List<String> changes,
            List<Order> orders,
            List<Message> messages,
            Picture after) {
        public Event {
            changes = List.copyOf(changes);
            orders = List.copyOf(orders);
            messages = List.copyOf(messages);
        }
    }

    /**
     * A flush that is ordered in a step; it is carried out in this step and later ones.
     *
     * @param source who orders it: {@code policy}, {@code type-change}, {@code guest}, {@code
     *     allocation}, {@code scheduler}
     * @param local flags for the CPU itself, or empty
     * @param others flags for the {@code targets}, or empty
     * @param rootCopy whether the policy asks for a new root copy by a store, without a flush
     */
    public record Order(
            String source, String local, String others, List<Integer> targets, boolean rootCopy) {
        public Order {
            targets = List.copyOf(targets);
        }
    }

    /** How a flush passes from one CPU to another. */
    public enum Passing {
        /** The flush IPI is sent. */
        ASKED("asked"),
        /** It is served: the receiver flushes. */
        SERVED("served"),
        /** The hypervisor below Xen flushes the receiver. */
        ASSISTED("assisted"),
        /** It gets lost (near misses only). */
        LOST("lost");

        private final String word;

        Passing(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * A flush on its way between two CPUs.
     *
     * @param flags of the flush
     */
    public record Message(Passing kind, int from, int to, String flags) {}

    /**
     * One step of the machine: who, what, and the answer to its choice.
     *
     * @param action as numbered by {@link shootdown.hypervisor.Hypervisor}
     */
    public record Step(int cpu, int action, int answer) {}

    /** The same with another remedy. */
    public Story withRemedy(String value) {
        return new Story(
                policy, universe, property, nearMiss, opening, steps, events, wrong, value, beside);
    }

    public Story {
        steps = List.copyOf(steps);
        events = List.copyOf(events);
    }
}
