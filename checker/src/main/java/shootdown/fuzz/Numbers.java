package shootdown.fuzz;

import shootdown.hardware.Pte;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.MachineSetup.Asked;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Scope;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Numbers frames, CPUs and vCPUs of operations and setups anew.
 *
 * @param frame the new number of a frame; asked for each that is named
 * @param cpu the new number of a CPU, or -1 if there is none any more
 * @param vcpu the new number of a vCPU, or -1 if there is none any more
 */
record Numbers(IntUnaryOperator frame, IntUnaryOperator cpu, IntUnaryOperator vcpu) {

    private int of(int mfn) {
        return mfn < 0 ? mfn : frame.applyAsInt(mfn);
    }

    private long entry(long value) {
        return Pte.isPresent(value) ? Pte.of(of(Pte.mfn(value)), Pte.flags(value)) : value;
    }

    private long cpuMask(long mask) {
        return mask == -1L ? mask : mask(mask, cpu);
    }

    private static long mask(long mask, IntUnaryOperator number) {
        long renumbered = 0;
        for (long left = mask; left != 0; left &= left - 1) {
            int to = number.applyAsInt(Long.numberOfTrailingZeros(left));
            renumbered |= to < 0 ? 0 : 1L << to;
        }
        return renumbered;
    }

    /** Nowhere any more if there is no CPU left for it. */
    Allowed of(Allowed allowed) {
        return new Allowed(
                of(allowed.operation()),
                cpuMask(allowed.cpus()),
                allowed.caller(),
                allowed.about());
    }

    private Scope of(Scope scope) {
        return scope instanceof Scope.Multi m ? new Scope.Multi(mask(m.vcpus(), vcpu)) : scope;
    }

    private GrantTarget of(GrantTarget target) {
        return target instanceof GrantTarget.Entry e
                ? new GrantTarget.Entry(of(e.table()), e.slot())
                : target;
    }

    /** The same operation; those that name neither frames nor CPUs are themselves. */
    Operation of(Operation operation) {
        return switch (operation) {
            case MmuUpdateRequest r ->
                    new MmuUpdateRequest(of(r.table()), r.slot(), entry(r.value()), r.command());
            case Operation.UpdateVaMappingCall u ->
                    new Operation.UpdateVaMappingCall(
                            u.va(), entry(u.value()), u.flush(), of(u.scope()), u.domid());
            case Operation.Pin p -> new Operation.Pin(p.level(), of(p.mfn()));
            case Operation.Unpin u -> new Operation.Unpin(of(u.mfn()));
            case Operation.NewBaseptr b -> new Operation.NewBaseptr(of(b.mfn()));
            case Operation.NewUserBaseptr b -> new Operation.NewUserBaseptr(of(b.mfn()));
            case Operation.TlbFlush t -> new Operation.TlbFlush(of(t.scope()));
            case Operation.Invlpg i -> new Operation.Invlpg(i.va(), of(i.scope()));
            case Operation.ClearPage c -> new Operation.ClearPage(of(c.mfn()));
            case Operation.CopyPage c -> new Operation.CopyPage(of(c.to()), of(c.from()));
            case Operation.SetGdt g ->
                    new Operation.SetGdt(g.frames().stream().map(this::of).toList(), g.entries());
            case Operation.UpdateDescriptor d ->
                    new Operation.UpdateDescriptor(of(d.mfn()), d.slot(), d.descriptor());
            case Operation.DecreaseReservation d -> new Operation.DecreaseReservation(of(d.mfn()));
            case Operation.PopulatePhysmap p ->
                    new Operation.PopulatePhysmap(of(p.mfn()), p.domid());
            case Operation.Transfer t -> new Operation.Transfer(of(t.mfn()), t.domid());
            case Operation.GrantAccess g -> of(g);
            case Operation.MapGrant g ->
                    new Operation.MapGrant(of(g.target()), g.domid(), g.ref(), g.flags());
            case Operation.UnmapGrant g -> new Operation.UnmapGrant(of(g.target()), g.handle());
            case Operation.UnmapAndReplace g ->
                    new Operation.UnmapAndReplace(of(g.target()), g.replacement(), g.handle());
            case Operation.Schedule v ->
                    v.vcpu() < 0 ? v : new Operation.Schedule(vcpu.applyAsInt(v.vcpu()));
            case Operation.GuestWrite w ->
                    new Operation.GuestWrite(w.va(), w.slot(), entry(w.value()));
            case Operation.Access a ->
                    new Operation.Access(a.kind(), a.user(), a.va(), a.slot(), entry(a.value()));
            default -> operation;
        };
    }

    private Operation.GrantAccess of(Operation.GrantAccess g) {
        return new Operation.GrantAccess(g.ref(), g.domid(), of(g.mfn()), g.readOnly());
    }

    private int of(Integer mfn) {
        return of(mfn.intValue());
    }

    Asked of(Asked asked) {
        return switch (asked) {
            case Asked.Entry e -> new Asked.Entry(of(e.mfn()), e.slot(), entry(e.value()));
            case Asked.Pin p -> new Asked.Pin(p.level(), of(p.mfn()));
            case Asked.Load l -> new Asked.Load(cpu.applyAsInt(l.cpu()), of(l.mfn()));
            case Asked.LoadUser l -> new Asked.LoadUser(cpu.applyAsInt(l.cpu()), of(l.mfn()));
            case Asked.Assist a -> new Asked.Assist(cpu.applyAsInt(a.cpu()), a.type());
            case Asked.Granted g -> new Asked.Granted(g.granter(), of(g.entry()));
            case Asked.Base b -> new Asked.Base(vcpu.applyAsInt(b.vcpu()), of(b.mfn()));
        };
    }

    List<Allowed> operations(List<Allowed> all) {
        return all.stream().map(this::of).filter(allowed -> allowed.cpus() != 0).toList();
    }
}
