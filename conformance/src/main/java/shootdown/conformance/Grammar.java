package shootdown.conformance;

import shootdown.conformance.Expected.Answer;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Call.Arguments;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Mmuext;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.PageInfo;

import java.util.ArrayList;
import java.util.List;

/** Random calls: about half of them fit the state, the rest need not. */
final class Grammar {
    private final Arena arena;
    private final Dice dice;
    private final Situation now;
    private final Entries entries;

    /** References that the program has granted. */
    private final List<Integer> granted = new ArrayList<>();

    /** Its maps that succeeded, in order; the place of a map is what an unmap calls its handle. */
    private final List<Operation.MapGrant> mapped = new ArrayList<>();

    Grammar(Arena arena, Dice dice, Situation now) {
        this.arena = arena;
        this.dice = dice;
        this.now = now;
        this.entries = new Entries(dice, now);
    }

    /** A call that the vCPU may make next. */
    Call call(int cpu) {
        return switch (dice.weighted(90, 6)) {
            case 0 -> single(cpu);
            default -> multicall(cpu);
        };
    }

    /** What became of a call of the program. */
    void done(Call call, Answer answer) {
        switch (call) {
            case Call.Alone a when a.operation() instanceof Operation.GrantAccess g ->
                    granted.add(g.ref());
            case Call.Alone a when a.operation() instanceof Operation.MapGrant m -> {
                if (answer.end() == Expected.End.RETURNED && answer.value() == 0) {
                    mapped.add(m);
                }
            }
            case Call.Multicall m -> {
                for (int i = 0; i < m.calls().size(); i++) {
                    done(m.calls().get(i), answer.entries().get(i));
                }
            }
            default -> {}
        }
    }

    private Call multicall(int cpu) {
        List<Call> calls = new ArrayList<>();
        int n = 1 + dice.below(4);
        for (int i = 0; i < n; i++) {
            calls.add(dice.percent(2) ? new Call.Multicall(List.of()) : hypercall(cpu, true));
        }
        Call.Array list = dice.percent(97) ? Call.Array.READABLE : Call.Array.BAD_HANDLE;
        return new Call.Multicall(calls, list, true);
    }

    private Call single(int cpu) {
        return dice.percent(22) ? new Call.Alone(instruction(cpu)) : hypercall(cpu, false);
    }

    /**
     * @param nested whether it is an entry of a multicall: handles of grants that are mapped in the
     *     same multicall could not be known, so nothing is unmapped there
     */
    private Call hypercall(int cpu, boolean nested) {
        int grants = granted.isEmpty() ? 8 : 16;
        return switch (dice.weighted(34, 17, 32, grants, 4, 3, 1, 1)) {
            case 0 -> mmuUpdate();
            case 1 -> new Call.Alone(updateVaMapping());
            case 2 -> mmuextOp(cpu);
            case 3 -> new Call.Alone(nested ? mapGrant() : grant());
            case 4 -> new Call.Alone(segment());
            case 5 -> new Call.Alone(vmAssist());
            case 6 -> new Call.Alone(reservation());
            default -> new Call.Unknown(dice.pick(44, 47, 60, 1000));
        };
    }

    // mmu_update.

