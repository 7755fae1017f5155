package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Story.Message;
import shootdown.checker.Story.Order;
import shootdown.checker.Story.Passing;
import shootdown.hypervisor.Errno;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Observer;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.Results;
import shootdown.hypervisor.Stage;
import shootdown.policy.FlushFlags;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts one step into words: who does what in which of Xen's functions, and what changes. */
final class Narrator implements Observer {
    /** The CPU that acts, Xen's function, and what it does. */
    record Line(int cpu, String function, String text) {}

    /** What two policies decide at a hook where they do not decide alike. */
    record Decisions(Decision inForce, Decision compared) {
        /** Whether both come to the same, all hooks taken together. */
        static boolean areAlike(List<Decisions> hooks) {
            return total(hooks, Decisions::inForce).equals(total(hooks, Decisions::compared));
        }

        /** What a policy decides at the hooks of a step. */
        static String inTurn(Stream<Decision> decisions) {
            return decisions.map(Decision::toString).collect(Collectors.joining("; then "));
        }

        private static Decision total(List<Decisions> hooks, Function<Decisions, Decision> of) {
            return hooks.stream()
                    .map(of)
                    .reduce(
                            new Decision(0, 0),
                            (a, b) -> new Decision(a.local() | b.local(), a.others() | b.others()));
        }
    }

    private final Universe universe;
    private final Hypervisor xen;
    private final Painter painter;
    private final List<String> changes = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private String found = "";
    private String end = "";
    private final List<Decisions> differences = new ArrayList<>();

    Narrator(Universe universe, Hypervisor xen, Painter painter) {
        this.universe = universe;
        this.xen = xen;
        this.painter = painter;
    }

    /** The step that was just taken, told. */
    Story.Event event(int number, long[] before, long[] after, int cpu, int action) {
        Line line = describe(before, cpu, action);
        notePassing(before, cpu, action);
        Story.Event event =
                new Story.Event(
                        number,
                        line.cpu(),
                        line.function(),
                        line.text(),
                        takeChanges(before, after),
                        orders,
                        messages,
                        painter.paint(after));
        orders.clear();
        messages.clear();
        return event;
    }

    /** A flush of another CPU, which passes to it, or does not, in this step. */
    private void notePassing(long[] before, int cpu, int action) {
        boolean lost = xen.isLoss(action);
        boolean served = action >= xen.serve(0) && action < xen.lose(0);
        int target = action - (lost ? xen.lose(0) : xen.serve(0));
        if ((lost || served) && target != cpu) {
            Passing kind =
                    lost
                            ? Passing.LOST
                            : xen.isAssisted(before, cpu) ? Passing.ASSISTED : Passing.SERVED;
            String flags = Painter.flags(xen.cpus().planOthers(before, cpu));
            messages.add(new Message(kind, cpu, target, flags));
        }
    }

    /** What changed since the last call of this method; {@code before} and {@code after} a step. */
    List<String> takeChanges(long[] before, long[] after) {
        List<String> taken = new ArrayList<>(changes);
        for (int mfn = 0; mfn < universe.machine().frames(); mfn++) {
            String was = painter.table(before, mfn).use();
            String is = painter.table(after, mfn).use();
            if (!was.equals(is)) {
                taken.add("%s: %s; was %s".formatted(universe.frameName(mfn), is, was));
            }
        }
        taken.addAll(changesOfDomains(before, after));
        changes.clear();
        return taken;
    }

    /** Owners and dirty masks, where there are several. */
    private List<String> changesOfDomains(long[] before, long[] after) {
        List<String> found = new ArrayList<>();
        if (!universe.machine().hasSeveralDomains()) {
            return found;
        }
        for (int mfn = 0; mfn < universe.machine().frames(); mfn++) {
            int owner = xen.pages().owner(after, mfn);
            if (xen.pages().owner(before, mfn) != owner) {
                String whose = owner == PageInfo.NO_OWNER ? "nobody's" : "domain " + owner + "'s";
                found.add("%s is %s".formatted(universe.frameName(mfn), whose));
            }
        }
        for (Machine.Guest domain : universe.machine().domains()) {
            long mask = xen.dirtyMask(after, domain.id());
            if (xen.dirtyMask(before, domain.id()) != mask) {
                found.add("dirty mask of domain %d: %s".formatted(domain.id(), cpus(mask)));
            }
        }
        return found;
    }

