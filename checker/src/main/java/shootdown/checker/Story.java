package shootdown.checker;

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
        String remedy) {

    /**
     * What a person needs to see of a state.
     *
     * @param tables one line for each frame in use, such as {@code L3a (l3, count 2, pinned): [0]
     *     -> L2a}
     * @param cpus what each CPU does and may have cached
     */
    public record Picture(List<String> tables, List<CpuView> cpus) {
        public Picture {
            tables = List.copyOf(tables);
            cpus = List.copyOf(cpus);
        }
    }

    /**
     * One CPU in a state.
     *
     * @param cpu its number
     * @param where what it does, in a few words, such as {@code in Xen between sub-calls}
     * @param root the table in CR3, with the PCID where there are any
     * @param copy the guest slots of its root copy, such as {@code [0] -> L3a}, empty without XPTI
     * @param cached what it may have cached for the addresses that matter to the property
     */
    public record CpuView(int cpu, String where, String root, String copy, List<Cached> cached) {
        public CpuView {
            cached = List.copyOf(cached);
        }
    }

    /**
     * What a CPU may use for an address.
     *
     * @param what the address in words, such as {@code linear L2 of 0x0000000000000000}
     * @param members the frames that an access may reach, and {@code fault} if it may meet a
     *     non-present entry
     */
    public record Cached(String what, List<Member> members) {
        public Cached {
            members = List.copyOf(members);
        }
    }

    /**
     * One possible result of an access.
     *
     * @param name of the frame, or {@code fault}
     * @param writable whether a store may go there
     * @param stale whether no legal walk gives it, or what breaks forbids it
     */
    public record Member(String name, boolean writable, boolean stale) {}

    /**
     * One step.
     *
     * @param number 1 for the first
     * @param cpu the CPU that acts
     * @param function Xen's function, or {@code guest}
     * @param text what is done, in a few words
     * @param changes what changed: entries, types, counts, root copies, flushes
     * @param after the state after it
     */
    public record Event(
            int number,
            int cpu,
            String function,
            String text,
            List<String> changes,
            Picture after) {
        public Event {
            changes = List.copyOf(changes);
        }
    }

    /**
     * One step of the machine: who, what, and the answer to its choice.
     *
     * @param action as numbered by {@link shootdown.hypervisor.Hypervisor}
     */
    public record Step(int cpu, int action, int answer) {}

    /** The same with another remedy. */
    public Story withRemedy(String value) {
        return new Story(
                policy, universe, property, nearMiss, opening, steps, events, wrong, value);
    }

    public Story {
        steps = List.copyOf(steps);
        events = List.copyOf(events);
    }
}
