package shootdown.conformance;

import shootdown.conformance.Expected.After;
import shootdown.conformance.Program.Step;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.XenSlots;
import shootdown.scenario.Answer;
import shootdown.scenario.Condition;
import shootdown.scenario.Expectation;
import shootdown.scenario.Place;
import shootdown.scenario.Section;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the model says about a program, in the words of scenarios: what each call gives back, and
 * the frames that are not as they were.
 *
 * <p>From the first step on for which the model allows several behaviours it is one outcome of
 * several, so it is expected to come out sometimes; all before comes out always.
 */
final class ScenarioExpectations {

    private final Map<Place, List<Answer>> always = new HashMap<>();
    private final List<Expectation> atTheEnd = new ArrayList<>();

    ScenarioExpectations(Arena arena, Trial trial) {
        List<Step> steps = trial.program().steps();
        List<After> after = trial.expected().steps();
        int firstOpen = trial.expected().firstOpen();
        int[] calls = new int[arena.cpus()];
        for (int i = 0; i < steps.size(); i++) {
            Place place = new Place(steps.get(i).cpu(), ++calls[steps.get(i).cpu()], 0);
            boolean sure = i < firstOpen;
            given(steps.get(i).call(), place, after.get(i).answers(), sure);
        }
        if (!after.isEmpty()) {
            pages(trial.expected().start(), after.getLast().pages(), firstOpen == after.size());
        }
    }

    /** What stands behind the calls of a CPU. */
    Map<Place, List<Answer>> answers(int cpu) {
        Map<Place, List<Answer>> own = new HashMap<>(always);
        own.keySet().removeIf(place -> place.cpu() != cpu);
        return own;
    }

    /** What stands behind the programs. */
    List<Section> sections() {
        return atTheEnd.isEmpty()
                ? List.of()
                : List.of(new Section(List.of(), Section.Where.ANYWHERE, "", atTheEnd));
    }

    // What calls give back.

    private void given(Call call, Place place, Expected.Answer by, boolean sure) {
        List<Answer> answers = answers(call, by);
        if (sure) {
            always.put(place, answers);
        } else {
            answers.forEach(
                    answer -> expect(new Condition.Answered(place, answer), /* sure= */ false));
        }
        if (call instanceof Call.Multicall multicall && place.part() == 0) {
            for (int i = 0; i < multicall.calls().size(); i++) {
                Place entry = new Place(place.cpu(), place.call(), i + 1);
                given(multicall.calls().get(i), entry, by.entries().get(i), sure);
            }
        }
    }

    private static List<Answer> answers(Call call, Expected.Answer by) {
        List<Answer> answers = new ArrayList<>();
        switch (by.end()) {
            case NONE -> {}
            case CRASHED -> answers.add(new Answer.Crashes());
            case FAULTED -> answers.add(new Answer.Faults(by.code(), by.errorCode()));
            case RETURNED -> {
                answers.add(new Answer.Code(by.code()));
                if (call instanceof Call.Alone alone) {
                    value(alone.operation(), by.value(), answers);
                }
            }
        }
        if (by.done() >= 0) {
            answers.add(new Answer.Done((int) by.done()));
        }
        return answers;
    }

    private static void value(Operation operation, long value, List<Answer> answers) {
        switch (operation) {
            case Operation.Access access -> {
                if (access.kind() == Operation.AccessKind.READ) {
                    answers.add(new Answer.Reads(value));
                }
            }
            case Operation.GrantAccess g -> {}
            case Operation.Grant g -> answers.add(new Answer.Status((int) value));
            default -> {}
        }
    }

    // The frames.

    private void pages(long[] before, long[] after, boolean sure) {
        for (int frame = 0; frame < Arena.POOL_FRAMES; frame++) {
            int at = frame * PageWords.WORDS;
            for (int word = 0; word < PageWords.WORDS; word++) {
                if (before[at + word] != after[at + word]) {
                    word(frame, word, after[at + word], sure);
                }
            }
        }
    }

    private void word(int frame, int word, long value, boolean sure) {
        switch (word) {
            case PageWords.COUNT ->
                    figure(
                            frame,
                            Condition.Figure.COUNT,
                            (int) (value & PageWords.REFERENCES),
                            sure);
            case PageWords.TYPE -> {
                expect(new Condition.TypeIs(frame, (int) (value >>> PageWords.TYPE_SHIFT)), sure);
                figure(
                        frame,
                        Condition.Figure.TYPE_COUNT,
                        (int) (value & PageWords.TYPE_COUNT),
                        sure);
                mark(frame, Condition.Mark.PINNED, (value & PageWords.PINNED) != 0, sure);
                mark(frame, Condition.Mark.VALIDATED, (value & PageWords.VALIDATED) != 0, sure);
                mark(frame, Condition.Mark.PARTIAL, (value & PageWords.PARTIAL) != 0, sure);
            }
            case PageWords.OWNER -> {
                int owner = value == PageInfo.NO_OWNER ? Condition.NOBODY : (int) value;
                expect(new Condition.OwnerIs(frame, owner), sure);
            }
            case PageWords.LINEAR ->
                    figure(frame, Condition.Figure.LINEAR_COUNT, (int) value, sure);
            default -> {
                int slot = Arena.slot(word - PageWords.SLOTS);
                if (slot < XenSlots.FIRST || slot > XenSlots.LAST) {
                    expect(new Condition.EntryIs(frame, slot, value), sure);
                }
            }
        }
    }

    private void figure(int frame, Condition.Figure what, int value, boolean sure) {
        expect(new Condition.FigureIs(frame, what, value), sure);
    }

    private void mark(int frame, Condition.Mark mark, boolean set, boolean sure) {
        Condition marked = new Condition.IsMarked(frame, mark);
        expect(set ? marked : new Condition.Not(marked), sure);
    }

    private void expect(Condition condition, boolean sure) {
        atTheEnd.add(
                sure ? new Expectation.Always(condition) : new Expectation.Sometimes(condition));
    }
}
