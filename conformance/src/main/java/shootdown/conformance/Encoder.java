package shootdown.conformance;

import shootdown.conformance.Program.Cell;
import shootdown.conformance.Program.Step;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Call.Arguments;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Scope;
import shootdown.xen.ProgramWriter;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes a program for real Xen: its calls become hypercalls with their numbers and structures
 * (public/xen.h, grant_table.h, memory.h), its frames real ones.
 *
 * <p>Remembers where in the data area the answers will be. One for each program that is under way.
 */
final class Encoder implements shootdown.xen.Program {
    /** Numbers of hypercalls (public/xen.h). */
    private static final class Nr {
        static final int MMU_UPDATE = 1;
        static final int SET_GDT = 2;
        static final int UPDATE_DESCRIPTOR = 10;
        static final int MEMORY_OP = 12;
        static final int MULTICALL = 13;
        static final int UPDATE_VA_MAPPING = 14;
        static final int GRANT_TABLE_OP = 20;
        static final int VM_ASSIST = 21;
        static final int UPDATE_VA_MAPPING_OTHERDOMAIN = 22;
        static final int MMUEXT_OP = 26;
    }

    private static final int REQUEST_BYTES = 16;
    private static final int MMUEXT_BYTES = 24;
    private static final int ENTRY_BYTES = 64;
    private static final int MAP_BYTES = 32;
    private static final int UNMAP_BYTES = 24;
    private static final int PREEMPTED = 0x8000_0000;

    /** Canonical, a guest's, and nothing is there. */
    private static final long UNMAPPED = 0x0000_7F00_0000_0000L;

    /** In Xen's range. */
    private static final long NOT_THE_GUESTS = 0xFFFF_8300_0000_0000L;

    /**
     * Where the answers to a call will be; offsets are those of the data area, -1 for none.
     *
     * @param step the agent's step, -1 for an entry of a multicall
     * @param result where the result of an entry of a multicall is stored
     * @param done where the count of done requests is
     * @param status where a grant operation's status is
     * @param entries those of the entries of a multicall
     */
    record Answers(int step, int result, int done, int status, List<Answers> entries) {}

    /** A hypercall in registers, and where its answers will be. */
    private record Registers(int number, long[] args, int done, int status, List<Answers> entries) {
        Registers(int number, long[] args, int done, int status) {
            this(number, args, done, status, List.of());
        }
    }

    private static final long NEVER_GIVEN = 9999;

    private final Program program;

    /** For each unmap, in order, which map of the program gives its handle; -1 for none. */
    private final List<Integer> handles;

    private final Cast cast;
    private final List<Answers> answers = new ArrayList<>();
    private int firstMap;
    private int nextMap;
    private int nextUnmap;

    Encoder(Program program, List<Integer> handles) {
        this(program, handles, Cast.ARENA);
    }

    Encoder(Program program, List<Integer> handles, Cast cast) {
        this.program = program;
        this.handles = handles;
        this.cast = cast;
    }

    /** Where the answers to a step are. */
    Answers answers(int step) {
        return answers.get(step);
    }

    @Override
    public void write(ProgramWriter to) {
        RealFrames frames = new RealFrames(to.frames(), cast);
        new Writing(to, frames).all();
    }

    /** Whether it is no hypercall. */
    static boolean isInstruction(Operation operation) {
        return switch (operation) {
            case Operation.Instruction i -> true;
            case Operation.GrantAccess g -> true;
            default -> false;
        };
    }

    private final class Writing {
        private final ProgramWriter to;
        private final RealFrames frames;
        private int pendingUnmap = -1;

        Writing(ProgramWriter to, RealFrames frames) {
            this.to = to;
            this.frames = frames;
        }

