package shootdown.fuzz;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.globalTable;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.MachineSetup.Asked;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.Access;
import shootdown.hypervisor.Operation.AccessKind;
import shootdown.hypervisor.Operation.CopyPage;
import shootdown.hypervisor.Operation.DecreaseReservation;
import shootdown.hypervisor.Operation.DestroyDomain;
import shootdown.hypervisor.Operation.FaultingWrite;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.GrantAccess;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.Iret;
import shootdown.hypervisor.Operation.LdtFault;
import shootdown.hypervisor.Operation.LinearL1Read;
import shootdown.hypervisor.Operation.LoadSelector;
import shootdown.hypervisor.Operation.MapGrant;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.PauseDomain;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.PopulatePhysmap;
import shootdown.hypervisor.Operation.Schedule;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.SetGdt;
import shootdown.hypervisor.Operation.SetLdt;
import shootdown.hypervisor.Operation.SyncLocalExecstate;
import shootdown.hypervisor.Operation.Syscall;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Transfer;
import shootdown.hypervisor.Operation.UnmapAndReplace;
import shootdown.hypervisor.Operation.UnmapGrant;
import shootdown.hypervisor.Operation.UnpauseDomain;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateDescriptor;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.ArrayList;
import java.util.List;

/**
 * Adds operations to a universe, a few that belong together at a time: an entry that is hooked and
 * unhooked, a frame that is a table and a page in turn, a grant that is mapped and unmapped. Which
 * ones come together is left to the dice.
 */
final class Motifs {
    /** VMASST_TYPE_writable_pagetables. */
    private static final int WRITABLE_PAGE_TABLES = 2;

    /** GNTMAP_host_map, and the same with GNTMAP_readonly. */
    private static final int HOST = 2;

    private static final int HOST_READ_ONLY = 6;

    /** The first descriptor of an LDT, for ring 3. */
    private static final int SELECTOR = 7;

    /** A data segment; limits are even, so that no picture takes them for entries. */
    private static final long DATA = 0x00CF_F300_0000_FFFEL;

    private static final long CODE64 = 0x00AF_9A00_0000_FFFEL;
    private static final long CODE32 = 0x00CF_9A00_0000_FFFEL;

    private final Composer composer;
    private final Dice dice;
    private boolean foreign;
    private boolean schedules;
    private boolean hasUserMode;
    private int toolstack = -1;

    Motifs(Composer composer, Dice dice) {
        this.composer = composer;
        this.dice = dice;
    }

    /** Adds between two and seven, after what the arrangement is there for. */
    void add(Arrangement arrangement) {
        switch (arrangement) {
            case ALONE, NARROW -> {}
            case TOOLSTACK -> {
                toolstack = composer.forests().getFirst().domid;
                schedule();
            }
            case PEERS, MIXED -> {
                if (dice.chance(50)) {
                    grantToOther();
                }
                if (dice.chance(50)) {
                    transfer();
                }
            }
        }
        int count = dice.between(2, 6);
        while (count > 0) {
            foreign = toolstack >= 0 && dice.chance(60);
            Forest forest =
                    toolstack >= 0 ? composer.forests().getLast() : dice.oneOf(composer.forests());
            if (any(forest, arrangement)) {
                count--;
            }
        }
    }

    /** One that the dice choose, or none if it does not go with the machine. */
    private boolean any(Forest forest, Arrangement arrangement) {
        boolean shadows = composer.has(Switch.SHADOW_FILTER);
        boolean alone = arrangement == Arrangement.ALONE;
        int draw = dice.below(100);
        if (draw < 24) {
            return !shadows && rehook(forest);
        } else if (draw < 38) {
            return readLinear(forest);
        } else if (draw < 52) {
            return retype(forest, shadows);
        } else if (draw < 58) {
            return !shadows && linear(forest);
        } else if (draw < 63) {
            return pins(forest);
        } else if (draw < 68) {
            return bases(forest);
        } else if (draw < 75) {
            return alone && !schedules && userMode(forest);
        } else if (draw < 79) {
            return flushes(forest);
        } else if (draw < 84) {
            return stores(forest);
        } else if (draw < 87) {
            return alone && !schedules && ldt(forest);
        } else if (draw < 90) {
            return (alone || arrangement == Arrangement.PEERS) && fault(forest);
        } else if (draw < 93) {
            return grantToItself(forest);
        } else if (draw < 95) {
            return !schedules && (alone || arrangement == Arrangement.MIXED) && descriptors();
        } else if (draw < 98) {
            return leaves(forest);
        }
        return toolstack >= 0 && frames();
    }

