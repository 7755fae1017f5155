package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Errno.SUSPENDED;
import static shootdown.hypervisor.PageInfo.TYPE_L1;
import static shootdown.hypervisor.PageInfo.TYPE_L4;
import static shootdown.hypervisor.PageInfo.TYPE_WRITABLE;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.Geometry;
import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.policy.FlushFlags;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;

/**
 * {@code do_mmu_update} (mm.c; facts 4): requests are done in order, each under the page lock; the
 * policy looks at each, and at the end of each invocation decides the flushes.
 *
 * <p>An invocation also ends when an edit has parked a child; a continuation drops it, after the
 * flush block, and then goes on with the batch.
 */
@Models(
        value = "mm.c: do_mmu_update",
        simplified = "no translated domains; preempted only where a parked table forces it")
final class MmuUpdate {
    private final Layout layout;
    private final Machine machine;
    private final PageInfo pages;
    private final CpuState cpus;
    private final ForeignDomains domains;
    private final Programs programs;
    private final EntryStore entries;
    private final PageTypes types;
    private final EntryReferences refs;
    private final ModEntry modEntry;
    private final Flushing flushing;
    private final Events events;
    private final Policy policy;
    private final @Nullable Policy compared;
    private final FlushPlan plan = new FlushPlan();
    private final FlushPlan comparedPlan = new FlushPlan();
    private final FlushLocal flushLocal;
    private final Facts facts;
    private boolean batches;
    private @Nullable Reach reach;
    private @Nullable Decisions decisions;

    MmuUpdate(
            Layout layout,
            PageInfo pages,
            CpuState cpus,
            ForeignDomains domains,
            Programs programs,
            EntryStore entries,
            PageTypes types,
            EntryReferences refs,
            ModEntry modEntry,
            Flushing flushing,
            FlushLocal flushLocal,
            Events events,
            Policy policy,
            @Nullable Policy compared) {
        this.layout = layout;
        this.machine = layout.machine();
        this.batches = machine.batches;
        this.pages = pages;
        this.cpus = cpus;
        this.domains = domains;
        this.programs = programs;
        this.entries = entries;
        this.types = types;
        this.refs = refs;
        this.modEntry = modEntry;
        this.flushing = flushing;
        this.flushLocal = flushLocal;
        this.events = events;
        this.policy = policy;
        this.compared = compared;
        this.facts = new Facts(layout.geometry());
    }

    /** Whether a request can begin now: its table is not locked by another CPU. */
    boolean canBegin(long[] s, MmuUpdateRequest request) {
        int table = request.table();
        return !pages.isValid(table) || (!pages.locked(s, table) && !entries.isAwaited(s, table));
    }

    /** Begins a request; the stage tells what comes next. */
    void begin(long[] s, int cpu, MmuUpdateRequest request) {
        int mfn = request.table();
        int refusal = domains.allowsUpdate(s, cpu, request);
        if (refusal != OK) {
            requestDone(s, cpu, refusal);
            return;
        }
        boolean machphys = request.command() == MmuUpdateRequest.MACHPHYS;
        int owner = machphys ? cpus.pgOwner(s, cpu) : cpus.ptOwner(s, cpu);
        if (!pages.getPage(s, mfn, owner)) {
            requestDone(s, cpu, EINVAL);
        } else if (machphys) {
            pages.setM2p(s, mfn, request.value());
            pages.putPage(s, mfn);
            requestDone(s, cpu, OK);
        } else if (types.lock(s, mfn)) {
            locked(s, cpu, request, pages.type(s, mfn));
        } else {
            afterWritable(s, cpu, request, types.get(s, cpu, mfn, TYPE_WRITABLE));
        }
    }

    private void locked(long[] s, int cpu, MmuUpdateRequest request, int type) {
        if (type == TYPE_L1 || (isUpper(type) && ownsBoth(s, cpu))) {
            afterEdit(s, cpu, request, modEntry.begin(s, cpu, edit(type, request)));
        } else {
            types.unlock(s, request.table());
            rawWrite(s, cpu, request, type == TYPE_WRITABLE ? OK : EINVAL);
            pages.putPage(s, request.table());
        }
    }

    private static boolean isUpper(int type) {
        return type > TYPE_L1 && type <= TYPE_L4;
    }

    /** Tables of L2 and above name only what their own owner has. */
    private boolean ownsBoth(long[] s, int cpu) {
        return cpus.pgOwner(s, cpu) == cpus.ptOwner(s, cpu);
    }

    /** CPUs that may have tables of pt_owner's loaded. */
    private long dirtyMask(long[] s, int cpu) {
        return Domain.dirtyMask(s, layout.domain(cpus.ptOwner(s, cpu)));
    }