        void all() {
            answers.clear();
            nextMap = 0;
            nextUnmap = 0;
            for (int frame = 0; frame < frames.count(); frame++) {
                if (cast.isWatched(frame)) {
                    to.frame(frames.mfn(frame));
                }
            }
            for (int slot : cast.slots()) {
                to.slot(slot);
            }
            for (Cell cell : program.memory()) {
                to.memory(frames.address(cell.frame(), cell.slot()), frames.toReal(cell.value()));
            }
            reserveMaps();
            for (Step step : program.steps()) {
                answers.add(step(step.cpu(), step.call()));
                to.record();
            }
        }

        /** The agent wants all operands of grant maps in one place. */
        private void reserveMaps() {
            int count = 0;
            for (Step step : program.steps()) {
                count += maps(step.call());
            }
            firstMap = to.allocate(count * MAP_BYTES);
            for (int i = 0; i < count; i++) {
                to.putShort(firstMap + i * MAP_BYTES + 18, NO_STATUS);
            }
            to.grantMaps(firstMap, count);
        }

        private int maps(Call call) {
            return switch (call) {
                case Call.Alone a -> a.operation() instanceof Operation.MapGrant ? 1 : 0;
                case Call.Multicall m -> m.calls().stream().mapToInt(this::maps).sum();
                case Call.MmuUpdate u -> 0;
                case Call.MmuextOp m -> 0;
                case Call.Unknown u -> 0;
            };
        }

        private Answers step(int cpu, Call call) {
            if (call instanceof Call.Alone alone && isInstruction(alone.operation())) {
                int step = instruction(cpu, alone.operation());
                return new Answers(step, -1, -1, -1, List.of());
            }
            copyHandles(cpu, call);
            Registers r = registers(call);
            int step =
                    to.hypercall(
                            cpu, r.number, r.args[0], r.args[1], r.args[2], r.args[3], r.args[4]);
            return new Answers(step, -1, r.done, r.status, r.entries);
        }

        private int instruction(int cpu, Operation operation) {
            return switch (operation) {
                case Operation.Access a ->
                        to.access(
                                cpu,
                                a.user(),
                                switch (a.kind()) {
                                    case READ -> ProgramWriter.Access.READ;
                                    case WRITE -> ProgramWriter.Access.WRITE;
                                    case EXECUTE -> ProgramWriter.Access.EXECUTE;
                                },
                                8,
                                frames.address(a),
                                frames.toReal(a.value()),
                                0);
                case Operation.MovToCr3 m -> to.writeCr3(cpu, frames.mfn(m.mfn()) << 12);
                case Operation.InvlpgInstruction i -> to.invlpg(cpu, i.va().va());
                case Operation.LoadSelector l -> to.segment(cpu, 0, l.selector());
                case Operation.GrantAccess g ->
                        to.poke(
                                cpu,
                                (frames.machine().grantTable() << 12) + 8L * g.ref(),
                                grantEntry(g));
                default -> throw new IllegalArgumentException(operation.text());
            };
        }

        /** GTF_permit_access, and GTF_readonly if asked for; a domain; a frame. */
        private long grantEntry(Operation.GrantAccess grant) {
            long flags = 1 | (grant.readOnly() ? 4 : 0);
            return flags
                    | ((long) frames.domid(grant.domid()) << 16)
                    | (frames.mfn(grant.mfn()) << 32);
        }

        /** Handles are known only when the maps before have been done. */
        private void copyHandles(int cpu, Call call) {
            if (call instanceof Call.Alone alone && GrantHandles.unmaps(alone.operation())) {
                int map = handles.get(nextUnmap);
                if (map >= 0) {
                    int from = firstMap + map * MAP_BYTES + 20;
                    to.copy(cpu, unmapOperand() + 16, from, 4);
                }
            }
        }

        /** Reserves the operand of the next unmap, once. */
        private int unmapOperand() {
            if (pendingUnmap < 0) {
                pendingUnmap = to.allocate(UNMAP_BYTES);
            }
            return pendingUnmap;
        }

        // Hypercalls.

        private Registers registers(Call call) {
            return switch (call) {
                case Call.Alone a -> alone(a.operation());
                case Call.MmuUpdate u -> mmuUpdate(u.requests(), u.foreigndom(), u.arguments());
                case Call.MmuextOp m -> mmuextOp(m.operations(), m.foreigndom(), m.arguments());
                case Call.Multicall m -> multicall(m);
                case Call.Unknown u -> plain(u.number());
            };
        }

