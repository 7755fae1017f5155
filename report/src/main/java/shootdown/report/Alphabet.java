package shootdown.report;

import shootdown.checker.Universe;
import shootdown.hypervisor.Machine.Allowed;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What guests may do in a universe, with the names of its frames. */
final class Alphabet {
    private static final Pattern FRAME = Pattern.compile("mfn ([0-9]+)");

    private Alphabet() {}

    /** Such as {@code mmu_update(L3a slot 0 := L2b rw)}. */
    static String words(Allowed allowed, Universe universe) {
        String text =
                FRAME.matcher(allowed.operation().text())
                        .replaceAll(frame -> universe.frameName(Integer.parseInt(frame.group(1))));
        int cpus = universe.machine().cpus();
        List<String> on = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            if ((allowed.cpus() >>> cpu & 1) != 0) {
                on.add("CPU" + cpu);
            }
        }
        return on.size() == cpus ? text : text + "  on " + String.join(", ", on);
    }
}
