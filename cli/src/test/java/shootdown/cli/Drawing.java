package shootdown.cli;

import shootdown.checker.Universe;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hardware.TranslationCaches;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Layout;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.PageInfo;
import shootdown.policy.Final;

import java.util.ArrayList;
import java.util.List;

/** The first state of a universe, a line for each frame. */
final class Drawing {
    private static final List<String> TYPES =
            List.of("free", "L1", "L2", "L3", "L4", "seg_desc", "shared", "writable");

    private final Universe universe;
    private final Hypervisor xen;
    private final long[] first;

    private Drawing(Universe universe) {
        Layout layout = new Layout(universe.machine());
        TranslationCaches caches = layout.saturatedCaches();
        MachineSetup setup = new MachineSetup(layout, caches);
        universe.setup().accept(setup);
        this.universe = universe;
        this.xen = new Hypervisor(layout, caches, new Final());
        this.first = setup.build();
    }

    static List<String> lines(Universe universe) {
        Drawing drawing = new Drawing(universe);
        List<String> lines = new ArrayList<>();
        for (int mfn = 0; mfn < universe.machine().frames(); mfn++) {
            lines.add(drawing.frame(mfn));
        }
        return lines;
    }

    private String frame(int mfn) {
        PageInfo pages = xen.pages();
        boolean used = pages.typeCount(first, mfn) > 0;
        StringBuilder line = new StringBuilder();
        line.append("%-5s %-9s".formatted(universe.frameName(mfn), type(mfn, used)));
        line.append(pages.pinned(first, mfn) ? "pinned  " : "        ");
        for (int cpu = 0; cpu < universe.machine().cpus(); cpu++) {
            line.append(xen.cpus().kernelBase(first, cpu) == mfn ? "CPU" + cpu + "  " : "");
        }
        for (int vcpu = 0;
                universe.machine().schedules() && vcpu < universe.machine().vcpus();
                vcpu++) {
            boolean base = xen.cpus().savedKernelBase(first, vcpu) == mfn;
            line.append(base ? universe.vcpuName(vcpu) + "  " : "");
        }
        Geometry geometry = xen.layout().geometry();
        for (int i = 0; i < geometry.slotCount(); i++) {
            int slot = geometry.slotNumber(i);
            long entry = geometry.read(first, mfn, slot);
            if (Pte.isPresent(entry)) {
                String readOnly = Pte.isWritable(entry) ? "" : " ro";
                line.append("[%d] -> ".formatted(slot))
                        .append(universe.frameName(Pte.mfn(entry)))
                        .append(readOnly)
                        .append("  ");
            }
        }
        return line.toString().stripTrailing();
    }

    private String type(int mfn, boolean used) {
        return used ? TYPES.get(xen.pages().type(first, mfn)) : "unused";
    }
}