        private Registers plain(int number, long... args) {
            long[] five = new long[5];
            System.arraycopy(args, 0, five, 0, args.length);
            return new Registers(number, five, -1, -1);
        }

        private Registers mmuUpdate(
                List<MmuUpdateRequest> requests, int foreigndom, Arguments arguments) {
            int array = to.allocate(requests.size() * REQUEST_BYTES);
            for (int i = 0; i < requests.size(); i++) {
                MmuUpdateRequest r = requests.get(i);
                int at = array + i * REQUEST_BYTES;
                to.putLong(at, frames.address(r.table(), r.slot()) | r.command());
                boolean entry = r.command() != MmuUpdateRequest.MACHPHYS;
                to.putLong(at + 8, entry ? frames.toReal(r.value()) : r.value());
            }
            return batch(Nr.MMU_UPDATE, array, requests.size(), foreigndom, arguments);
        }

        private Registers mmuextOp(
                List<Operation.Mmuext> operations, int foreigndom, Arguments arguments) {
            int array = to.allocate(operations.size() * MMUEXT_BYTES);
            for (int i = 0; i < operations.size(); i++) {
                mmuext(array + i * MMUEXT_BYTES, operations.get(i));
            }
            return batch(Nr.MMUEXT_OP, array, operations.size(), foreigndom, arguments);
        }

        private Registers batch(
                int number, int array, int size, int foreigndom, Arguments arguments) {
            int count = size;
            long address =
                    switch (arguments.array()) {
                        case READABLE -> to.addressOf(array);
                        case ENDS_EARLY -> UNMAPPED;
                        case BAD_HANDLE -> NOT_THE_GUESTS;
                        case NULL -> 0;
                    };
            if (arguments.array() == Call.Array.ENDS_EARLY) {
                count++;
            }
            if (arguments.continued() >= 0) {
                count |= PREEMPTED;
            }
            int done = -1;
            long pointer = 0;
            switch (arguments.done()) {
                case WRITABLE -> {
                    done = to.allocate(8);
                    to.putInt(done, arguments.continued() >= 0 ? arguments.continued() : UNWRITTEN);
                    pointer = to.addressOf(done);
                }
                case UNWRITABLE -> pointer = frames.machine().readonlyAddress();
                case NULL -> {}
            }
            long domains = frames.foreigndom(foreigndom) & 0xFFFF_FFFFL;
            long[] args = {address, count & 0xFFFF_FFFFL, pointer, domains, 0};
            return new Registers(number, args, done, -1);
        }

        private Registers multicall(Call.Multicall call) {
            List<Answers> entries = new ArrayList<>();
            int list = to.allocate(call.calls().size() * ENTRY_BYTES);
            for (int i = 0; i < call.calls().size(); i++) {
                Registers r = registers(call.calls().get(i));
                int at = list + i * ENTRY_BYTES;
                to.putLong(at, r.number);
                to.putLong(at + 8, UNWRITTEN);
                for (int a = 0; a < r.args.length; a++) {
                    to.putLong(at + 16 + 8 * a, r.args[a]);
                }
                entries.add(new Answers(-1, at + 8, r.done, r.status, r.entries));
            }
            long address =
                    switch (call.array()) {
                        case READABLE -> to.addressOf(list);
                        case ENDS_EARLY -> UNMAPPED;
                        case BAD_HANDLE -> NOT_THE_GUESTS;
                        case NULL -> 0;
                    };
            int count = call.calls().size() + (call.array() == Call.Array.ENDS_EARLY ? 1 : 0);
            long[] args = {address, count, 0, 0, 0};
            return new Registers(Nr.MULTICALL, args, -1, -1, entries);
        }