    private void allow(Forest forest, long cpus, Operation operation) {
        if (composer.forests().size() == 1) {
            composer.allow(new Allowed(operation, cpus));
        } else if (foreign && mayBeForeign(operation)) {
            composer.allow(new Allowed(operation, -1L, toolstack, forest.domid));
        } else {
            composer.allow(new Allowed(operation, cpus, forest.domid, Allowed.ITSELF));
        }
    }

    private static boolean mayBeForeign(Operation operation) {
        return operation instanceof MmuUpdateRequest
                || operation instanceof Pin
                || operation instanceof Unpin;
    }

    // Entries above L1.

    /** An entry names one table, another, or none. */
    private boolean rehook(Forest forest) {
        int level = dice.between(2, forest.top());
        int parent =
                dice.chance(70)
                        ? forest.tables(level).getFirst()
                        : dice.oneOf(forest.tables(level));
        int slot = dice.chance(70) ? 0 : composer.guestSlot();
        long cpus = composer.someCpus();
        List<Long> values = new ArrayList<>();
        if (dice.chance(60)) {
            values.add(NONE);
        }
        for (int i = dice.between(1, 3); i > 0; i--) {
            int child = dice.oneOf(forest.tables(level - 1));
            boolean global = composer.has(Switch.GUEST_MAY_GLOBAL) && dice.chance(50);
            values.add(global ? globalTable(child) : table(child));
        }
        for (long value : values) {
            allow(forest, cpus, request(parent, slot, value));
        }
        return true;
    }

    private MmuUpdateRequest request(int table, int slot, long value) {
        return dice.chance(8)
                ? new MmuUpdateRequest(table, slot, value, true)
                : edit(table, slot, value);
    }

    /** An entry names a table of its own level, read-only or writable. */
    private boolean linear(Forest forest) {
        int level = dice.chance(60) ? forest.top() : dice.between(2, forest.top());
        if (forest.pv32 && level == 3) {
            return false;
        }
        int parent = dice.oneOf(forest.tables(level));
        int target = dice.chance(40) ? parent : dice.oneOf(forest.tables(level));
        int slot = composer.guestSlot();
        long cpus = composer.someCpus();
        allow(forest, cpus, edit(parent, slot, readOnly(target)));
        if (dice.chance(70)) {
            allow(forest, cpus, edit(parent, slot, NONE));
        }
        if (dice.chance(30)) {
            allow(forest, cpus, edit(parent, slot, table(target)));
        }
        if (dice.chance(30)) {
            composer.write(parent, slot, readOnly(target));
        }
        if (dice.chance(40)) {
            VirtualAddress va =
                    level == 4
                            ? new VirtualAddress(slot, slot, slot, slot)
                            : new VirtualAddress(0, slot, slot, slot);
            composer.track(va);
            composer.track(new VirtualAddress(slot, 0, 0, 0));
        }
        return true;
    }

    // What reads through the linear map.

    private boolean readLinear(Forest forest) {
        VirtualAddress va = composer.address();
        long cpus = composer.someCpus();
        if (dice.chance(30)) {
            allow(forest, cpus, new LinearL1Read(va));
        }
        int level = 1;
        long value =
                dice.chance(75)
                        ? page(dice.oneOf(forest.pages))
                        : readOnly(dice.oneOf(forest.tables(level)));
        if (dice.chance(85)) {
            allow(forest, cpus, new UpdateVaMappingCall(va, value, flush(), scope()));
        }
        if (dice.chance(35)) {
            allow(forest, cpus, new UpdateVaMappingCall(va, NONE, flush(), scope()));
        }
        return true;
    }

    private Flush flush() {
        return dice.oneOf(List.of(Flush.NONE, Flush.NONE, Flush.INVLPG, Flush.TLB_FLUSH));
    }

    private Scope scope() {
        int draw = dice.below(100);
        int vcpus = composer.cpus();
        return draw < 65 || schedules
                ? new Scope.Local()
                : draw < 85 ? new Scope.All() : new Scope.Multi(dice.between(1, (1 << vcpus) - 1));
    }

    private boolean flushes(Forest forest) {
        long cpus = composer.someCpus();
        if (dice.chance(60)) {
            allow(forest, cpus, new TlbFlush(scope()));
        }
        if (dice.chance(60)) {
            allow(forest, cpus, new Invlpg(composer.address(), scope()));
        }
        return true;
    }

    // A frame that is a table and a page in turn.

