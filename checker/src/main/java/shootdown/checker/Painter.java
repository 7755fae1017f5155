package shootdown.checker;

import static shootdown.hypervisor.PageInfo.TYPE_L1;
import static shootdown.hypervisor.PageInfo.TYPE_L4;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Picture.Cached;
import shootdown.checker.Picture.CpuView;
import shootdown.checker.Picture.DomainView;
import shootdown.checker.Picture.Entry;
import shootdown.checker.Picture.Member;
import shootdown.checker.Picture.Mode;
import shootdown.checker.Picture.Pending;
import shootdown.checker.Picture.RootCopy;
import shootdown.checker.Picture.Table;
import shootdown.hardware.ControlRegister;
import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hardware.Pte;
import shootdown.hypervisor.CpuState;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Observer;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.Stage;
import shootdown.hypervisor.XenSlots;
import shootdown.policy.FlushFlags;

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
        List<Table> tables = new ArrayList<>();
        for (int mfn = 0; mfn < universe.machine().frames(); mfn++) {
            tables.add(table(s, mfn));
        }
        List<CpuView> cpus = new ArrayList<>();
        for (int cpu = 0; cpu < universe.machine().cpus(); cpu++) {
            cpus.add(cpu(s, cpu));
        }
        return new Picture(tables, cpus, domains(s));
    }

    Table table(long[] s, int mfn) {
        int owner = pages.owner(s, mfn);
        return new Table(
                universe.frameName(mfn),
                mfn,
                typeName(pages.type(s, mfn)),
                pages.typeCount(s, mfn),
                pages.refs(s, mfn),
                pages.pinned(s, mfn),
                pages.validated(s, mfn),
                pages.locked(s, mfn),
                pages.linearCount(s, mfn),
                owner == PageInfo.NO_OWNER ? -1 : owner,
                entries(s, mfn));
    }

    private List<DomainView> domains(long[] s) {
        return universe.machine().hasSeveralDomains()
                ? universe.machine().domains().stream()
                        .map(domain -> domain.id())
                        .map(id -> new DomainView(id, members(xen.dirtyMask(s, id))))
                        .toList()
                : List.of();
    }

    /** The numbers of the bits that are set. */
    static List<Integer> members(long mask) {
        List<Integer> numbers = new ArrayList<>();
        for (long left = mask; left != 0; left &= left - 1) {
            numbers.add(Long.numberOfTrailingZeros(left));
        }
        return numbers;
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

    private List<Entry> entries(long[] s, int mfn) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < geometry.slotCount(); i++) {
            int slot = geometry.slotNumber(i);
            long value = geometry.read(s, mfn, slot);
            if (value != 0) {
                boolean xens = !XenSlots.isGuestL4Slot(slot);
                entries.add(new Entry(slot, value, target(value), xens));
            }
        }
        return entries;
    }

    /** The frame that an entry names, marked if it is read-only; or what else is there. */
    String entry(long value) {
        return new Entry(0, value, target(value), false).text();
    }

    private String target(long value) {
        if (!Pte.isPresent(value)) {
            return "";
        }
        int mfn = Pte.mfn(value);
        return mfn < geometry.frames() ? universe.frameName(mfn) : "mfn " + mfn;
    }

    private CpuView cpu(long[] s, int cpu) {
        CpuState cpus = xen.cpus();
        long cr3 = s[geometry.cr3(cpu)];
        List<Cached> cached = new ArrayList<>();
        for (Suspects.Suspect suspect : suspects.all()) {
            Cached seen = suspects.look(s, cpu, suspect, this::member);
            if (!seen.members().isEmpty()) {
                cached.add(seen);
            }
        }
        boolean user = cpus.inUserMode(s, cpu);
        Stage stage = cpus.stage(s, cpu);
        String handler = cpus.inHandler(s, cpu) ? "in an interrupt handler: " : "";
        return new CpuView(
                cpu,
                universe.vcpuName(cpus.loadedVcpu(s, cpu)),
                stage.name(),
                handler + where(stage, user),
                mode(stage, user),
                call(s, cpu),
                universe.frameName(ControlRegister.root(cr3)),
                universe.machine().pcid() ? ControlRegister.pcid(cr3) : -1,
                frameOrNone(cpus.kernelBase(s, cpu)),
                frameOrNone(cpus.userBase(s, cpu)),
                copy(s, cpu),
                pending(s, cpu),
                cached);
    }

    private Mode mode(Stage stage, boolean user) {
        return switch (stage) {
            case USER -> Mode.USER;
            case IDLE -> user || universe.machine().entryMatters() ? Mode.XEN : Mode.EITHER;
            case GUEST, CONTINUATION_GUEST -> user ? Mode.USER : Mode.KERNEL;
            default -> Mode.XEN;
        };
    }

    private String call(long[] s, int cpu) {
        int operation = xen.cpus().operation(s, cpu);
        return operation < 0 ? "" : universe.named(xen.operation(operation).text());
    }

    private String frameOrNone(int mfn) {
        return mfn < 0 ? "" : universe.frameName(mfn);
    }

    private @Nullable RootCopy copy(long[] s, int cpu) {
        boolean monitor = xen.cpus().isPv32(s, cpu);
        if (!monitor && !universe.machine().xpti()) {
            return null;
        }
        int frame = xen.layout().rootFrame(cpu);
        boolean due = !monitor && xen.cpus().rootPgtChanged(s, cpu);
        return new RootCopy(universe.frameName(frame), monitor, due, entries(s, frame));
    }

    private Pending pending(long[] s, int cpu) {
        CpuState cpus = xen.cpus();
        int local = cpus.planLocal(s, cpu);
        int others = cpus.planOthers(s, cpu);
        int address = cpus.planAddress(s, cpu);
        boolean flushing = local != 0 || others != 0;
        return new Pending(
                flushing ? sourceName(xen.flushSource(s, cpu)) : "",
                flags(local),
                flags(others),
                members(cpus.planTargets(s, cpu)),
                address < 0 ? "" : geometry.keys().addresses().get(address).toString(),
                flags(cpus.exitFlags(s, cpu)),
                frameOrNone(cpus.parked(s, cpu)),
                frameOrNone(cpus.callTable(s, cpu)));
    }

    /** Flush flags, or nothing if there are none. */
    static String flags(int flags) {
        return flags == 0 ? "" : FlushFlags.toString(flags);
    }

    static String sourceName(Observer.FlushSource source) {
        return source.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
            case INVOCATION_END, INVOCATION_DONE, GUEST_FLUSHED, RETURN -> "returning";
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
