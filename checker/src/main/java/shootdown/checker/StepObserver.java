package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.hypervisor.Errno;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Observer;
import shootdown.hypervisor.Operation;

/**
 * Counts what steps do and judges calls that return (P4, P9) and linear reads (P3). One for each
 * thread.
 */
final class StepObserver implements Observer {
    private final Hypervisor xen;
    private final PropertyChecks checks;
    private final GuestFlushCheck guestFlush;
    private final boolean mustDo;
    private final @Nullable LinearCoherence linearCoherence;
    private final long[] counts = new long[Activity.values().length];
    private long violations;

    /**
     * @param strict whether optional properties are judged
     */
    StepObserver(Hypervisor xen, PropertyChecks checks, boolean strict) {
        this.xen = xen;
        this.checks = checks;
        this.guestFlush = new GuestFlushCheck(xen);
        this.linearCoherence = strict ? new LinearCoherence(xen) : null;
        this.mustDo = xen.layout().machine().mustDo() != 0;
    }

    void count(Activity activity) {
        counts[activity.index()]++;
    }

    long[] counts() {
        return counts;
    }

    /** The properties that broke since the last call of this method. */
    long takeViolations() {
        long taken = violations;
        violations = 0;
        return taken;
    }

    @Override
    public void flushed(
            long[] s, int initiator, int cpu, int flags, int address, FlushSource source) {
        count(
                switch (source) {
                    case POLICY ->
                            initiator == cpu
                                    ? Activity.POLICY_FLUSH_LOCAL
                                    : Activity.POLICY_FLUSH_REMOTE;
                    case TYPE_CHANGE -> Activity.TYPE_CHANGE_FLUSH;
                    case GUEST -> Activity.GUEST_FLUSH;
                    case ALLOCATION -> Activity.ALLOCATION_FLUSH;
                    case SCHEDULER -> Activity.STATE_SYNC;
                });
    }

    @Override
    public void storeReachesTable(long[] s, int cpu, int mfn) {
        violations |= Property.P1.bit();
    }

    @Override
    public void linearRead(long[] s, int cpu, int address, int mfn) {
        count(Activity.LINEAR_READ);
        if (!checks.isLegalRead(s, cpu, address, mfn)) {
            violations |= Property.P3.bit();
        }
    }

    @Override
    public void published(long[] s, int cpu, int mfn, int type, long flush) {
        count(Activity.TYPE_CHANGE);
    }

    @Override
    public void dropped(long[] s, int cpu, int mfn) {
        count(Activity.DROP);
    }

    @Override
    public void guestAccess(long[] s, int cpu, int address, int mfn, boolean write) {
        count(Activity.GUEST_WRITE);
    }

    @Override
    public void enteredXen(long[] s, int cpu) {
        count(Activity.ENTER_XEN);
    }

    @Override
    public void leftXen(long[] s, int cpu, boolean copied) {
        count(Activity.LEAVE_XEN);
        if (copied) {
            count(Activity.ROOT_RESYNC);
        }
    }

    @Override
    public void requestDone(long[] s, int cpu, int operation, int rc) {
        count(Activity.MMU_UPDATE);
    }

    @Override
    public void loaded(long[] s, int cpu, int vcpu) {
        count(Activity.CONTEXT_SWITCH);
    }

    @Override
    public void rootStored(long[] s, int cpu) {
        count(Activity.POLICY_ROOT_STORE);
    }

    @Override
    public void decidesDifferently(long[] s, int cpu, Decision inForce, Decision compared) {
        violations |= 1L << MachineSystem.DIFFERENCE;
    }

    @Override
    public void guestFlushReturns(long[] s, int cpu, int address, long targets) {
        checks.atStake(Property.P4);
        if (!guestFlush.holds(s, cpu, address, targets)) {
            violations |= Property.P4.bit();
        }
    }

    @Override
    public void returns(long[] s, int cpu, int operation, int rc) {
        if (operation < 0) {
            return; // refused before its first request
        }
        judgeLinearMap(s, cpu);
        Operation call = xen.operation(operation);
        switch (call) {
            case Operation.MmuUpdateRequest r -> judgeDelivery(s, cpu, rc);
            case Operation.UpdateVaMappingCall u -> {
                if (rc == Errno.OK) {
                    count(Activity.UVM_EDIT);
                }
            }
            case Operation.Control c -> {}
            default -> count(Activity.MMUEXT_OP);
        }
    }

    private void judgeLinearMap(long[] s, int cpu) {
        if (linearCoherence == null) {
            return;
        }
        PropertyChecks.Judgement judgement = linearCoherence.judge(s, cpu);
        if (judgement != PropertyChecks.Judgement.NOTHING_AT_STAKE) {
            checks.atStake(Property.S1);
        }
        if (judgement == PropertyChecks.Judgement.VIOLATED) {
            violations |= Property.S1.bit();
        }
    }

    private void judgeDelivery(long[] s, int cpu, int rc) {
        if (!mustDo) {
            return;
        }
        if (rc == Errno.OK) {
            checks.atStake(Property.P9);
        }
        if (xen.cpus().due(s, cpu) != 0) {
            violations |= Property.P9.bit();
        }
    }
}