    private Call mmuUpdate() {
        int n = dice.percent(65) ? 1 : dice.below(5);
        List<MmuUpdateRequest> requests = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            requests.add(request());
        }
        return new Call.MmuUpdate(requests, foreigndom(true), arguments(n));
    }

    private MmuUpdateRequest request() {
        if (dice.percent(4)) {
            int command = dice.pick(MmuUpdateRequest.MACHPHYS, 4, 5, 6, 7);
            return new MmuUpdateRequest(entries.anyFrame(), 0, dice.below(1000), command);
        }
        int command = List.of(0, 2, 3).get(dice.weighted(6, 2, 1));
        if (dice.percent(75)) {
            int table =
                    dice.percent(12)
                            ? dice.pick(Arena.BOOT_L4, Arena.BOOT_L3)
                            : entries.tableInUse();
            int slot = slot(table);
            int level = Math.max(1, now.type(table) & 7);
            return new MmuUpdateRequest(table, slot, entries.forLevel(level, table, slot), command);
        }
        int table = entries.anyFrame();
        return new MmuUpdateRequest(table, slot(table), entries.any(), command);
    }

    private int slot(int table) {
        if (table < Arena.POOL_FRAMES && dice.percent(8)) {
            return dice.pick(Arena.slots());
        }
        return dice.below(3);
    }

    /** Nearly always the caller's own frames and tables. */
    private int foreigndom(boolean tablesToo) {
        int frames =
                switch (dice.weighted(86, 5, 4, 2, 1, 1, 1)) {
                    case 0 -> DomId.SELF;
                    case 1 -> DomId.IO;
                    case 2 -> arena.domain().other();
                    case 3 -> arena.domain().id();
                    case 4 -> DomId.XEN;
                    case 5 -> 77;
                    default -> DomId.INVALID;
                };
        if (!tablesToo || dice.percent(92)) {
            return frames;
        }
        int tables = dice.pick(arena.domain().id(), arena.domain().other(), 77);
        return frames | (tables + 1) << 16;
    }

    /**
     * @param requests how many; only an array without any can end early, for want of a place at the
     *     end of the agent's memory, or be nowhere, as there may be memory at address 0
     */
    private Arguments arguments(int requests) {
        if (requests == 0 && dice.percent(30)) {
            return new Arguments(Call.Array.ENDS_EARLY, Call.Done.WRITABLE, -1);
        }
        if (dice.percent(94)) {
            return Arguments.PLAIN;
        }
        Call.Array array =
                dice.pick(
                        List.of(
                                Call.Array.READABLE,
                                Call.Array.READABLE,
                                Call.Array.BAD_HANDLE,
                                requests == 0 ? Call.Array.NULL : Call.Array.READABLE));
        Call.Done done =
                dice.pick(List.of(Call.Done.WRITABLE, Call.Done.UNWRITABLE, Call.Done.NULL));
        return new Arguments(array, done, dice.percent(30) ? dice.below(5) : -1);
    }

    // update_va_mapping.

    private Operation updateVaMapping() {
        VirtualAddress va = address();
        long value = dice.percent(70) ? entries.leaf() : dice.percent(50) ? 0 : entries.any();
        Operation.Flush flush =
                dice.pick(
                        List.of(
                                Operation.Flush.NONE,
                                Operation.Flush.TLB_FLUSH,
                                Operation.Flush.INVLPG,
                                Operation.Flush.INVLPG,
                                Operation.Flush.BOTH));
        int domid = dice.percent(88) ? DomId.SELF : foreigndom(false);
        return new Operation.UpdateVaMappingCall(va, value, flush, scope(), domid);
    }

    private VirtualAddress address() {
        if (dice.percent(4)) {
            return new VirtualAddress(dice.pick(256, LinearMap.SLOT, 261), 0, 0, 0);
        }
        // The first of them are mapped most often.
        int n = Arena.addresses().size();
        int first = dice.below(n);
        int second = dice.below(n);
        return Arena.addresses().get(Math.min(first, second));
    }

    private Scope scope() {
        return switch (dice.weighted(40, 40, 15, 5)) {
            case 0 -> new Scope.Local();
            case 1 -> new Scope.All();
            case 2 -> new Scope.Multi(dice.below(4));
            default -> new Scope.Unreadable();
        };
    }

    // mmuext_op.

    private Call mmuextOp(int cpu) {
        int n = dice.percent(75) ? 1 : dice.below(4);
        List<Mmuext> operations = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            operations.add(mmuext(cpu));
        }
        return new Call.MmuextOp(operations, foreigndom(false), arguments(n));
    }

    private Mmuext mmuext(int cpu) {
        return switch (dice.weighted(26, 20, 14, 10, 6, 7, 4, 4, 4, 1, 1, 1)) {
            case 0 -> pin();
            case 1 -> new Operation.Unpin(pinnedOrAny());
            case 2 -> new Operation.NewBaseptr(base(cpu));
            case 3 -> new Operation.NewUserBaseptr(dice.percent(20) ? -1 : base(cpu));
            case 4 -> new Operation.TlbFlush(scope());
            case 5 -> new Operation.Invlpg(address(), scope());
            case 6 -> new Operation.ClearPage(entries.anyFrame());
            case 7 -> new Operation.CopyPage(entries.anyFrame(), dice.below(Arena.POOL_FRAMES));
            case 8 -> setLdt();
            case 9 -> new Operation.FlushCache(dice.percent(50));
            case 10 -> new Operation.MarkSuper(entries.anyFrame(), dice.percent(50));
            default -> new Operation.UnknownMmuext(dice.pick(14, 21, 22, 1000));
        };
    }

    private Mmuext pin() {
        int frame = dice.percent(15) ? entries.anyFrame() : dice.below(Arena.POOL_FRAMES);
        int type = now.type(frame);
        boolean table = type >= PageInfo.TYPE_L1 && type <= PageInfo.TYPE_L4;
        return new Operation.Pin(table && dice.percent(75) ? type : 1 + dice.below(4), frame);
    }

    private int pinnedOrAny() {
        List<Integer> pinned = new ArrayList<>();
        for (int frame = 0; frame < Arena.POOL_FRAMES; frame++) {
            if (now.pinned(frame)) {
                pinned.add(frame);
            }
        }
        return pinned.isEmpty() || dice.percent(15) ? entries.anyFrame() : dice.pick(pinned);
    }

    private int base(int cpu) {
        return switch (dice.weighted(50, 20, 15, 15)) {
            case 0 -> entries.frameOfType(PageInfo.TYPE_L4, PageInfo.TYPE_L4);
            case 1 -> Arena.BOOT_L4;
            case 2 -> now.kernelBase(cpu);
            default -> entries.anyFrame();
        };
    }

    private Mmuext setLdt() {
        long linear = address().va() + (dice.percent(5) ? 8 : 0);
        return new Operation.SetLdt(linear, dice.pick(0, 1, 512, 512, 8192, 8193));
    }

    // Grants.

    private Operation grant() {
        int access = granted.isEmpty() ? 70 : 20;
        int unmap = mapped.isEmpty() ? 5 : 45;
        return switch (dice.weighted(access, 45, unmap, 5)) {
            case 0 ->
                    new Operation.GrantAccess(
                            2 + dice.below(4),
                            dice.percent(85) ? arena.domain().id() : arena.domain().other(),
                            dice.below(dice.percent(90) ? Arena.POOL_FRAMES : Arena.FRAMES),
                            dice.percent(35));
            case 1 -> mapGrant();
            case 2 -> unmapGrant();
            default -> new Operation.UnmapAndReplace(target(), address(), dice.below(4) - 1);
        };
    }

    private Operation mapGrant() {
        int granter = arena.domain().id();
        if (dice.percent(5)) {
            granter = dice.pick(arena.domain().other(), 77);
        }
        int ref = dice.percent(97) ? 2 + dice.below(4) : 1 << 20;
        if (!granted.isEmpty() && dice.percent(80)) {
            ref = dice.pick(granted);
        }
        return new Operation.MapGrant(target(), granter, ref, grantFlags());
    }

    private Operation unmapGrant() {
        if (mapped.isEmpty() || dice.percent(15)) {
            return new Operation.UnmapGrant(target(), dice.below(4) - 1);
        }
        int handle = dice.below(mapped.size());
        Operation.GrantTarget target = mapped.get(handle).target();
        return dice.percent(20)
                ? new Operation.UnmapAndReplace(target, address(), handle)
                : new Operation.UnmapGrant(target, handle);
    }

    private Operation.GrantTarget target() {
        if (dice.percent(50)) {
            return new Operation.GrantTarget.Linear(address());
        }
        int table =
                dice.percent(80)
                        ? entries.frameOfType(PageInfo.TYPE_L1, PageInfo.TYPE_L1)
                        : entries.anyFrame();
        return new Operation.GrantTarget.Entry(table, slot(table));
    }

    private int grantFlags() {
        int flags = dice.percent(95) ? 2 : dice.pick(0, 1, 3);
        flags |= dice.percent(30) ? 4 : 0;
        return flags | (dice.percent(30) ? 8 : 0);
    }

    // The rest.

    private Operation segment() {
        return switch (dice.weighted(30, 70)) {
            case 0 -> {
                List<Integer> frames = new ArrayList<>();
                int n = dice.below(3);
                for (int i = 0; i < n; i++) {
                    frames.add(dice.below(Arena.POOL_FRAMES));
                }
                yield new Operation.SetGdt(frames, dice.percent(5) ? 7169 : n * 512);
            }
            default ->
                    new Operation.UpdateDescriptor(entries.anyFrame(), dice.below(3), descriptor());
        };
    }

    private long descriptor() {
        return dice.pick(
                0L,
                0x00CF_F300_0000_FFFFL,
                0x00CF_9300_0000_FFFFL,
                0x00AF_FB00_0000_FFFFL,
                0x00CF_8900_0000_FFFFL,
                0x0000_EC00_E008_0000L,
                0x1234_5678_9ABC_DEF0L);
    }

    private Operation vmAssist() {
        int type = dice.percent(80) ? dice.percent(75) ? 2 : 32 : dice.pick(0, 3, 5, 6, 31, 63, 64);
        return new Operation.VmAssist(dice.percent(5) ? 2 : dice.below(2), type);
    }

    private Operation reservation() {
        int frame = dice.below(Arena.POOL_FRAMES);
        return dice.percent(50)
                ? new Operation.DecreaseReservation(frame)
                : new Operation.Exchange(dice.percent(90) ? frame : Arena.NONEXISTENT);
    }

    /** What the guest does by itself. */
    private Operation instruction(int cpu) {
        return switch (dice.weighted(85, 8, 4, 3)) {
            case 0 -> access(cpu);
            case 1 -> new Operation.LoadSelector(dice.pick(0x7, 0xF, 0x17, 0x3, 0x1007));
            case 2 -> new Operation.MovToCr3(base(cpu));
            default -> new Operation.InvlpgInstruction(address());
        };
    }

    private Operation access(int cpu) {
        boolean user = now.userBase(cpu) >= 0 && dice.percent(25);
        VirtualAddress va = accessAddress();
        return switch (dice.weighted(50, 40, 10)) {
            case 0 -> new Operation.Access(Operation.AccessKind.READ, user, va, dice.below(3), 0);
            case 1 ->
                    new Operation.Access(
                            Operation.AccessKind.WRITE, user, va, dice.below(3), written());
            default -> new Operation.Access(Operation.AccessKind.EXECUTE, user, va, CODE_SLOT, 0);
        };
    }

    /**
     * A slot that no program writes: what is executed there is eight zero bytes. Near the end of
     * the page, as QEMU translates all that could be executed from there on.
     */
    static final int CODE_SLOT = 509;

    private VirtualAddress accessAddress() {
        return dice.percent(5) ? new VirtualAddress(261, 0, 0, 0) : address();
    }

    private long written() {
        return dice.percent(60) ? entries.leaf() : dice.percent(50) ? 0 : entries.any();
    }
}