        private Registers alone(Operation operation) {
            return switch (operation) {
                case MmuUpdateRequest r -> mmuUpdate(List.of(r), DomId.SELF, Arguments.PLAIN);
                case Operation.Mmuext m -> mmuextOp(List.of(m), DomId.SELF, Arguments.PLAIN);
                case Operation.UpdateVaMappingCall u -> updateVaMapping(u);
                case Operation.MapGrant m -> map(m);
                case Operation.UnmapGrant u -> unmap(1, u.target(), 0);
                case Operation.UnmapAndReplace u -> unmap(7, u.target(), u.replacement().va());
                case Operation.SetGdt g -> setGdt(g);
                case Operation.UpdateDescriptor d ->
                        plain(
                                Nr.UPDATE_DESCRIPTOR,
                                frames.address(d.mfn(), d.slot()),
                                d.descriptor());
                case Operation.VmAssist a -> plain(Nr.VM_ASSIST, a.command(), a.type());
                case Operation.DecreaseReservation d -> decreaseReservation(d.mfn());
                case Operation.Exchange e -> exchange(e.mfn());
                case Operation.Iret i -> throw new IllegalArgumentException(i.text());
                case Operation.Control c -> throw new IllegalArgumentException(c.text());
                case Operation.Instruction i -> throw new IllegalArgumentException(i.text());
                case Operation.GrantAccess g -> throw new IllegalArgumentException(g.text());
                case Operation.GuestRead r -> throw new IllegalArgumentException(r.text());
                case Operation.GuestWrite w -> throw new IllegalArgumentException(w.text());
                case Operation.LinearL1Read r -> throw new IllegalArgumentException(r.text());
            };
        }

        private Registers updateVaMapping(Operation.UpdateVaMappingCall u) {
            long type =
                    switch (u.flush()) {
                        case NONE -> 0;
                        case TLB_FLUSH -> 1;
                        case INVLPG -> 2;
                        case BOTH -> 3;
                    };
            long where =
                    switch (u.scope()) {
                        case Scope.Local l -> 0;
                        case Scope.All a -> 4;
                        case Scope.Multi m -> bitmap(m);
                        case Scope.Unreadable x -> UNMAPPED;
                    };
            long value = frames.toReal(u.value());
            return u.domid() == DomId.SELF
                    ? plain(Nr.UPDATE_VA_MAPPING, u.va().va(), value, type | where)
                    : plain(
                            Nr.UPDATE_VA_MAPPING_OTHERDOMAIN,
                            u.va().va(),
                            value,
                            type | where,
                            frames.domid(u.domid()));
        }

        private long bitmap(Scope.Multi multi) {
            int bitmap = to.allocate(8);
            to.putLong(bitmap, multi.vcpus());
            return to.addressOf(bitmap);
        }

        private void mmuext(int at, Operation.Mmuext operation) {
            switch (operation) {
                case Operation.Pin p -> put(at, p.level() - 1, frames.mfn(p.mfn()), 0);
                case Operation.Unpin u -> put(at, 4, frames.mfn(u.mfn()), 0);
                case Operation.NewBaseptr b -> put(at, 5, frames.mfn(b.mfn()), 0);
                case Operation.NewUserBaseptr b ->
                        put(at, 15, b.mfn() < 0 ? 0 : frames.mfn(b.mfn()), 0);
                case Operation.TlbFlush t ->
                        put(at, scoped(t.scope(), 6, 10, 8), 0, mask(t.scope()));
                case Operation.Invlpg i ->
                        put(at, scoped(i.scope(), 7, 11, 9), i.va().va(), mask(i.scope()));
                case Operation.FlushCache f -> put(at, f.global() ? 18 : 12, 0, 0);
                case Operation.SetLdt l -> put(at, 13, l.linear(), l.entries());
                case Operation.ClearPage c -> put(at, 16, frames.mfn(c.mfn()), 0);
                case Operation.CopyPage c -> put(at, 17, frames.mfn(c.to()), frames.mfn(c.from()));
                case Operation.MarkSuper m -> put(at, m.unmark() ? 20 : 19, frames.mfn(m.mfn()), 0);
                case Operation.UnknownMmuext u -> put(at, u.command(), 0, 0);
            }
        }