    /** Goes on when the type stack has run empty with {@code result}. */
    void resume(long[] s, int cpu, MmuUpdateRequest request, int result) {
        if (cpus.callTable(s, cpu) >= 0) {
            int level = pages.type(s, request.table());
            afterEdit(s, cpu, request, modEntry.resume(s, cpu, edit(level, request), result));
        } else {
            afterWritable(s, cpu, request, result);
        }
    }

    /** Goes on behind the store of an edit. */
    void stored(long[] s, int cpu, MmuUpdateRequest request) {
        int level = pages.type(s, request.table());
        afterEdit(s, cpu, request, modEntry.stored(s, cpu, edit(level, request)));
    }

    private ModEntry.Edit edit(int level, MmuUpdateRequest r) {
        return modEntry.edit(
                level, r.table(), r.slot(), r.value(), r.command() == MmuUpdateRequest.PRESERVE_AD);
    }

    private void afterWritable(long[] s, int cpu, MmuUpdateRequest request, int rc) {
        if (rc == SUSPENDED) {
            return;
        }
        rawWrite(s, cpu, request, rc);
        if (rc == OK) {
            refs.putType(s, request.table(), -1);
        }
        pages.putPage(s, request.table());
    }

    /** A page that is no table takes any value, unchecked. */
    private void rawWrite(long[] s, int cpu, MmuUpdateRequest request, int rc) {
        if (rc == OK) {
            entries.store(s, cpu, 0, request.table(), request.slot(), request.value());
        }
        requestDone(s, cpu, rc);
    }

    private void afterEdit(long[] s, int cpu, MmuUpdateRequest request, int rc) {
        int mfn = request.table();
        if (rc == SUSPENDED) {
            cpus.setCallTable(s, cpu, mfn); // locked, by this CPU
            return;
        }
        cpus.setCallTable(s, cpu, -1);
        if (rc == OK) {
            askPolicy(s, cpu, request);
        } else {
            plan.begin(cpu, 0);
        }
        types.unlock(s, mfn);
        pages.putPage(s, mfn);
        requestDone(s, cpu, rc);
        if (rc == OK && !plan.isEmpty()) {
            Stage next = cpus.stage(s, cpu);
            flush(s, cpu, next);
        }
    }

    private void askPolicy(long[] s, int cpu, MmuUpdateRequest request) {
        facts.look(s, cpu, request, pages.type(s, request.table()));
        if (machine.mustDo != 0 && facts.level() >= 2) {
            cpus.setDue(s, cpu, dirtyMask(s, cpu));
        }
        plan.begin(cpu, dirtyMask(s, cpu));
        int before = cpus.accumulator(s, cpu);
        int accumulator = policy.updated(facts, plan, before);
        cpus.setAccumulator(s, cpu, accumulator);
        if (decisions != null) {
            Decision.Question question = Decision.Question.ofUpdate(cpu, facts);
            decisions.add(Decision.of(question, before, accumulator, plan));
        }
        if (compared != null) {
            comparedPlan.begin(cpu, dirtyMask(s, cpu));
            int shadow = compared.updated(facts, comparedPlan, cpus.shadowAccumulator(s, cpu));
            cpus.setShadowAccumulator(s, cpu, shadow);
            compare(s, cpu);
        }
        storeRoot(s, cpu);
    }

    /** After a request: more of them, or the end of this invocation. */
    private void requestDone(long[] s, int cpu, int rc) {
        events.observer.requestDone(s, cpu, cpus.operation(s, cpu), rc);
        cpus.setRc(s, cpu, rc);
        if (programs.runs(cpu)) {
            programs.requestDone(s, cpu, rc);
        }
        boolean more = rc == OK && cpus.parked(s, cpu) < 0 && hasMore(s, cpu);
        cpus.setStage(s, cpu, more ? Stage.BATCH : Stage.INVOCATION_END);
    }

    /** Whether the batch may go on, or does, if the last request has succeeded. */
    boolean hasMore(long[] s, int cpu) {
        return programs.runs(cpu) ? programs.hasRequest(s, cpu) : batches;
    }

    /** Who answers what an ideal policy asks, instead of a walk down all tables. */
    void setReach(Reach by) {
        reach = by;
    }

    /** Who notes what the policy is asked, and decides. */
    void setDecisions(Decisions by) {
        decisions = by;
    }

    /** For the batch that a recording leads: whether another request follows. */
    void expectMore(boolean more) {
        batches = more;
    }

