package shootdown.checker;

import static shootdown.hypervisor.PageInfo.TYPE_L1;
import static shootdown.hypervisor.PageInfo.TYPE_L4;

import shootdown.checker.Story.Cached;
import shootdown.checker.Story.CpuView;
import shootdown.checker.Story.Member;
import shootdown.checker.Story.Picture;
import shootdown.hardware.ControlRegister;
import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.Stage;
import shootdown.hypervisor.XenSlots;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws states for people: the tables, and what each CPU does and may have cached. */
final class Painter {
    private final Universe universe;
    private final Hypervisor xen;
    private final Geometry geometry;
    private final PageInfo pages;
    private final Suspects suspects;

    /**
     * @param suspects the cached results that matter to the story
     */
    Painter(Universe universe, Hypervisor xen, Suspects suspects) {
        this.universe = universe;
        this.xen = xen;
        this.geometry = xen.layout().geometry();
        this.pages = xen.pages();
        this.suspects = suspects;
    }

    Picture paint(long[] s) {
        List<String> tables = new ArrayList<>();
        for (int mfn = 0; mfn < universe.machine().frames(); mfn++) {
            tables.add(frame(s, mfn));
        }
        List<CpuView> cpus = new ArrayList<>();
        for (int cpu = 0; cpu < universe.machine().cpus(); cpu++) {
            cpus.add(cpu(s, cpu));
        }
        return new Picture(tables, cpus);
    }

    /** {@code L3a (l3, count 2, pinned): [0] -> L2a}. */
    String frame(long[] s, int mfn) {
        String line = universe.frameName(mfn) + " (" + typeOf(s, mfn) + ")";
        String entries = entries(s, mfn);
        return entries.isEmpty() ? line : line + ": " + entries;
    }

    /** {@code l3, count 2, pinned}. */
    String typeOf(long[] s, int mfn) {
        int type = pages.type(s, mfn);
        long count = pages.typeCount(s, mfn);
        String name = typeName(type);
        if (count == 0) {
            return type == PageInfo.TYPE_NONE ? "no type" : "free, was " + name;
        }
        String line = name + ", count " + count;
        line += pages.pinned(s, mfn) ? ", pinned" : "";
        line += pages.locked(s, mfn) ? ", locked" : "";
        return pages.validated(s, mfn) ? line : line + ", not validated";
    }

    static String typeName(int type) {
        if (type >= TYPE_L1 && type <= TYPE_L4) {
            return "l" + type;
        }
        return switch (type) {
            case PageInfo.TYPE_NONE -> "none";
            case PageInfo.TYPE_SEG_DESC -> "seg_desc";
            case PageInfo.TYPE_WRITABLE -> "writable";
            default -> "type " + type;
        };
    }

