package shootdown.scenario;

import shootdown.hypervisor.Call;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.Results;

import java.util.ArrayList;
import java.util.List;

/** An end state of the model, seen as an outcome. */
final class ModelOutcome implements Observed {
    private final Scenario scenario;
    private final Hypervisor xen;
    private final long[] s;

    ModelOutcome(Scenario scenario, Hypervisor xen, long[] s) {
        this.scenario = scenario;
        this.xen = xen;
        this.s = s;
    }

    @Override
    public List<Answer> answers(Place place) {
        Call call = scenario.call(place).orElseThrow();
        int number = scenario.number(place);
        Results results = xen.results();
        List<Answer> answers = new ArrayList<>();
        switch (results.outcome(s, place.cpu(), number)) {
            case NONE -> {}
            case CRASHED -> answers.add(new Answer.Crashes());
            case FAULTED ->
                    answers.add(
                            new Answer.Faults(
                                    results.vector(s, place.cpu(), number),
                                    results.errorCode(s, place.cpu(), number)));
            case RETURNED -> {
                answers.add(new Answer.Code(results.rc(s, place.cpu(), number)));
                addValue(call, results.value(s, place.cpu(), number), answers);
            }
        }
        long done = results.done(s, place.cpu(), number);
        if (done >= 0) {
            answers.add(new Answer.Done((int) done));
        }
        return answers;
    }

    private static void addValue(Call call, long value, List<Answer> answers) {
        if (call instanceof Call.Alone alone) {
            switch (alone.operation()) {
                case Operation.Access a -> answers.add(new Answer.Reads(value));
                case Operation.Grant g -> answers.add(new Answer.Status((int) value));
                default -> {}
            }
        }
    }

    @Override
    public long entry(int mfn, int slot) {
        return xen.layout().geometry().read(s, mfn, slot);
    }

    @Override
    public int type(int mfn) {
        return xen.pages().type(s, mfn);
    }

    @Override
    public int typeCount(int mfn) {
        return (int) xen.pages().typeCount(s, mfn);
    }

    @Override
    public int count(int mfn) {
        return (int) xen.pages().refs(s, mfn);
    }

    @Override
    public int linearCount(int mfn) {
        return xen.pages().linearCount(s, mfn);
    }

    @Override
    public boolean isPinned(int mfn) {
        return xen.pages().pinned(s, mfn);
    }

    @Override
    public boolean isValidated(int mfn) {
        return xen.pages().validated(s, mfn);
    }

    @Override
    public boolean isPartial(int mfn) {
        return xen.pages().partial(s, mfn);
    }

    @Override
    public int owner(int mfn) {
        int owner = xen.pages().owner(s, mfn);
        return owner == PageInfo.NO_OWNER ? Condition.NOBODY : owner;
    }

    @Override
    public int base(int cpu, boolean user) {
        return user ? xen.cpus().userBase(s, cpu) : xen.cpus().kernelBase(s, cpu);
    }
}
