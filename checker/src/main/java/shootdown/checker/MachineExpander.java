package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.engine.Parts;
import shootdown.engine.Successors;
import shootdown.hardware.ExplicitCaches;
import shootdown.hypervisor.Interrupt;
import shootdown.hypervisor.Stage;

/** What one worker does: judges states, and takes every step, fused where nobody can tell. */
final class MachineExpander extends StepExpander {
    private final MachineSystem system;
    private final PropertyChecks checks;
    private final StepObserver observer;
    private final int[] nextActions;
    private final @Nullable Goal goal;
    private final long[] all;

    /** Whether steps leave the caches alone of CPUs at which they have not looked. */
    private boolean alone;

    /** The CPUs whose caches were left alone by the last step. */
    private long behind;

    /** The interrupt that the last step has left to be handled. */
    private @Nullable Interrupt interrupt;

    MachineExpander(MachineSystem system) {
        super(system, system.hasParts() ? system.telling() : system.hypervisor());
        this.system = system;
        this.checks = new PropertyChecks(xen);
        this.observer = new StepObserver(xen, checks, system.isStrict());
        this.nextActions = new int[xen.actionCount()];
        @Nullable Goal sought = system.goal();
        this.all = new long[system.counters()];
        this.goal = sought == null ? null : sought.on(xen);
    }

    @Override
    public long check(long[] state) {
        long violations = checks.violations(state);
        return violations | goal(state, violations);
    }

    private long goal(long[] state, long violations) {
        boolean reached =
                goal != null
                        && (!goal.onlyAtEnds() || isEnd(state))
                        && goal.isReached(xen, state, Property.in(violations));
        return reached ? MachineSystem.GOAL_BIT : 0;
    }

    private boolean isEnd(long[] state) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (xen.actions(state, cpu, actions) > 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void expand(long[] state, Successors out) {
        super.expand(state, out);
        if (system.caches() instanceof ExplicitCaches explicit) {
            expandCaches(state, explicit, out);
        }
    }

    @Override
    void step(long[] state, int cpu, int action, Successors out) {
        System.arraycopy(state, 0, next, 0, state.length);
        int took = answer;
        int number = steps.number(cpu, action, took);
        if (action == xen.endBatch()) {
            observer.count(Activity.END_BATCH);
        }
        if (alone) {
            behind = xen.performAlone(next, cpu, action, this, observer);
            interrupt = xen.unhandled();
        } else {
            xen.perform(next, cpu, action, this, observer);
        }
        int asked = answers;
        long violations = observer.takeViolations();
        if (system.isFused()) {
            violations |= goOn(cpu);
        }
        if (violations != 0 && goal != null && goal.mindsSteps()) {
            violations |= goal(next, violations | checks.violations(next));
        }
        answer = took;
        answers = asked;
        out.add(next, number, violations);
    }

    /** The caches of a CPU follow what has changed in memory. */
    void follow(long[] state, int cpu) {
        interrupt = null;
        behind = 0;
        xen.follow(state, cpu);
    }

    /** A CPU handles an interrupt; returns the properties that this breaks. */
    long handle(long[] state, Interrupt asked) {
        interrupt = null;
        answer = 0;
        answers = 1;
        behind = xen.handle(state, asked, this, observer);
        requireOneAnswer();
        return observer.takeViolations();
    }

    /** A CPU goes on after an interrupt; returns the properties that this breaks. */
    long advance(long[] state, int cpu) {
        interrupt = null;
        answer = 0;
        answers = 1;
        behind = xen.advance(state, cpu, this, observer);
        requireOneAnswer();
        return observer.takeViolations();
    }

    /**
     * Goes on with the call while nobody can tell. Alone on the machine, a call runs to its end;
     * beside others, the edit of a locked L1 table follows its lock at once, as nobody can act on
     * that table in between. What may read through the linear map is a step of its own, as the read
     * has several results. Properties are judged at every state that is passed.
     */
    private long goOn(int cpu) {
        long violations = 0;
        while (isPrivate(cpu) && xen.actions(next, cpu, nextActions) == 1) {
            violations |= checks.violations(next);
            answer = 0;
            answers = 1;
            xen.perform(next, cpu, nextActions[0], this, observer);
            requireOneAnswer();
            violations |= observer.takeViolations();
        }
        return violations;
    }

    /** What is not taken again for each answer must have one only. */
    private void requireOneAnswer() {
        if (answers != 1) {
            throw new IllegalStateException("the rest of a step has " + answers + " results");
        }
    }

    private boolean isPrivate(int cpu) {
        Stage stage = xen.cpus().stage(next, cpu);
        if (cpus > 1) {
            return stage == Stage.UVM_MODIFY || stage == Stage.PTWR_MODIFY;
        }
        return stage != Stage.IDLE
                && stage != Stage.GUEST
                && stage != Stage.USER
                && stage != Stage.FAULT_READ
                && stage != Stage.GRANT_FIND
                && stage != Stage.GRANT_ENTRY
                && stage != Stage.BATCH;
    }

    @Override
    public Parts parts() {
        return new MachineParts(xen, this, checks, system.interrupts());
    }

    /**
     * Takes every step of one CPU, and leaves the caches of others alone where a step has not
     * looked at them.
     */
    void expandAlone(long[] state, int cpu, Successors out) {
        alone = true;
        expand(state, cpu, out);
        alone = false;
    }

    /** The CPUs whose caches the last step alone has left behind, bit for bit. */
    long behind() {
        return behind;
    }

    /** The interrupt that the last step alone has left to be handled, or null. */
    @Nullable Interrupt interrupt() {
        return interrupt;
    }

    private void expandCaches(long[] state, ExplicitCaches explicit, Successors out) {
        for (int c = 0; c < cpus; c++) {
            int cpu = c;
            explicit.forEachFill(
                    state,
                    cpu,
                    member -> {
                        System.arraycopy(state, 0, next, 0, state.length);
                        explicit.fill(next, cpu, member);
                        observer.count(Activity.FILL);
                        out.add(next, steps.cacheStep(cpu, member, true), 0);
                    });
            explicit.forEachEviction(
                    state,
                    cpu,
                    member -> {
                        System.arraycopy(state, 0, next, 0, state.length);
                        explicit.evict(next, cpu, member);
                        observer.count(Activity.EVICTION);
                        out.add(next, steps.cacheStep(cpu, member, false), 0);
                    });
        }
    }

    @Override
    public long[] counters() {
        long[] atStake = checks.atStake();
        long[] counts = observer.counts();
        System.arraycopy(atStake, 0, all, 0, atStake.length);
        System.arraycopy(counts, 0, all, atStake.length, counts.length);
        return all;
    }
}