    /**
     * The hooks of the last step at which the compared policy decided otherwise: after the request,
     * at the end of the call, or both.
     */
    List<Decisions> takeDifferences() {
        List<Decisions> taken = List.copyOf(differences);
        differences.clear();
        return taken;
    }

    /** The step in words, after it was taken. */
    Line describe(long[] before, int cpu, int action) {
        Line line = lineFor(before, cpu, action);
        end = "";
        found = "";
        return line;
    }

    private Line lineFor(long[] before, int cpu, int action) {
        Stage stage = xen.cpus().stage(before, cpu);
        if (action < xen.switchMode()) {
            return begin(cpu, xen.operation(action), stage);
        }
        @Nullable Operation next = action == xen.goOn() ? xen.next(before, cpu) : null;
        if (next != null) {
            return begin(cpu, next, stage);
        }
        if (action == xen.switchMode()) {
            return stage == Stage.GUEST
                    ? new Line(cpu, "entry", "the guest enters Xen")
                    : new Line(cpu, "restore_all_guest", "Xen is left for the guest");
        }
        if (action == xen.endBatch()) {
            return new Line(cpu, "do_mmu_update", "end of the batch");
        }
        if (action == xen.drain()) {
            return new Line(cpu, "store buffer", "what is stored reaches memory");
        }
        if (action == xen.preempt()) {
            return new Line(cpu, "hypercall_preempt_check", "the call is preempted");
        }
        if (action == xen.interrupt()) {
            return stage == Stage.CONTINUATION_GUEST
                    ? new Line(cpu, "guest", "an interrupt comes first: its handler begins")
                    : new Line(cpu, "guest", "the handler ends");
        }
        if (action >= xen.lose(0)) {
            int target = action - xen.lose(0);
            return new Line(
                    cpu, "flush_area_mask", "the flush on CPU%d gets lost".formatted(target));
        }
        if (action >= xen.serve(0)) {
            return serve(before, cpu, action - xen.serve(0));
        }
        return goOn(before, cpu, stage);
    }

    private Line serve(long[] before, int cpu, int target) {
        if (target == cpu) {
            return new Line(cpu, "flush_area_local", "flushes itself");
        }
        return xen.isAssisted(before, cpu)
                ? new Line(
                        cpu,
                        "hypervisor_flush_tlb",
                        "the hypervisor below flushes CPU%d".formatted(target))
                : new Line(
                        target,
                        "invalidate_interrupt",
                        "serves the flush IPI of CPU%d".formatted(cpu));
    }