        private void put(int at, int command, long first, long second) {
            to.putLong(at, command);
            to.putLong(at + 8, first);
            to.putLong(at + 16, second);
        }

        private int scoped(Scope scope, int local, int all, int multi) {
            return switch (scope) {
                case Scope.Local l -> local;
                case Scope.All a -> all;
                case Scope.Multi m -> multi;
                case Scope.Unreadable u -> multi;
            };
        }

        private long mask(Scope scope) {
            return switch (scope) {
                case Scope.Local l -> 0;
                case Scope.All a -> 0;
                case Scope.Multi m -> bitmap(m);
                case Scope.Unreadable u -> UNMAPPED;
            };
        }

        // grant_table_op.

        private static final int CONTAINS_PTE = 16;

        private Registers map(Operation.MapGrant m) {
            int at = firstMap + nextMap++ * MAP_BYTES;
            boolean entry = m.target() instanceof Operation.GrantTarget.Entry;
            to.putLong(at, hostAddress(m.target()));
            to.putInt(at + 8, m.flags() | (entry ? CONTAINS_PTE : 0));
            to.putInt(at + 12, m.ref());
            to.putShort(at + 16, (short) frames.domid(m.domid()));
            long[] args = {0, to.addressOf(at), 1, 0, 0};
            return new Registers(Nr.GRANT_TABLE_OP, args, -1, at + 18);
        }

        private long hostAddress(Operation.GrantTarget target) {
            return switch (target) {
                case Operation.GrantTarget.Linear l -> l.va().va();
                case Operation.GrantTarget.Entry e -> frames.address(e.table(), e.slot());
            };
        }

        private Registers unmap(int command, Operation.GrantTarget target, long newAddress) {
            int at = unmapOperand();
            pendingUnmap = -1;
            boolean given = handles.get(nextUnmap++) >= 0;
            to.putLong(at, hostAddress(target));
            to.putLong(at + 8, newAddress);
            to.putInt(at + 16, given ? 0 : (int) NEVER_GIVEN);
            to.putShort(at + 20, NO_STATUS);
            long[] args = {command, to.addressOf(at), 1, 0, 0};
            return new Registers(Nr.GRANT_TABLE_OP, args, -1, at + 20);
        }

        // The rest.

        private Registers setGdt(Operation.SetGdt gdt) {
            int list = to.allocate(8 * gdt.frames().size());
            for (int i = 0; i < gdt.frames().size(); i++) {
                to.putLong(list + 8 * i, frames.mfn(gdt.frames().get(i)));
            }
            return plain(Nr.SET_GDT, to.addressOf(list), gdt.entries());
        }

        private int reservation(int frame) {
            int list = to.allocate(8);
            to.putLong(list, frames.mfn(frame));
            int at = to.allocate(32);
            to.putLong(at, to.addressOf(list));
            to.putLong(at + 8, 1);
            to.putShort(at + 24, (short) DomId.SELF);
            return at;
        }

        private Registers decreaseReservation(int frame) {
            return plain(Nr.MEMORY_OP, 1, to.addressOf(reservation(frame)));
        }

        private Registers exchange(int frame) {
            int in = reservation(frame);
            int at = to.allocate(72);
            int list = to.allocate(8);
            to.putLong(at, to.addressOf(in - 8));
            to.putLong(at + 8, 1);
            to.putShort(at + 24, (short) DomId.SELF);
            to.putLong(at + 32, to.addressOf(list));
            to.putLong(at + 40, 1);
            to.putShort(at + 56, (short) DomId.SELF);
            return plain(Nr.MEMORY_OP, 11, to.addressOf(at));
        }
    }

    /** What the status of a grant operation holds before; Xen has no such status. */
    static final short NO_STATUS = 0x55;

    /** What {@code *pdone} holds before. */
    static final int UNWRITTEN = 0x0BAD;
}
