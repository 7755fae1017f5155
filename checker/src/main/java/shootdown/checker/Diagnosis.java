package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Picture.Cached;
import shootdown.checker.Picture.CpuView;
import shootdown.checker.Picture.Member;
import shootdown.checker.Suspects.Reader;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.XenSlots;

import java.util.ArrayList;
import java.util.List;

/** Says in one sentence what is wrong with a state. */
final class Diagnosis {
    private final Universe universe;
    private final Hypervisor xen;

    Diagnosis(Universe universe, Hypervisor xen) {
        this.universe = universe;
        this.xen = xen;
    }

    String wrong(Property property, long[] s) {
        Suspects suspects = new Suspects(xen, property, s);
        Painter painter = new Painter(universe, xen, suspects);
        List<String> stale = new ArrayList<>();
        for (CpuView cpu : painter.paint(s).cpus()) {
            for (Cached cached : cpu.cached()) {
                for (Member member : cached.members()) {
                    if (member.stale()) {
                        stale.add(stale(property, cpu.cpu(), cached.what(), member));
                    }
                }
            }
        }
        String first = stale.isEmpty() ? "" : stale.get(0);
        return switch (property) {
            case P1 -> types(s, first);
            case P2 -> copies(s, false);
            case P3 -> first + ", which no legal walk gives" + harm(suspects, s);
            case P4 -> first + " after the flush that the guest asked for has returned.";
            case P5 -> copies(s, true);
            case P6 -> masks(s);
            case P7 -> counts(s);
            case P8 -> owners(s);
            case S1 -> first + " of its linear map after the call that changed it.";
            case P9 -> "The call has returned, and not every dirty CPU has executed its flag.";
        };
    }

    private String types(long[] s, String stale) {
        DescriptorPages descriptors = new DescriptorPages(xen);
        int page = descriptors.firstWrong(s);
        if (page < 0) {
            String what = stale.isEmpty() ? root(s) : stale;
            return what + ", though that frame has another use now.";
        }
        int slot = descriptors.firstWrongSlot(s, page);
        int owner = xen.pages().owner(s, page);
        return "%s is in use as a descriptor page of a %s guest, which may not have what slot %d has."
                .formatted(
                        universe.frameName(page),
                        universe.machine().isPv32(owner) ? "32-bit" : "64-bit",
                        slot);
    }

    /** What is wrong if nothing is stale: the root itself, or what Xen walks. */
    private String root(long[] s) {
        for (int cpu = 0; cpu < xen.layout().geometry().cpus(); cpu++) {
            int root = xen.cpus().root(s, cpu);
            if (root < universe.machine().frames() && xen.pages().isWritable(s, root)) {
                return "CPU%d has %s loaded as its root".formatted(cpu, universe.frameName(root));
            }
            int walked = xen.cpus().walkedTable(s, cpu);
            if (walked >= 0 && xen.pages().isWritable(s, walked)) {
                return "On CPU%d Xen will read %s as an L%d table"
                        .formatted(cpu, universe.frameName(walked), xen.cpus().walkedLevel(s, cpu));
            }
        }
        return "A CPU may walk a frame as a table";
    }

    /** Which L1 table would be edited by the first stale result. */
    private String harm(Suspects suspects, long[] s) {
        Geometry geometry = xen.layout().geometry();
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            for (Suspects.Suspect suspect : suspects.all()) {
                int l2 = suspects.firstStale(s, cpu, suspect);
                @Nullable Reader reader = l2 < 0 ? null : suspects.reader(suspect).orElse(null);
                if (reader == null) {
                    continue;
                }
                long entry = geometry.read(s, l2, reader.va().i2());
                if (suspect.isL2Read() && Pte.isPresent(entry)) {
                    return ": %s would go on to the L1 table that it names, %s."
                            .formatted(reader.operation(), universe.frameName(Pte.mfn(entry)));
                }
            }
        }
        return ".";
    }

    private static String stale(Property property, int cpu, String what, Member member) {
        if (property == Property.P3) {
            return "CPU%d is in Xen between sub-calls, and a read through the %s may give %s"
                    .formatted(cpu, what, member.name());
        }
        return "CPU%d may still use %s%s as the %s"
                .formatted(cpu, member.name(), member.writable() ? ", writable," : "", what);
    }

    private String copies(long[] s, boolean absentOnly) {
        Geometry geometry = xen.layout().geometry();
        Painter painter = new Painter(universe, xen, new Suspects(xen, Property.P2, s));
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            int l4 = xen.cpus().base(s, cpu);
            int copy = xen.layout().rootFrame(cpu);
            for (int i = 0; i < geometry.slotCount(); i++) {
                int slot = geometry.slotNumber(i);
                String has = painter.entry(geometry.read(s, copy, slot));
                String should = painter.entry(geometry.read(s, l4, slot));
                boolean counts = !absentOnly || !Pte.isPresent(geometry.read(s, copy, slot));
                boolean running = xen.cpus().inGuest(s, cpu);
                if (running && counts && XenSlots.isGuestL4Slot(slot) && !has.equals(should)) {
                    return "CPU%d runs the guest on a root copy whose slot %d has %s; its L4 has %s."
                            .formatted(cpu, slot, has, should);
                }
            }
        }
        return "A root copy is not that of its L4.";
    }

    private String masks(long[] s) {
        DirtyMasks masks = new DirtyMasks(xen);
        int cpu = masks.firstWrong(s);
        if (cpu < 0) {
            return "A dirty mask is not that of the tables that CPUs have loaded.";
        }
        int domid = xen.cpus().domain(s, cpu);
        String loaded = domid == DomId.IDLE ? "the idle tables" : "tables of domain " + domid;
        return masks.isMissing(s, cpu)
                ? "CPU%d has %s loaded and is not in its dirty mask.".formatted(cpu, loaded)
                : "CPU%d has %s loaded and is in the dirty mask of another domain."
                        .formatted(cpu, loaded);
    }

    private String owners(long[] s) {
        Ownership.@Nullable Wrong wrong = new Ownership(xen).firstWrong(s);
        return wrong == null
                ? "A frame has changed its owner, and somebody can still use it."
                : "CPU%d runs with tables of domain %d and may still use %s, a frame of domain %d."
                        .formatted(
                                wrong.cpu(),
                                wrong.domid(),
                                universe.frameName(wrong.mfn()),
                                xen.pages().owner(s, wrong.mfn()));
    }

    private String counts(long[] s) {
        Painter painter = new Painter(universe, xen, new Suspects(xen, Property.P7, s));
        int wrong = new Accounting(xen).firstWrong(s);
        return wrong < 0
                ? "The counts do not equal the references."
                : "The counts of %s do not equal the references to it."
                        .formatted(painter.table(s, wrong).text());
    }
}