    private Line begin(int cpu, Operation operation, Stage stage) {
        return switch (operation) {
            case Operation.MmuUpdateRequest r ->
                    new Line(
                            cpu,
                            "do_mmu_update",
                            "%s%s[%d] := %s"
                                    .formatted(
                                            stage == Stage.BATCH ? "next: " : "",
                                            universe.frameName(r.table()),
                                            r.slot(),
                                            painter.entry(r.value())));
            case Operation.UpdateVaMappingCall u ->
                    new Line(
                            cpu,
                            "map_guest_l1e",
                            "update_va_mapping(%s): reads the L2 entry%s".formatted(u.va(), found));
            case Operation.Pin p ->
                    new Line(
                            cpu,
                            "do_mmuext_op",
                            "PIN_L%d_TABLE %s".formatted(p.level(), universe.frameName(p.mfn())));
            case Operation.Unpin u ->
                    new Line(cpu, "do_mmuext_op", "UNPIN_TABLE " + universe.frameName(u.mfn()));
            case Operation.NewBaseptr b ->
                    new Line(cpu, "new_guest_cr3", "NEW_BASEPTR " + universe.frameName(b.mfn()));
            case Operation.NewUserBaseptr b ->
                    new Line(
                            cpu,
                            "do_mmuext_op",
                            "NEW_USER_BASEPTR "
                                    + (b.mfn() < 0 ? "none" : universe.frameName(b.mfn())));
            case Operation.TlbFlush t -> new Line(cpu, "do_mmuext_op", t.text());
            case Operation.Invlpg i -> new Line(cpu, "do_mmuext_op", i.text());
            case Operation.GuestRead r -> new Line(cpu, "guest", r.text());
            case Operation.GuestWrite w ->
                    new Line(
                            cpu,
                            "guest",
                            "writes %s to [%d] of %s"
                                    .formatted(painter.entry(w.value()), w.slot(), w.va()));
            case Operation.LinearL1Read r -> new Line(cpu, "guest_get_eff_kern_l1e", r.text());
            case Operation.Mmuext m -> new Line(cpu, "do_mmuext_op", m.text());
            case Operation.Grant g ->
                    new Line(cpu, "do_grant_table_op", universe.named(g.text()) + found);
            case Operation.SetGdt g -> new Line(cpu, "do_set_gdt", universe.named(g.text()));
            case Operation.UpdateDescriptor d ->
                    new Line(cpu, "do_update_descriptor", universe.named(d.text()));
            case Operation.Reservation r -> new Line(cpu, "do_memory_op", universe.named(r.text()));
            case Operation.VmAssist v -> new Line(cpu, "do_vm_assist", v.text());
            case Operation.Access a when a.kind() == Operation.AccessKind.WRITE ->
                    new Line(
                            cpu,
                            "guest",
                            "writes %s to [%d] of %s%s"
                                    .formatted(painter.entry(a.value()), a.slot(), a.va(), end));
            case Operation.LoadSelector l -> new Line(cpu, "guest", l.text() + end);
            case Operation.Iret i ->
                    new Line(cpu, "toggle_guest_mode", "iret: the kernel returns to its user mode");
            case Operation.Syscall c ->
                    new Line(cpu, "toggle_guest_mode", "syscall: user mode calls the guest kernel");
            case Operation.LdtFault l -> new Line(cpu, "toggle_guest_pt", l.text() + end);
            case Operation.FaultingWrite f ->
                    new Line(
                            cpu,
                            "spurious_page_fault",
                            "a write to %s faults; Xen begins to walk, interrupts off"
                                    .formatted(f.va()));
            case Operation.Control c -> new Line(cpu, control(c), text(c));
            case Operation.Instruction i -> new Line(cpu, "guest", i.text());
        };
    }

    private static String control(Operation.Control call) {
        return switch (call) {
            case Operation.Schedule r -> "context_switch";
            case Operation.SyncLocalExecstate y -> "sync_local_execstate";
            case Operation.PauseDomain p -> "domain_pause";
            case Operation.UnpauseDomain u -> "domain_unpause";
            case Operation.DestroyDomain d -> "domain_kill";
            case Operation.PopulatePhysmap p -> "populate_physmap";
            case Operation.Transfer t -> "gnttab_transfer";
        };
    }

    private String text(Operation.Control call) {
        return switch (call) {
            case Operation.Schedule r ->
                    r.vcpu() < 0
                            ? "the CPU has nothing to run, and keeps the tables"
                            : "switches to " + universe.vcpuName(r.vcpu());
            case Operation.SyncLocalExecstate y -> "the idle CPU gives up the tables that it has";
            case Operation.PauseDomain p -> "pauses domain " + p.domid();
            case Operation.UnpauseDomain u -> "unpauses domain " + u.domid();
            case Operation.DestroyDomain d -> "destroys domain " + d.domid();
            case Operation.PopulatePhysmap p ->
                    "gives %s to domain %d".formatted(universe.frameName(p.mfn()), p.domid());
            case Operation.Transfer t ->
                    "hands %s to domain %d".formatted(universe.frameName(t.mfn()), t.domid());
        };
    }