    private boolean retype(Forest forest, boolean shadows) {
        int level = shadows ? dice.between(1, 2) : dice.between(1, forest.top());
        int dual = forest.tables(level).getLast();
        int l1 = forest.tables(1).getFirst();
        int slot = composer.guestSlot();
        long cpus = composer.someCpus();
        VirtualAddress asPage = new VirtualAddress(0, 0, 0, slot);
        if (dice.chance(85) && dual != l1) {
            allow(forest, cpus, edit(l1, slot, page(dual)));
            allow(forest, cpus, edit(l1, slot, NONE));
            composer.write(l1, slot, NONE);
        }
        if (dice.chance(75) && !schedules) {
            allow(forest, cpus, new GuestWrite(asPage, 0, NONE));
            long content =
                    level == 1
                            ? page(dice.oneOf(forest.pages))
                            : table(dice.oneOf(forest.tables(level - 1)));
            allow(forest, cpus, new GuestWrite(asPage, 0, content));
        }
        if (dice.chance(60) || level == forest.top()) {
            allow(forest, cpus, new Pin(level, dual));
            allow(forest, cpus, new Unpin(dual));
        }
        if (level < forest.top() && !shadows && dice.chance(65)) {
            int parent = forest.tables(level + 1).getFirst();
            int at = composer.guestSlot();
            allow(forest, cpus, edit(parent, at, table(dual)));
            allow(forest, cpus, edit(parent, at, NONE));
            if (dice.chance(60)) {
                composer.write(parent, at, table(dual));
            }
            composer.track(below(level + 1, at));
        }
        if (dice.chance(25)) {
            allow(forest, cpus, new TlbFlush(new Scope.Local()));
        }
        composer.track(asPage);
        return true;
    }

    /** The first page below a slot of the first table of a level. */
    private static VirtualAddress below(int level, int slot) {
        return switch (level) {
            case 4 -> new VirtualAddress(slot, 0, 0, 0);
            case 3 -> new VirtualAddress(0, slot, 0, 0);
            case 2 -> new VirtualAddress(0, 0, slot, 0);
            default -> new VirtualAddress(0, 0, 0, slot);
        };
    }

    /** Entries of L1 tables, which may have been unhooked. */
    private boolean leaves(Forest forest) {
        int l1 = dice.oneOf(forest.tables(1));
        int slot = composer.guestSlot();
        long cpus = composer.someCpus();
        int target = forest.anyFrame(dice);
        allow(forest, cpus, request(l1, slot, dice.chance(70) ? page(target) : readOnly(target)));
        allow(forest, cpus, request(l1, slot, dice.chance(70) ? NONE : page(target)));
        return true;
    }

    private boolean pins(Forest forest) {
        long cpus = composer.someCpus();
        for (int i = dice.between(1, 2); i > 0; i--) {
            int table = forest.anyTable(dice);
            allow(forest, cpus, new Pin(forest.level(table), table));
            allow(forest, cpus, new Unpin(table));
        }
        return true;
    }

    private boolean bases(Forest forest) {
        long cpus = composer.someCpus();
        for (int table : forest.tables(forest.top())) {
            if (dice.chance(75)) {
                allow(forest, cpus, new NewBaseptr(table));
            }
        }
        return true;
    }

    // User mode, descriptors.

    private boolean userMode(Forest forest) {
        if (forest.pv32 || hasUserMode) {
            return false;
        }
        hasUserMode = true;
        long cpus = composer.someCpus();
        List<Integer> tops = forest.tables(4);
        for (int cpu = 0; cpu < composer.cpus(); cpu++) {
            composer.setup(new Asked.LoadUser(cpu, dice.oneOf(tops)));
        }
        allow(forest, cpus, new Iret());
        allow(forest, cpus, new Syscall());
        if (dice.chance(60)) {
            allow(forest, cpus, new LdtFault(composer.address()));
        }
        if (dice.chance(70)) {
            for (int table : tops) {
                if (dice.chance(75)) {
                    allow(forest, cpus, new NewUserBaseptr(table));
                }
            }
        }
        if (dice.chance(15)) {
            allow(forest, cpus, new NewUserBaseptr(-1));
        }
        return true;
    }

    private boolean ldt(Forest forest) {
        if (forest.pv32) {
            return false;
        }
        long cpus = composer.someCpus();
        VirtualAddress va = composer.address();
        int frame = composer.pageOf(forest);
        composer.setup(new Asked.Entry(frame, 0, DATA));
        int l1 = dice.oneOf(forest.tables(1));
        composer.write(l1, va.i1(), readOnly(frame));
        allow(forest, cpus, edit(l1, va.i1(), readOnly(frame)));
        allow(forest, cpus, edit(l1, va.i1(), page(frame)));
        allow(forest, cpus, new SetLdt(va.va(), 1));
        allow(forest, cpus, new SetLdt(0, 0));
        allow(forest, cpus, new LoadSelector(SELECTOR));
        composer.track(va);
        return true;
    }