    private String entries(long[] s, int mfn) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < geometry.slotCount(); i++) {
            int slot = geometry.slotNumber(i);
            long entry = geometry.read(s, mfn, slot);
            if (Pte.isPresent(entry) && XenSlots.isGuestL4Slot(slot)) {
                parts.add("[" + slot + "] -> " + entry(entry));
            } else if (entry != 0 && XenSlots.isGuestL4Slot(slot)) {
                parts.add("[" + slot + "] = " + entry(entry));
            }
        }
        return String.join("  ", parts);
    }

    /** The frame that an entry names, marked if it is read-only; or what else is there. */
    String entry(long entry) {
        if (!Pte.isPresent(entry)) {
            return entry == 0 ? "none" : "0x%016x".formatted(entry);
        }
        int mfn = Pte.mfn(entry);
        String name =
                mfn < geometry.frames() ? universe.frameName(mfn) : "mfn " + Integer.toString(mfn);
        String marks = Pte.isWritable(entry) ? "" : " ro";
        return name + marks + (Pte.isGlobal(entry) ? " g" : "");
    }

    private CpuView cpu(long[] s, int cpu) {
        long cr3 = s[geometry.cr3(cpu)];
        Machine machine = universe.machine();
        String root = universe.frameName(ControlRegister.root(cr3));
        root += machine.pcid() ? " (PCID " + ControlRegister.pcid(cr3) + ")" : "";
        String copy = "";
        if (machine.xpti()) {
            boolean due = xen.cpus().rootPgtChanged(s, cpu);
            String entries = entries(s, xen.layout().rootFrame(cpu));
            copy = due ? "to be made anew" : entries.isEmpty() ? "empty" : entries;
        }
        List<Cached> cached = new ArrayList<>();
        for (Suspects.Suspect suspect : suspects.all()) {
            Cached seen = suspects.look(s, cpu, suspect, this::member);
            if (!seen.members().isEmpty()) {
                cached.add(seen);
            }
        }
        String handler = xen.cpus().inHandler(s, cpu) ? "in an interrupt handler: " : "";
        String where = handler + where(xen.cpus().stage(s, cpu), xen.cpus().inUserMode(s, cpu));
        return new CpuView(cpu, where, root, copy, cached);
    }

    private Member member(int mfn, boolean writable, boolean stale) {
        return new Member(mfn < 0 ? "fault" : universe.frameName(mfn), writable, stale);
    }

    private String where(Stage stage, boolean user) {
        return switch (stage) {
            case IDLE ->
                    user
                            ? "in Xen, on the tables of user mode"
                            : universe.machine().entryMatters()
                                    ? "in Xen between sub-calls"
                                    : "in the guest, or in Xen between sub-calls";
            case GUEST -> user ? "in guest user mode" : "in the guest";
            case USER -> "in guest user mode";
            case BATCH -> "in do_mmu_update between two requests";
            case TYPE_VALIDATE, TYPE_PUBLISH -> "changing the type of a frame";
            case TYPE_WAIT -> "waiting for another CPU to validate a frame";
            case FLUSHING -> "flushing";
            case UVM_LOCK -> "in update_va_mapping, holding what it read";
            case STORED -> "editing an entry, its lock still held";
            case UVM_MODIFY -> "in update_va_mapping, the L1 table locked";
            case GRANT_FIND -> "in a grant operation, about to find the L1 table";
            case GRANT_ENTRY -> "in a grant operation, holding the table that it found";
            case GRANT_UNMAPPED -> "unmapping a grant, its references not dropped yet";
            case FAULT_READ -> "in a fault of the guest, about to read an L1 entry";
            case FAULT_WALK -> "in a fault of the guest, interrupts off, walking the tables";
            case PTWR_LOCK -> "in ptwr, holding what it read";
            case PTWR_MODIFY -> "in ptwr, the L1 table locked";
            case INVOCATION_END, INVOCATION_DONE, RETURN -> "returning";
            case CONTINUATION_LEAVE -> "about to leave Xen for a continuation";
            case CONTINUATION_GUEST -> "in the guest, a continuation pending";
            case DROP -> "about to drop a parked table";
            case CONTEXT_SWITCH, SWITCH_TABLES ->
                    "switching to another vCPU, its tables not loaded";
            case SWITCH_DONE -> "switching to another vCPU, its tables loaded";
            case PAUSE_WAIT, PAUSED -> "pausing a domain";
            case ALLOCATED -> "giving a frame to a domain";
        };
    }

    /** {@code linear L2 of 0x...}, {@code page 0x...}, {@code table under [1]}. */
    static String describeKey(KeyTree keys, int key) {
        List<String> slots = new ArrayList<>();
        for (int k = key; k >= 0; k = keys.parent(k)) {
            slots.add(0, "[" + keys.slot(k) + "]");
        }
        String path = String.join("", slots);
        return keys.isLeaf(key)
                ? "page at " + path
                : String.format(Locale.ROOT, "L%d table at %s", 4 - keys.depth(key), path);
    }
}
