package shootdown.conformance;

import shootdown.conformance.Encoder.Answers;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.PageInfo;
import shootdown.scenario.Answer;
import shootdown.scenario.Backend;
import shootdown.scenario.Condition;
import shootdown.scenario.Observed;
import shootdown.scenario.Place;
import shootdown.scenario.Scenario;
import shootdown.xen.Frames;
import shootdown.xen.PageStates;
import shootdown.xen.Result;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What real Xen did with a scenario. Valid until the instance runs something else. */
final class RealOutcome implements Observed {
    private static final int GENERAL_PROTECTION = 13;

    private final Scenario scenario;
    private final ScenarioProgram order;
    private final RealRun run;
    private final RealFrames frames;
    private final PageStates states = new PageStates();

    RealOutcome(Scenario scenario, ScenarioProgram order, RealRun run, Frames machine) {
        this.scenario = scenario;
        this.order = order;
        this.run = run;
        this.frames = new RealFrames(machine, order.cast());
        states.begin(run.result());
        for (int step = 0; step < run.result().steps(); step++) {
            states.advance(run.result(), step);
        }
    }

    /** What Xen said to a step that prepares the machine; 0 is success. */
    long prepared(int step) {
        return run.result().value(run.encoder().answers(step).step());
    }

    @Override
    public List<Answer> answers(Place place) {
        int step = order.step(place);
        int done = run.program().steps().size();
        if (step >= done) {
            boolean last = step == done && run.crashed() && place.part() == 0;
            return last ? List.of(new Answer.Crashes()) : List.of();
        }
        Answers whole = run.encoder().answers(step);
        Answers at = ScenarioProgram.part(whole, place);
        List<Answer> answers = new ArrayList<>();
        Call call = scenario.call(place).orElseThrow();
        if (place.part() == 0) {
            whole(call, at, answers);
        } else {
            long result = run.result().dataLong(at.result());
            if (result != Encoder.UNWRITTEN) {
                answers.add(new Answer.Code((int) result));
            }
        }
        stored(at, answers);
        return answers;
    }

    private void whole(Call call, Answers at, List<Answer> answers) {
        Result result = run.result();
        int fault = result.fault(at.step());
        boolean instruction =
                call instanceof Call.Alone alone && Encoder.isInstruction(alone.operation());
        if (fault >= 0 && !wasFetched(call, fault)) {
            answers.add(new Answer.Faults(fault, result.errorCode(at.step())));
        } else {
            answers.add(new Answer.Code(instruction ? 0 : (int) result.value(at.step())));
            if (call instanceof Call.Alone alone
                    && alone.operation() instanceof Operation.Access access
                    && access.kind() == Operation.AccessKind.READ) {
                answers.add(new Answer.Reads(frames.toModel(result.value(at.step()))));
            }
        }
    }

    /** A page of zeroes is executed as a general protection fault of its own. */
    private static boolean wasFetched(Call call, int fault) {
        return fault == GENERAL_PROTECTION
                && call instanceof Call.Alone alone
                && alone.operation() instanceof Operation.Access access
                && access.kind() == Operation.AccessKind.EXECUTE;
    }

    private void stored(Answers at, List<Answer> answers) {
        if (at.status() >= 0) {
            answers.add(new Answer.Status(run.result().dataShort(at.status())));
        }
        if (at.done() >= 0 && run.result().dataInt(at.done()) != Encoder.UNWRITTEN) {
            answers.add(new Answer.Done(run.result().dataInt(at.done())));
        }
    }

    // The page state.

    /** Where the frame is in the records. */
    private int record(int mfn) {
        if (!order.cast().isWatched(mfn)) {
            throw new Backend.NotObservable();
        }
        int record = 0;
        for (int frame = 0; frame < mfn; frame++) {
            record += order.cast().isWatched(frame) ? 1 : 0;
        }
        return record;
    }

    /** A frame that nobody else has references to. */
    private int counted(int mfn) {
        return switch (order.cast().role(mfn)) {
            case OWN, OTHERS -> record(mfn);
            case SPECIAL, IO, DENIED, XEN, KERNEL, NONE -> throw new Backend.NotObservable();
        };
    }

    @Override
    public long entry(int mfn, int slot) {
        int index = Arrays.binarySearch(order.cast().slots(), slot);
        return frames.toModel(states.entry(record(mfn), index));
    }

    @Override
    public int type(int mfn) {
        return (int) (states.type(record(mfn)) >>> PageWords.TYPE_SHIFT);
    }

    @Override
    public int typeCount(int mfn) {
        return (int) (states.type(counted(mfn)) & PageWords.TYPE_COUNT);
    }

    @Override
    public int count(int mfn) {
        return (int) (states.count(counted(mfn)) & PageWords.REFERENCES);
    }

    @Override
    public int linearCount(int mfn) {
        return (short) (states.validation(counted(mfn)) >> 16);
    }

    @Override
    public boolean isPinned(int mfn) {
        return (states.type(record(mfn)) & PageWords.PINNED) != 0;
    }

    @Override
    public boolean isValidated(int mfn) {
        return (states.type(record(mfn)) & PageWords.VALIDATED) != 0;
    }

    @Override
    public boolean isPartial(int mfn) {
        return (states.type(record(mfn)) & PageWords.PARTIAL) != 0;
    }

    @Override
    public int owner(int mfn) {
        long owner = states.owner(record(mfn));
        Frames machine = frames.machine();
        if (owner == 0) {
            return Condition.NOBODY;
        }
        if (owner == machine.owner()) {
            return order.cast().own();
        }
        if (owner == machine.foreignOwner()) {
            return order.cast().other();
        }
        return owner == machine.ownerIo() ? DomId.IO : PageInfo.NO_OWNER;
    }

    /** CR3 tells the kernel's; nothing tells the user's. */
    @Override
    public int base(int cpu, boolean user) {
        if (user) {
            throw new Backend.NotObservable();
        }
        long base = run.result().value(run.bases()[cpu]) >>> Pte.PAGE_SHIFT;
        return base == frames.machine().bootL4() ? -1 : (int) frames.frame(base);
    }
}