    private boolean descriptors() {
        Forest from = composer.forests().getFirst();
        int gdt = composer.pageOf(from);
        int source = composer.pageOf(from);
        long code = from.pv32 ? CODE32 : CODE64;
        composer.setup(new Asked.Entry(gdt, 0, code));
        composer.setup(new Asked.Entry(source, 0, code));
        for (Forest forest : composer.forests()) {
            long cpus = composer.someCpus();
            allow(forest, cpus, new SetGdt(List.of(gdt), 1));
            allow(forest, cpus, new SetGdt(List.of(), 0));
            if (dice.chance(40)) {
                allow(forest, cpus, new UpdateDescriptor(gdt, 0, forest.pv32 ? CODE32 : CODE64));
            }
        }
        if (dice.chance(50)) {
            allow(from, composer.someCpus(), new CopyPage(gdt, source));
        }
        if (composer.forests().size() > 1 && !composer.has(Switch.STORE_BUFFERS)) {
            Forest to = composer.forests().getLast();
            allow(from, -1L, new Transfer(gdt, to.domid));
            if (dice.chance(50)) {
                allow(to, -1L, new Transfer(gdt, from.domid));
            }
        }
        return true;
    }

    // Faults.

    /** Writable page tables. */
    private boolean stores(Forest forest) {
        VirtualAddress va = composer.address();
        long cpus = composer.someCpus();
        int tables = forest.tables(1).size();
        for (int l1 : forest.tables(1)) {
            if (dice.chance(60)) {
                composer.write(l1, va.i1(), readOnly(forest.tables(1).get(dice.below(tables))));
            }
        }
        for (int cpu = 0; cpu < composer.cpus(); cpu++) {
            if (composer.loads().get(cpu) == forest.domid) {
                composer.setup(new Asked.Assist(cpu, WRITABLE_PAGE_TABLES));
                break;
            }
        }
        allow(forest, cpus, store(va, page(dice.oneOf(forest.pages))));
        if (dice.chance(50)) {
            allow(forest, cpus, store(va, NONE));
        }
        return true;
    }

    private static Access store(VirtualAddress va, long value) {
        return new Access(AccessKind.WRITE, false, va, 0, value);
    }

    private boolean fault(Forest forest) {
        VirtualAddress va =
                dice.chance(50)
                        ? composer.address()
                        : below(dice.between(2, 4), composer.guestSlot());
        allow(forest, composer.someCpus(), new FaultingWrite(va));
        return true;
    }

    // Grants.

    private boolean grantToItself(Forest forest) {
        int frame = dice.chance(50) ? composer.pageOf(forest) : forest.tables(1).getLast();
        grant(forest, forest, frame);
        return true;
    }

    private void grantToOther() {
        Forest granter = composer.forests().getFirst();
        Forest mapper = composer.forests().getLast();
        if (dice.chance(50) && !mapper.pv32) {
            granter = composer.forests().getLast();
            mapper = composer.forests().getFirst();
        }
        int frame = granter.tables(1).getLast();
        grant(granter, mapper, frame);
        allow(granter, -1L, new Pin(1, frame));
        allow(granter, -1L, new Unpin(frame));
        if (dice.chance(30)) {
            allow(granter, -1L, new DecreaseReservation(frame));
        }
    }