    private Line goOn(long[] before, int cpu, Stage stage) {
        return switch (stage) {
            case SWITCH_TABLES -> new Line(cpu, "__context_switch", "loads the vCPU's tables");
            case SWITCH_DONE ->
                    new Line(cpu, "__context_switch", "leaves the dirty mask of the vCPU before");
            case PAUSE_WAIT -> new Line(cpu, "vcpu_sleep_sync", "nobody of the domain runs");
            case UVM_LOCK ->
                    new Line(cpu, "page_lock", "locks the L1 table found, and checks its type");
            case GRANT_FIND ->
                    new Line(cpu, "map_guest_l1e", "looks for the L1 table of the entry" + found);
            case GRANT_ENTRY -> grantEntry(cpu, xen.operation(xen.cpus().operation(before, cpu)));
            case GRANT_UNMAPPED ->
                    new Line(cpu, "unmap_common_complete", "drops what the grant's map held");
            case STORED -> new Line(cpu, "page_unlock", "a locked instruction; the edit is done");
            case UVM_MODIFY -> new Line(cpu, "mod_l1_entry", "changes the entry");
            case USER -> new Line(cpu, "guest", "accesses memory in user mode, and comes back");
            case FAULT_READ ->
                    new Line(cpu, "guest_get_eff_kern_l1e", "reads the L1 entry" + found);
            case FAULT_WALK ->
                    new Line(
                            cpu,
                            "__page_fault_type",
                            "reads %s as an L%d table"
                                    .formatted(
                                            universe.frameName(xen.cpus().walkedTable(before, cpu)),
                                            xen.cpus().walkedLevel(before, cpu)));
            case PTWR_LOCK ->
                    new Line(
                            cpu,
                            "pv_ro_page_fault",
                            "locks the frame that it names, if that is an L1 table");
            case PTWR_MODIFY ->
                    new Line(cpu, "ptwr_emulated_update", "carries out the guest's store");
            case TYPE_VALIDATE -> new Line(cpu, "_get_page_type", "validates the frame, goes on");
            case TYPE_PUBLISH ->
                    new Line(cpu, "_get_page_type", "publishes the type, after its flush");
            case TYPE_WAIT -> new Line(cpu, "_get_page_type", "goes on, the frame is validated");
            case CONTINUATION_LEAVE ->
                    new Line(cpu, "restore_all_guest", "leaves for a continuation");
            case CONTINUATION_GUEST -> new Line(cpu, "entry", "the continuation enters Xen again");
            case DROP ->
                    new Line(
                            cpu,
                            "put_old_guest_table",
                            "drops "
                                    + universe.frameName(
                                            Math.max(0, xen.cpus().parked(before, cpu))));
            case IDLE, GUEST -> new Line(cpu, "hypercall", "a call begins, or is refused at once");
            case BATCH -> new Line(cpu, "hypercall", "end of the batch");
            case FLUSHING,
                    INVOCATION_END,
                    INVOCATION_DONE,
                    CONTEXT_SWITCH,
                    PAUSED,
                    ALLOCATED,
                    GUEST_FLUSHED,
                    RETURN ->
                    throw new IllegalStateException("no step of its own: " + stage);
        };
    }

    private static Line grantEntry(int cpu, Operation operation) {
        return operation instanceof Operation.MapGrant
                ? new Line(cpu, "create_grant_pv_mapping", "makes the L1 entry")
                : new Line(cpu, "replace_grant_pv_mapping", "takes the L1 entry back");
    }

    @Override
    public void granted(long[] s, int cpu, int status) {
        changes.add("the grant operation's status is " + status);
    }

    @Override
    public void stored(long[] s, int cpu, int table, int slot, long oldEntry, long newEntry) {
        changes.add(
                "%s[%d] = %s; was %s"
                        .formatted(
                                universe.frameName(table),
                                slot,
                                painter.entry(newEntry),
                                painter.entry(oldEntry)));
    }

    @Override
    public void buffered(long[] s, int cpu, int table, int slot, long newEntry) {
        changes.add(
                "%s[%d] = %s, which only CPU%d sees"
                        .formatted(universe.frameName(table), slot, painter.entry(newEntry), cpu));
    }

    @Override
    public void storeReachesTable(long[] s, int cpu, int mfn) {
        changes.add(
                "the store of CPU%d reaches %s, which is a table"
                        .formatted(cpu, universe.frameName(mfn)));
    }

    @Override
    public void flushed(
            long[] s, int initiator, int cpu, int flags, int address, FlushSource source) {
        String what = address < 0 ? "" : " of one page";
        changes.add(
                "CPU%d executes %s%s for %s"
                        .formatted(
                                cpu,
                                FlushFlags.toString(flags),
                                what,
                                switch (source) {
                                    case POLICY -> "the policy";
                                    case TYPE_CHANGE -> "a type change";
                                    case GUEST -> "the guest";
                                    case ALLOCATION -> "the frame's next owner";
                                    case SCHEDULER -> "a vCPU's state";
                                }));
    }

