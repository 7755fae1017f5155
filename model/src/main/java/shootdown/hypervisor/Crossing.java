package shootdown.hypervisor;

import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

/** The ways between guest and Xen: entering, leaving, and the end of a call. */
final class Crossing {
    private final Machine machine;
    private final Alphabet operations;
    private final CurrentCall current;
    private final CpuState cpus;
    private final EntryStore entries;
    private final GuestEntry entry;
    private final UndoLog log;
    private final Results results;
    private final Programs programs;
    private final GuestFlush guestFlush;
    private final Events events;
    private final long[] owedAfter;

    Crossing(Wiring xen) {
        machine = xen.machine;
        operations = xen.operations;
        current = xen.current;
        cpus = xen.cpus;
        entries = xen.entries;
        entry = xen.entry;
        log = xen.log;
        results = xen.results;
        programs = xen.programs;
        guestFlush = xen.guestFlush;
        events = xen.events;
        owedAfter = new PoliteGuest(machine).owedAfter();
    }

    /** From the guest into Xen, or back to the guest. */
    void switchMode(long[] s, int cpu) {
        entries.locked(s, cpu);
        if (cpus.stage(s, cpu) == Stage.GUEST) {
            entry.enter(s, cpu);
            cpus.setStage(s, cpu, Stage.IDLE);
        } else {
            entry.leave(s, cpu);
            results.left(s, cpu);
            boolean staysOut = machine.entryMatters() || cpus.inUserMode(s, cpu);
            cpus.setStage(s, cpu, staysOut ? Stage.GUEST : Stage.IDLE);
        }
    }

    /**
     * The same in whatever stage the CPU is, and without any other effect: for copies of states.
     */
    void crossOver(long[] s, int cpu) {
        if (cpus.inGuest(s, cpu)) {
            entry.enter(s, cpu);
        } else {
            entry.leave(s, cpu);
        }
    }

    /** The call is over, and the CPU between calls; after some it is back in its guest at once. */
    void returns(long[] s, int cpu) {
        int op = cpus.operation(s, cpu);
        int rc = cpus.rc(s, cpu);
        if (op >= 0) {
            reportGuestFlush(s, cpu, rc);
        }
        boolean instruction = op >= 0 && operations.get(op) instanceof Operation.Instruction;
        events.observer.returns(s, cpu, op, rc);
        entries.drain(s, cpu);
        log.clear(s, cpu);
        cpus.endCall(s, cpu);
        cpus.setStage(s, cpu, Stage.IDLE);
        if (instruction && !Domain.crashed(s, cpus.domainWord(s, cpu))) {
            switchMode(s, cpu);
        }
        boolean resumes = op >= 0 && operations.get(op) instanceof Operation.Schedule;
        if (resumes && machine.entryMatters() && cpus.current(s, cpu) >= 0) {
            switchMode(s, cpu);
        }
        if (programs.runs(cpu)) {
            programs.returned(s, cpu, rc);
        }
        if (machine.polite) {
            long owed = cpus.owed(s, cpu) & ~(1L << op);
            cpus.setOwed(s, cpu, rc == Errno.OK ? owed | owedAfter[op] : owed);
        }
    }

    private void reportGuestFlush(long[] s, int cpu, int rc) {
        Operation call = current.call(s, cpu);
        Operation.Scope scope;
        if (call instanceof Invlpg i) {
            scope = i.scope();
        } else if (call instanceof TlbFlush t) {
            scope = t.scope();
        } else if (call instanceof UpdateVaMappingCall u && rc == Errno.OK && u.flushes()) {
            scope = u.scope();
        } else {
            return;
        }
        long targets = guestFlush.cpus(s, cpu, scope);
        events.observer.guestFlushReturns(s, cpu, current.address(s, cpu), targets);
    }
}
