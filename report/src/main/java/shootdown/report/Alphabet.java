package shootdown.report;

import shootdown.checker.Universe;
import shootdown.hypervisor.Machine.Allowed;

import java.util.ArrayList;
import java.util.List;

/** What guests may do in a universe, with the names of its frames. */
final class Alphabet {
    private Alphabet() {}

    /** Such as {@code mmu_update(L3a slot 0 := L2b rw)}. */
    static String words(Allowed allowed, Universe universe) {
        String text = universe.named(allowed.operation().text()) + domains(allowed);
        int cpus = universe.machine().cpus();
        List<String> on = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            if ((allowed.cpus() >>> cpu & 1) != 0) {
                on.add("CPU" + cpu);
            }
        }
        return on.size() == cpus ? text : text + "  on " + String.join(", ", on);
    }

    /** Who may do it, and to whom, where that is said. */
    private static String domains(Allowed allowed) {
        String who = allowed.caller() < 0 ? "" : "  by domain " + allowed.caller();
        return allowed.about() < 0 ? who : who + " for domain " + allowed.about();
    }
}