    @Override
    public void callDone(long[] s, int cpu, int call) {
        Results results = xen.results();
        String what =
                switch (results.outcome(s, cpu, call)) {
                    case NONE -> "is over";
                    case RETURNED -> "returns " + Errno.toString(results.rc(s, cpu, call));
                    case FAULTED -> "faults with vector " + results.vector(s, cpu, call);
                    case CRASHED -> "crashes the domain";
                };
        changes.add("the call " + what);
    }

    @Override
    public void flushAsked(
            long[] s, int cpu, int local, int others, long targets, FlushSource source) {
        if (source == FlushSource.POLICY) {
            orders.remove(order(source, local, others, 0)); // as planned, now with its targets
        }
        orders.add(order(source, local, others, targets));
        for (int target : xen.isAssisted(s, cpu) ? List.<Integer>of() : Painter.members(targets)) {
            messages.add(new Message(Passing.ASKED, cpu, target, Painter.flags(others)));
        }
    }

    private static Order order(FlushSource source, int local, int others, long targets) {
        return new Order(
                Painter.sourceName(source),
                Painter.flags(local),
                Painter.flags(others),
                Painter.members(targets),
                false);
    }

    @Override
    public void flushLost(long[] s, int initiator, int cpu, int flags) {
        changes.add("CPU%d should have executed %s".formatted(cpu, FlushFlags.toString(flags)));
    }

    @Override
    public void linearRead(long[] s, int cpu, int address, int mfn) {
        found = mfn < 0 ? " and faults" : " in " + universe.frameName(mfn);
    }

    @Override
    public void enteredXen(long[] s, int cpu) {
        end = ", and faults";
    }

    @Override
    public void accessed(long[] s, int cpu, int mfn, long value) {
        end = ": " + universe.frameName(mfn);
    }

    @Override
    public void faulted(long[] s, int cpu, int vector, int errorCode, long address) {
        end = ", and faults";
        changes.add("the guest gets an exception, vector " + vector);
    }

    @Override
    public void published(long[] s, int cpu, int mfn, int type, long flush) {
        changes.add(
                "%s is to be %s; %s"
                        .formatted(
                                universe.frameName(mfn),
                                Painter.typeName(type),
                                flush == 0 ? "no CPU needs a flush" : "to flush: " + cpus(flush)));
    }

    private static String cpus(long mask) {
        List<String> names = new ArrayList<>();
        for (long left = mask; left != 0; left &= left - 1) {
            names.add("CPU" + Long.numberOfTrailingZeros(left));
        }
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    @Override
    public void validated(long[] s, int cpu, int mfn, int type, int rc) {
        if (rc != Errno.OK && type != PageInfo.TYPE_WRITABLE) {
            changes.add("%s is not fit: %s".formatted(universe.frameName(mfn), Errno.toString(rc)));
        }
    }

    @Override
    public void leftXen(long[] s, int cpu, boolean copied) {
        if (copied) {
            changes.add("CPU%d copies the L4 to its root copy".formatted(cpu));
        } else if (universe.machine().xpti()) {
            changes.add("CPU%d keeps its root copy as it is".formatted(cpu));
        }
    }

    @Override
    public void planned(long[] s, int cpu, int local, int others) {
        orders.add(order(FlushSource.POLICY, local, others, 0));
        changes.add(
                local == 0 && others == 0
                        ? "the policy flushes nothing"
                        : "the policy flushes here %s, elsewhere %s"
                                .formatted(
                                        FlushFlags.toString(local), FlushFlags.toString(others)));
    }

    @Override
    public void loaded(long[] s, int cpu, int vcpu) {
        changes.add("CPU%d loads the tables of %s".formatted(cpu, universe.vcpuName(vcpu)));
    }

    @Override
    public void rootStored(long[] s, int cpu) {
        orders.add(new Order(Painter.sourceName(FlushSource.POLICY), "", "", List.of(), true));
        changes.add("the policy asks for a new root copy here");
    }

    @Override
    public void decidesDifferently(long[] s, int cpu, Decision inForce, Decision compared) {
        differences.add(new Decisions(inForce, compared));
    }

    @Override
    public void returns(long[] s, int cpu, int operation, int rc) {
        if (rc < 0) {
            changes.add("the call returns " + Errno.toString(rc));
        }
    }
}
