package shootdown.scenario;

import shootdown.hypervisor.Operation;

import java.util.List;

/**
 * A universe as text: the same machine as a scenario's, and an alphabet instead of programs.
 *
 * @param name as for the universes of the checker, such as {@code u1-linear-uvm}
 * @param title what it is, in a few words
 * @param aims what its alphabet aims at
 * @param cannotShow what its size or alphabet rules out
 * @param setting the machine and how it starts
 * @param alphabet what the guest may do, in the order of the text
 */
public record UniverseFile(
        String name,
        String title,
        String aims,
        String cannotShow,
        Setting setting,
        List<Letter> alphabet)
        implements Document {
    /** On which CPU a letter is allowed: on all. */
    public static final int ALL_CPUS = -1;

    /** One operation, and the CPU on which it may begin. */
    public record Letter(int cpu, Operation operation) {}

    public UniverseFile {
        alphabet = List.copyOf(alphabet);
    }
}