    /** The end of an invocation: the policy's flush block. */
    void endInvocation(long[] s, int cpu) {
        if (machine.has(Defect.NO_FLUSH_BEFORE_CONTINUATION) && isContinued(s, cpu)) {
            cpus.setAccumulator(s, cpu, 0);
            cpus.setStage(s, cpu, Stage.INVOCATION_DONE);
            return;
        }
        plan.begin(cpu, dirtyMask(s, cpu));
        facts.cpu = cpu;
        facts.dirtyMask = dirtyMask(s, cpu);
        policy.finished(facts, plan, cpus.accumulator(s, cpu));
        if (decisions != null) {
            Decision.Question question = Decision.Question.ofEnd(facts);
            decisions.add(Decision.of(question, cpus.accumulator(s, cpu), 0, plan));
        }
        if (compared != null) {
            comparedPlan.begin(cpu, dirtyMask(s, cpu));
            compared.finished(facts, comparedPlan, cpus.shadowAccumulator(s, cpu));
            compare(s, cpu);
        }
        cpus.setAccumulator(s, cpu, 0);
        storeRoot(s, cpu);
        events.observer.planned(s, cpu, plan.localFlags(), plan.othersFlags());
        if (machine.has(Defect.DROP_BEFORE_FLUSH) && cpus.parked(s, cpu) >= 0) {
            types.dropParked(s, cpu);
        }
        flush(s, cpu, Stage.INVOCATION_DONE);
    }

    /** The flush block is done, and what the compared policy has gathered has served. */
    void invocationDone(long[] s, int cpu) {
        cpus.setShadowAccumulator(s, cpu, 0);
    }

    private boolean isContinued(long[] s, int cpu) {
        return cpus.parked(s, cpu) >= 0 || cpus.rc(s, cpu) == Errno.ERESTART;
    }

    private void flush(long[] s, int cpu, Stage next) {
        int local = plan.localFlags();
        flushing.start(s, cpu, local, plan.othersFlags(), plan.targets(), -1, next);
    }

    private void storeRoot(long[] s, int cpu) {
        boolean withheld = FlushFlags.has(events.withheld, FlushFlags.FLUSH_ROOT_PGTBL);
        if (plan.isRootStored() && !withheld) {
            flushLocal.requestRootCopy(s, cpu);
            events.observer.rootStored(s, cpu);
        }
    }

    private void compare(long[] s, int cpu) {
        if (!plan.doesTheSameAs(comparedPlan)) {
            events.observer.decidesDifferently(s, cpu, plan.decision(), comparedPlan.decision());
        }
    }

    /** What Xen knows at its two hooks, read from the state. */
    private final class Facts implements Update, Invocation {
        private final Geometry geometry;
        private long[] s = new long[0];
        private int cpu;
        private long dirtyMask;
        private int level;
        private int table;
        private int slot;
        private long oldEntry;
        private long newEntry;

        Facts(Geometry geometry) {
            this.geometry = geometry;
        }

        void look(long[] state, int current, MmuUpdateRequest request, int tableLevel) {
            s = state;
            cpu = current;
            dirtyMask = MmuUpdate.this.dirtyMask(state, current);
            level = tableLevel;
            table = request.table();
            slot = request.slot();
            oldEntry = entries.lastOld();
            newEntry = entries.read(state, table, slot);
        }

        @Override
        public int cpu() {
            return cpu;
        }

        @Override
        public long dirtyMask() {
            return dirtyMask;
        }

        @Override
        public int level() {
            return level;
        }

        @Override
        public int table() {
            return table;
        }

        @Override
        public int slot() {
            return slot;
        }

        @Override
        public long oldEntry() {
            return oldEntry;
        }

        @Override
        public long newEntry() {
            return newEntry;
        }

        @Override
        public long typeCount() {
            return pages.typeCount(s, table);
        }

        @Override
        public boolean pinned() {
            return pages.pinned(s, table);
        }

        @Override
        public boolean xpti() {
            return machine.hasXpti(cpus.ptOwner(s, cpu));
        }

        @Override
        public boolean pv32() {
            return machine.isPv32(cpus.ptOwner(s, cpu));
        }

        @Override
        public boolean kernelBase() {
            return cpus.kernelBase(s, cpu) == table;
        }

        @Override
        public boolean userBase() {
            return cpus.userBase(s, cpu) == table;
        }

        @Override
        public boolean ownDomain() {
            return pages.owner(s, table) == cpus.domain(s, cpu);
        }

        @Override
        public int mustDo() {
            return level >= 2 ? machine.mustDo : 0;
        }

        @Override
        public boolean reaches(int target) {
            int base = cpus.kernelBase(s, target);
            if (reach != null) {
                return base >= 0 && reach.reaches(base, table);
            }
            return base >= 0 && reaches(base, pages.type(s, base));
        }

        private boolean reaches(int from, int depth) {
            if (from == table) {
                return true;
            }
            if (depth == 1) {
                return false;
            }
            for (int i = 0; i < geometry.slotCount(); i++) {
                long entry = entries.read(s, from, geometry.slotNumber(i));
                boolean down = Pte.isPresent(entry) && pages.isValid(Pte.mfn(entry));
                if (down && reaches(Pte.mfn(entry), depth - 1)) {
                    return true;
                }
            }
            return false;
        }
    }
}
