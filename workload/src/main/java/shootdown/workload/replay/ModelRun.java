package shootdown.workload.replay;

import static shootdown.policy.FlushFlags.FLUSH_AT_EXIT;
import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;

import shootdown.hardware.Pte;
import shootdown.hypervisor.AliveBefore;
import shootdown.hypervisor.Errno;
import shootdown.hypervisor.Observer;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.ReplayMachine;
import shootdown.policy.FlushFlags;
import shootdown.policy.Policy;
import shootdown.workload.replay.Agreement.Point;
import shootdown.workload.trace.TraceForm;

import java.util.BitSet;

/** One machine that follows a recording, with one policy in force. */
final class ModelRun implements Observer {
    private static final int FULL = FLUSH_TLB | FLUSH_TLB_GLOBAL;
    private static final long HARDWARE_BITS = Pte.ACCESSED | Pte.DIRTY;

    private final ReplayMachine machine;
    private final PageInfo pages;
    private final AliveBefore before;
    private final Tally tally = new Tally();
    private final Agreement agreement;
    private final Leaves leaves;
    private final BitSet opaque = new BitSet();
    private final Links links = new Links();

    /** What is compared of an entry; a stock recording has it before Xen adds its bits. */
    private final long storedBits;

    private final long[] lastFlush;
    private final int tlbEntries;
    private final long[] usedSince;
    private final int[] editLevel;
    private final Transition[] editTransition;
    private long uses;
    private int slice;
    private int rc;

    ModelRun(Policy policy, Settings settings) {
        machine =
                new ReplayMachine(
                        settings.frames(),
                        settings.cpus(),
                        settings.xpti(),
                        settings.pcid(),
                        policy);
        machine.observe(this);
        pages = machine.hypervisor().pages();
        before = machine.before();
        agreement = new Agreement(settings.cpus(), settings.form());
        storedBits = settings.form() == TraceForm.STOCK ? Pte.MFN_MASK | Pte.PRESENT | Pte.RW : -1L;
        tlbEntries = settings.tlbEntries();
        leaves = new Leaves(machine, opaque, settings.tlbEntries());
        machine.setReach(links);
        lastFlush = new long[settings.cpus()];
        usedSince = new long[settings.cpus()];
        editLevel = new int[settings.cpus()];
        editTransition = new Transition[settings.cpus()];
    }

    PolicyRun result(String policy) {
        return new PolicyRun(policy, tally, links.assumed());
    }

    Agreement agreement() {
        return agreement;
    }

    /** Takes a step. */
    void take(Step step) {
        switch (step) {
            case Step.Runs r -> runs(r);
            case Step.Alive a -> alive(a);
            case Step.Known k -> known(k);
            case Step.Content c -> content(c);
            case Step.Gone g -> gone(g.mfn());
            case Step.Request r -> request(r);
            case Step.EndInvocation e -> {
                machine.endInvocation(e.cpu());
                agreement.invocation(e.cpu(), e.flushed());
            }
            case Step.VaMapping v -> mapping(v);
            case Step.Trapped t -> trapped(t);
            case Step.Call c -> {
                machine.call(c.cpu(), c.operation());
                if (c.operation() instanceof NewBaseptr) {
                    lost(c.cpu());
                }
                agreement.check(Point.MMUEXT, rc == Errno.OK);
                agreement.typeChanges(c.cpu());
            }
            case Step.Leave l -> machine.leave(l.cpu());
            case Step.Toggle t -> machine.toggle(t.cpu());
            case Step.Recorded r -> agreement.recorded(r);
            case Step.Use u -> use(u);
            case Step.Slice s -> slice = s.number();
        }
    }

    // What was there before.

    private void runs(Step.Runs r) {
        before.loaded(machine.state(), r.cpu());
        if (r.kernel() >= 0) {
            before.bases(machine.state(), r.cpu(), r.kernel(), r.user(), r.userMode());
        }
    }

    private void alive(Step.Alive a) {
        machine.place(a.mfn());
        opaque.set(a.mfn());
        links.alive(a.mfn(), a.level());
        before.table(machine.state(), a.mfn(), a.level(), a.typeCount(), a.pinned());
    }

    private void known(Step.Known k) {
        if (k.level() > 1) {
            links.changed(k.table(), 0, k.value());
            before.entry(machine.state(), k.table(), k.slot(), k.value());
        } else if (before.fits(machine.state(), k.value())) {
            before.leaf(machine.state(), k.table(), k.slot(), k.value());
        } else {
            agreement.check(Point.ALIVE_BEFORE, false);
        }
    }

    private void content(Step.Content c) {
        if (c.run() == 0) {
            forget(c.table()); // what the guest has written there since is in what follows
        }
        machine.place(c.table());
        opaque.clear(c.table());
        for (int i = 0; i < c.run(); i++) {
            long value = c.value() + ((long) i << Pte.PAGE_SHIFT);
            before.entry(machine.state(), c.table(), c.slot() + i, value);
            if (c.level() > 1) {
                links.changed(c.table(), 0, value);
            }
        }
    }

    private void gone(int mfn) {
        boolean still = before.isInUse(machine.state(), mfn);
        if (still && !opaque.get(mfn)) {
            agreement.check(Point.DROPPED, false);
        } else {
            agreement.check(Point.DROPPED, true);
        }
        if (still) {
            before.gone(machine.state(), mfn);
        }
        opaque.clear(mfn);
        forget(mfn);
    }

