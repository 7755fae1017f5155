package shootdown.hypervisor;

import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;

/**
 * A question that a policy was asked, with all that it could see, and what came of the answer: as
 * values, so that another policy can be asked the same.
 *
 * @param question what the policy saw
 * @param before the accumulator that it was given
 * @param after the accumulator that it returned; 0 at the end of an invocation
 * @param local flags of the local flush
 * @param others flags of the flush of other CPUs
 * @param targets these CPUs
 * @param rootStored whether it stored to {@code root_pgt_changed}
 */
record Decision(
        Question question,
        int before,
        int after,
        int local,
        int others,
        long targets,
        boolean rootStored) {

    /**
     * What Xen knows at one of its two hooks: an update, or (with 0 for what is the update's) the
     * end of an invocation.
     */
    record Question(
            boolean atEnd,
            int cpu,
            long dirtyMask,
            int level,
            int table,
            int slot,
            long oldEntry,
            long newEntry,
            long typeCount,
            boolean pinned,
            boolean xpti,
            boolean pv32,
            boolean kernelBase,
            boolean userBase,
            boolean ownDomain,
            int mustDo)
            implements Update, Invocation {

        static Question ofUpdate(int cpu, Update update) {
            return new Question(
                    false,
                    cpu,
                    update.dirtyMask(),
                    update.level(),
                    update.table(),
                    update.slot(),
                    update.oldEntry(),
                    update.newEntry(),
                    update.typeCount(),
                    update.pinned(),
                    update.xpti(),
                    update.pv32(),
                    update.kernelBase(),
                    update.userBase(),
                    update.ownDomain(),
                    update.mustDo());
        }

        static Question ofEnd(Invocation end) {
            return new Question(
                    true,
                    end.cpu(),
                    end.dirtyMask(),
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    false,
                    false,
                    false,
                    false,
                    false,
                    false,
                    0);
        }

        /** Not noted: a walk for each question would cost more than the searches that it saves. */
        @Override
        public boolean reaches(int target) {
            throw new UnsupportedOperationException(
                    "only policies that are not ideal are recorded");
        }
    }

    static Decision of(Question question, int before, int after, FlushPlan plan) {
        return new Decision(
                question,
                before,
                after,
                plan.localFlags(),
                plan.othersFlags(),
                plan.targets(),
                plan.isRootStored());
    }

    /** What a policy decides that is asked the same with this accumulator. */
    Decision by(Policy policy, int accumulator) {
        FlushPlan plan = new FlushPlan();
        plan.begin(question.cpu, question.dirtyMask);
        int returned = 0;
        if (question.atEnd) {
            policy.finished(question, plan, accumulator);
        } else {
            returned = policy.updated(question, plan, accumulator);
        }
        return of(question, accumulator, returned, plan);
    }

    /** Whether all but the local flush and the accumulator is the same. */
    boolean reachesAs(Decision other) {
        return others == other.others && targets == other.targets && rootStored == other.rootStored;
    }
}