    private void grant(Forest granter, Forest mapper, int frame) {
        int ref = 0;
        composer.setup(
                new Asked.Granted(
                        granter.domid, new GrantAccess(ref, mapper.domid, frame, dice.chance(15))));
        long cpus = composer.someCpus();
        int l1 = mapper.tables(1).getFirst();
        VirtualAddress va = composer.address();
        List<GrantTarget> targets = new ArrayList<>();
        if (va.va() != 0 && dice.chance(50)) { // 0 stands for none
            targets.add(new GrantTarget.Linear(va));
        }
        while (targets.isEmpty() || dice.chance(40)) {
            targets.add(new GrantTarget.Entry(l1, composer.guestSlot()));
        }
        int handles = dice.between(1, 2);
        if (dice.chance(40)) {
            composer.limitGrantMaps(handles);
        }
        for (GrantTarget target : targets) {
            int flags = dice.chance(65) ? HOST : HOST_READ_ONLY;
            allow(mapper, cpus, new MapGrant(target, granter.domid, ref, flags));
            for (int handle = 0; handle < handles; handle++) {
                allow(mapper, cpus, new UnmapGrant(target, handle));
            }
            if (target instanceof GrantTarget.Entry e && dice.chance(40)) {
                allow(mapper, cpus, edit(l1, e.slot(), page(frame)));
            }
            if (target instanceof GrantTarget.Entry e) {
                composer.track(new VirtualAddress(0, 0, 0, e.slot()));
            }
        }
        if (dice.chance(40) && targets.getFirst() instanceof GrantTarget.Linear linear) {
            allow(mapper, cpus, new UnmapAndReplace(linear, composer.address(), 0));
        }
        composer.track(va);
        if (granter == mapper && dice.chance(60)) {
            allow(granter, cpus, new Pin(1, frame));
            allow(granter, cpus, new Unpin(frame));
        }
    }

    // Several domains.

    private void schedule() {
        schedules = true;
        int vcpus = composer.loads().size() + composer.vcpus().size();
        vcpus -= (int) composer.loads().stream().filter(domid -> domid == DomId.IDLE).count();
        boolean pinned = dice.chance(50);
        int guest = composer.forests().getLast().domid;
        for (int cpu = pinned && composer.cpus() > 1 ? 1 : 0; cpu < composer.cpus(); cpu++) {
            for (int vcpu = pinned && composer.cpus() > 1 ? 1 : 0; vcpu < vcpus; vcpu++) {
                composer.allow(new Allowed(new Schedule(vcpu), 1L << cpu));
            }
            composer.allow(new Allowed(new Schedule(Schedule.IDLE), 1L << cpu));
            if (dice.chance(60)) {
                composer.allow(new Allowed(new SyncLocalExecstate(), 1L << cpu));
            }
        }
        if (dice.chance(70) || composer.has(Switch.TOOLSTACK_PAUSES)) {
            composer.allow(new Allowed(new PauseDomain(guest), -1L, toolstack, Allowed.ITSELF));
        }
        composer.allow(new Allowed(new UnpauseDomain(guest), -1L, toolstack, Allowed.ITSELF));
        if (dice.chance(15)) {
            composer.allow(new Allowed(new DestroyDomain(guest), -1L, toolstack, Allowed.ITSELF));
        }
    }

    private void transfer() {
        Forest from = composer.forests().getFirst();
        Forest to = composer.forests().getLast();
        int frame = dice.oneOf(from.pages);
        int l1 = from.tables(1).getFirst();
        int slot = composer.guestSlot();
        composer.write(l1, slot, NONE);
        allow(from, -1L, edit(l1, slot, page(frame)));
        allow(from, -1L, edit(l1, slot, NONE));
        allow(from, -1L, new Transfer(frame, to.domid));
        if (dice.chance(60)) {
            allow(to, -1L, new Transfer(frame, from.domid));
        }
        composer.track(new VirtualAddress(0, 0, 0, slot));
    }

    /** Frames that are given back and given out. */
    private boolean frames() {
        Forest guest = composer.forests().getLast();
        int frame = composer.pageOf(guest);
        int l1 = guest.tables(1).getFirst();
        int slot = composer.guestSlot();
        foreign = false;
        allow(guest, -1L, edit(l1, slot, page(frame)));
        allow(guest, -1L, edit(l1, slot, NONE));
        allow(guest, -1L, new DecreaseReservation(frame));
        composer.write(l1, slot, NONE);
        for (int domid : List.of(toolstack, guest.domid)) {
            if (dice.chance(75)) {
                composer.allow(
                        new Allowed(
                                new PopulatePhysmap(frame, domid), -1L, toolstack, Allowed.ITSELF));
            }
        }
        if (dice.chance(50)) {
            composer.allow(
                    new Allowed(new DecreaseReservation(frame), -1L, toolstack, Allowed.ITSELF));
        }
        if (dice.chance(40)) {
            allow(guest, -1L, new Transfer(frame, toolstack));
            composer.allow(
                    new Allowed(new Transfer(frame, guest.domid), -1L, toolstack, Allowed.ITSELF));
        }
        if (dice.chance(40)) {
            composer.allow(new Allowed(new Pin(1, frame), -1L, toolstack, guest.domid));
            composer.allow(new Allowed(new Unpin(frame), -1L, toolstack, guest.domid));
        }
        composer.track(new VirtualAddress(0, 0, 0, slot));
        return true;
    }
}