    private void forget(int mfn) {
        boolean upper = pages.type(machine.state(), mfn) > 1;
        for (int slot = 0; upper && slot < Leaves.SLOTS; slot++) {
            links.changed(mfn, machine.entry(mfn, slot), 0);
        }
        links.gone(mfn);
        machine.forget(mfn);
    }

    // What the guest does.

    private void request(Step.Request r) {
        machine.place(r.table());
        if (r.level() > 0) {
            meetOld(r.table(), r.slot(), r.old());
            long count = pages.typeCount(machine.state(), r.table()) + 1;
            agreement.check(Point.TYPE_COUNT, count == r.typeCount());
        }
        if (r.level() > 1 && r.level() > editLevel[r.cpu()]) {
            editLevel[r.cpu()] = r.level();
            editTransition[r.cpu()] = Transition.of(r.old(), r.stored());
        }
        if (r.level() > 1) {
            links.changed(r.table(), r.old(), r.stored());
        }
        machine.request(
                r.cpu(), new MmuUpdateRequest(r.table(), r.slot(), r.stored(), r.command()));
        stored(r.table(), r.slot(), r.stored());
        agreement.typeChanges(r.cpu());
    }

    private void mapping(Step.VaMapping v) {
        int slot = v.call().va().i1();
        meetOld(v.l1(), slot, v.old());
        machine.updateVaMapping(v.cpu(), v.l1(), v.call());
        stored(v.l1(), slot, v.stored());
        agreement.typeChanges(v.cpu());
    }

    private void trapped(Step.Trapped t) {
        meetOld(t.table(), t.slot(), t.old());
        machine.write(t.cpu(), t.table(), t.slot(), t.stored());
        stored(t.table(), t.slot(), t.stored());
        agreement.typeChanges(t.cpu());
    }

    /** The model has what the recording has, but for the bits that CPUs set. */
    private void meetOld(int table, int slot, long old) {
        long has = machine.entry(table, slot);
        if (has != old) {
            boolean same = ((has ^ old) & ~HARDWARE_BITS) == 0;
            agreement.check(Point.OLD_ENTRY, same);
            before.entry(machine.state(), table, slot, old);
        } else {
            agreement.check(Point.OLD_ENTRY, true);
        }
    }

    private void stored(int table, int slot, long value) {
        long differs = (machine.entry(table, slot) ^ value) & storedBits;
        agreement.check(Point.NEW_ENTRY, differs == 0);
    }

    private void use(Step.Use u) {
        uses = u.now();
        if (u.previous() <= lastFlush[u.cpu()] && usedSince[u.cpu()] < tlbEntries) {
            usedSince[u.cpu()]++;
        }
    }

    // What the model does.

    @Override
    public void flushAsked(
            long[] state, int cpu, int local, int others, long targets, FlushSource source) {
        boolean here = isOfTranslations(local);
        int there = isOfTranslations(others) ? Long.bitCount(targets) : 0;
        if (source == FlushSource.POLICY) {
            agreement.policyFlush(cpu, here, there > 0 ? targets : 0);
        }
        if (!here && there == 0) {
            return;
        }
        tally.of(source).asked(here, there);
        if (source == FlushSource.POLICY) {
            int level = editLevel[cpu];
            tally.level(level).asked(here, there);
            if (level > 0) {
                tally.transition(editTransition[cpu]).asked(here, there);
            }
            tally.slice(slice).asked(here, there);
        }
    }

    private static boolean isOfTranslations(int flags) {
        return (flags & ~(FLUSH_ROOT_PGTBL | FlushFlags.FLUSH_CACHE)) != 0;
    }

    @Override
    public void flushed(
            long[] state, int initiator, int cpu, int flags, int address, FlushSource source) {
        if (FlushFlags.has(flags, FLUSH_ROOT_PGTBL) && source == FlushSource.POLICY) {
            tally.rootRequests++;
        }
        boolean ofPolicy = source == FlushSource.POLICY;
        if (FlushFlags.has(flags, FLUSH_AT_EXIT)) {
            return; // it comes again when it is done
        }
        if (FlushFlags.has(flags, FULL) && address < 0) {
            if (ofPolicy) {
                countLost(cpu);
            }
            lost(cpu);
        } else if (ofPolicy && isOfTranslations(flags)) {
            tally.partialFlushes++;
        }
    }

    /** A full flush of the policy is about to take what this CPU has. */
    private void countLost(int cpu) {
        tally.fullFlushes++;
        tally.lostUsed += usedSince[cpu];
        tally.lostMost += leaves.below(cpu);
    }

    private void lost(int cpu) {
        usedSince[cpu] = 0;
        lastFlush[cpu] = uses;
    }

    @Override
    public void rootStored(long[] state, int cpu) {
        tally.rootRequests++;
    }

    @Override
    public void leftXen(long[] state, int cpu, boolean copied) {
        tally.rootCopies += copied ? 1 : 0;
    }

    @Override
    public void planned(long[] state, int cpu, int local, int others) {
        tally.invocations++;
    }

    @Override
    public void published(long[] state, int cpu, int mfn, int type, long flush) {
        agreement.typeChange(cpu, flush);
    }

    @Override
    public void returns(long[] state, int cpu, int operation, int code) {
        rc = code;
        editLevel[cpu] = 0;
    }
}
