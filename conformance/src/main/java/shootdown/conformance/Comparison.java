package shootdown.conformance;

import org.jspecify.annotations.Nullable;

import shootdown.conformance.Encoder.Answers;
import shootdown.conformance.Expected.After;
import shootdown.conformance.Expected.Answer;
import shootdown.conformance.Expected.End;
import shootdown.conformance.Program.Step;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.PageInfo;
import shootdown.xen.PageStates;
import shootdown.xen.Result;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Compares what the model says with what real Xen did, step by step.
 *
 * <p>One for each domain of each machine; not thread-safe.
 */
final class Comparison {
    private static final long STATE = 3L << 58;
    private static final long STATE_FREE = 3L << 58;

    /** References that one program has ever been seen to lose of a frame. */
    private static final int MOST_LOST = 3;

    private static final int GENERAL_PROTECTION = 13;
    private static final int PAGE_FAULT = 14;
    private static final int NO_OWNER_IN_MODEL = PageInfo.NO_OWNER;

    private final Arena arena;
    private final RealFrames frames;
    private final PageStates real = new PageStates();

    /** What real counts have in addition to the model's, of frames that are not the pool's. */
    private final long[] moreReferences = new long[Arena.FRAMES];

    private final long[] moreTypes = new long[Arena.FRAMES];

    /** What the boot tables held at first; the model has nothing of it but the agent's slot. */
    private final long[] firstEntries = new long[Arena.WATCHED * PageWords.WORDS];

    /** The same in the model. */
    private long[] start = new long[PageWords.LENGTH];

    /** The model's pages before the step, which did not differ. */
    private long[] before = new long[PageWords.LENGTH];

    /** Whether the program has been where Xen loses a table half validated. */
    private boolean hasLost;

    /** Words that may differ now. */
    private final BitSet look = new BitSet(PageWords.LENGTH);

    Comparison(Arena arena, RealFrames frames) {
        this.arena = arena;
        this.frames = frames;
    }

    /** Goes to the beginning of a result. */
    @Nullable Difference begin(Result result, long[] first) {
        real.begin(result);
        start = first;
        before = first;
        hasLost = false;
        for (int frame = 0; frame < Arena.WATCHED; frame++) {
            boolean pool = Arena.role(frame) == Arena.Role.POOL;
            int at = frame * PageWords.WORDS;
            long count = real.count(frame) & PageWords.COUNT_MASK;
            moreReferences[frame] = pool ? 0 : count - start[at + PageWords.COUNT];
            long type = real.type(frame) & PageWords.TYPE_MASK;
            moreTypes[frame] = pool ? 0 : type - start[at + PageWords.TYPE];
            for (int slot = 0; slot < Arena.SLOT_COUNT; slot++) {
                firstEntries[at + PageWords.SLOTS + slot] = real.entry(frame, slot);
            }
        }
        look.set(0, PageWords.LENGTH);
        return pages(-1, first);
    }

    /** This is what the step did. */
    void settle(After after) {
        before = after.pages();
        hasLost |= after.loses();
    }

    /** Goes on to the next step. */
    void advance(Answers at, Result result) {
        real.advance(result, at.step());
    }

    /** What differs after the step that was gone to, if the model is right about it. */
    @Nullable Difference check(int index, Step step, After expected, Answers at, Result result) {
        Difference inAnswer = answer(index, step.call(), expected, at, result);
        if (inAnswer != null) {
            // Of a call that does several things the later ones may stumble over what was lost.
            return hasHalfValidated(expected)
                    ? inAnswer.as(Difference.Kind.HALF_VALIDATED)
                    : inAnswer;
        }
        lookAtChanges(expected.pages(), result);
        Difference inPages = pages(index, expected.pages());
        return inPages == null ? null : inPages.as(kind(expected));
    }

    /** What a difference of the pages comes from. */
    private Difference.Kind kind(After expected) {
        if (hasHalfValidated(expected)) {
            return Difference.Kind.HALF_VALIDATED;
        }
        return hasLostReferences(expected.pages())
                ? Difference.Kind.LOST_REFERENCE
                : Difference.Kind.DIFFERENCE;
    }

    /** Whether a table that Xen has lost is half validated. */
    private boolean hasHalfValidated(After expected) {
        boolean half = false;
        for (int frame = 0; frame < Arena.POOL_FRAMES; frame++) {
            int type = frame * PageWords.WORDS + PageWords.TYPE;
            half |= (real.type(frame) & ~expected.pages()[type] & PageWords.PARTIAL) != 0;
        }
        return half && (hasLost || expected.loses());
    }

    /** Whether real Xen has a few references more than the model, and all else is the same. */
    private boolean hasLostReferences(long[] model) {
        boolean lost = false;
        for (int at = nextDifferent(0, model); at >= 0; at = nextDifferent(at + 1, model)) {
            int frame = at / PageWords.WORDS;
            int word = at % PageWords.WORDS;
            if (frame >= Arena.POOL_FRAMES || !isMore(word, model[at], realWord(frame, word))) {
                return false;
            }
            lost |= word == PageWords.COUNT;
        }
        return lost;
    }

    private static boolean isMore(int word, long model, long real) {
        long more =
                switch (word) {
                    case PageWords.COUNT -> real - model;
                    case PageWords.TYPE ->
                            (real & PageWords.TYPE_COUNT) - (model & PageWords.TYPE_COUNT);
                    default -> 0;
                };
        return more > 0 && more <= MOST_LOST;
    }

    // The page state.

    /** The first difference among the words that were to be looked at. */
    private @Nullable Difference pages(int step, long[] model) {
        int at = nextDifferent(0, model);
        if (at < 0) {
            return null;
        }
        int frame = at / PageWords.WORDS;
        int word = at % PageWords.WORDS;
        String what = "frame %d, %s".formatted(frame, PageWords.name(word));
        return new Difference(step, what, hex(model[at]), hex(realWord(frame, word)));
    }

    /** The next word from {@code from} on that differs and matters, or -1. */
    private int nextDifferent(int from, long[] model) {
        for (int at = look.nextSetBit(from); at >= 0; at = look.nextSetBit(at + 1)) {
            int frame = at / PageWords.WORDS;
            int word = at % PageWords.WORDS;
            if (matters(frame, word, model) && !same(frame, word, model[at])) {
                return at;
            }
        }
        return -1;
    }

    /** Of a frame that has been freed only that it is nobody's matters. */
    private static boolean matters(int frame, int word, long[] model) {
        boolean free =
                model[frame * PageWords.WORDS + PageWords.COUNT] == 0 && Arena.mayBeFreed(frame);
        return !free || word == PageWords.OWNER;
    }

    /** Whatever neither of the two has changed is as it was, and was compared then. */
    private void lookAtChanges(long[] after, Result result) {
        look.clear();
        real.changed(result, PageWords.WORDS, look::set);
        int at = 0;
        while (true) {
            int next = Arrays.mismatch(before, at, before.length, after, at, after.length);
            if (next < 0) {
                return;
            }
            look.set(at + next);
            at += next + 1;
        }
    }

    private boolean same(int frame, int word, long model) {
        if (word >= PageWords.SLOTS) {
            return !Arena.isPlain(frame)
                    || isAsAtFirst(frame, word, model)
                    || real.entry(frame, word - PageWords.SLOTS) == model
                    || PageWords.sameEntry(
                            Arena.slot(word - PageWords.SLOTS), model, realWord(frame, word));
        }
        return realWord(frame, word) == model;
    }

    private boolean isAsAtFirst(int frame, int word, long model) {
        int at = frame * PageWords.WORDS + word;
        return Arena.isBoot(frame)
                && model == start[at]
                && real.entry(frame, word - PageWords.SLOTS) == firstEntries[at];
    }

    private long realWord(int frame, int word) {
        return switch (word) {
            case PageWords.COUNT ->
                    (real.count(frame) & PageWords.COUNT_MASK) - moreReferences[frame];
            case PageWords.TYPE -> (real.type(frame) & PageWords.TYPE_MASK) - moreTypes[frame];
            case PageWords.OWNER -> owner(frame);
            case PageWords.LINEAR -> (short) (real.validation(frame) >> 16);
            default -> frames.toModel(real.entry(frame, word - PageWords.SLOTS));
        };
    }

    private long owner(int frame) {
        long owner = real.owner(frame);
        boolean free = (real.count(frame) & STATE) == STATE_FREE; // the word means something else
        if (owner == 0 || free) {
            return NO_OWNER_IN_MODEL;
        }
        if (owner == frames.machine().owner()) {
            return arena.domain().id();
        }
        if (owner == frames.machine().foreignOwner()) {
            return arena.domain().other();
        }
        return owner == frames.machine().ownerIo() ? DomId.IO : owner;
    }

    // What the guest sees of the call.

    private @Nullable Difference answer(
            int step, Call call, After expected, Answers at, Result result) {
        Answer model = expected.answers();
        int fault = result.fault(at.step());
        if (model.end() == End.RETURNED && Exclusions.isExecution(call)) {
            // What is executed is zero bytes, which end in a #GP.
            return fault == GENERAL_PROTECTION
                    ? null
                    : new Difference(step, "executed", "yes", faultText(fault, at, result));
        }
        if (model.end() == End.FAULTED) {
            return fault(step, call, model, at, result, fault);
        }
        if (fault >= 0) {
            return new Difference(step, "fault", "none", faultText(fault, at, result));
        }
        if (model.end() != End.RETURNED) {
            return new Difference(step, "end", model.end().toString(), "RETURNED");
        }
        if (call instanceof Call.Alone alone && !isHypercall(alone.operation())) {
            return expected.accessed() < 0 || Arena.isPlain(expected.accessed())
                    ? read(step, alone.operation(), model, result.value(at.step()))
                    : null;
        }
        if (result.value(at.step()) != model.code()) {
            return new Difference(step, "result", "" + model.code(), "" + result.value(at.step()));
        }
        return memory(step, call, model, at, result);
    }

    private @Nullable Difference fault(
            int step, Call call, Answer model, Answers at, Result result, int fault) {
        boolean same =
                fault == model.code()
                        && result.errorCode(at.step()) == model.errorCode()
                        && result.faultAddress(at.step()) == address(call, model);
        if (same) {
            return null;
        }
        String expected = faultText(model.code(), model.errorCode(), address(call, model));
        return new Difference(step, "fault", expected, faultText(fault, at, result));
    }

    private static String faultText(int fault, Answers at, Result result) {
        return fault < 0
                ? "none, value " + hex(result.value(at.step()))
                : faultText(fault, result.errorCode(at.step()), result.faultAddress(at.step()));
    }

    private static String faultText(int vector, int errorCode, long address) {
        return "vector %d, error code %d, address %x".formatted(vector, errorCode, address);
    }

    /** The address of a page fault; the M2P's pages are elsewhere on real Xen. */
    private long address(Call call, Answer model) {
        if (model.code() == PAGE_FAULT
                && call instanceof Call.Alone alone
                && alone.operation() instanceof Operation.Access access) {
            return frames.address(access);
        }
        return model.value();
    }

    private static boolean isHypercall(Operation operation) {
        return !(operation instanceof Operation.Instruction
                || operation instanceof Operation.GrantAccess);
    }

    private @Nullable Difference read(int step, Operation operation, Answer model, long value) {
        if (!(operation instanceof Operation.Access access)
                || access.kind() != Operation.AccessKind.READ) {
            return null;
        }
        long found = frames.toModel(value);
        return value == model.value() || PageWords.sameEntry(access.slot(), model.value(), found)
                ? null
                : new Difference(step, "value read", hex(model.value()), hex(found));
    }

    /** What the call has stored in the guest's memory: done, status, results of entries. */
    private @Nullable Difference memory(
            int step, Call call, Answer model, Answers at, Result result) {
        if (at.done() >= 0) {
            int before = before(call);
            long expected = model.done() < 0 ? before : model.done();
            if (result.dataInt(at.done()) != expected) {
                return new Difference(step, "done", "" + expected, "" + result.dataInt(at.done()));
            }
        }
        if (at.status() >= 0) {
            long expected = model.end() == End.NONE ? Encoder.NO_STATUS : model.value();
            if (result.dataShort(at.status()) != expected) {
                return new Difference(
                        step, "status", "" + expected, "" + result.dataShort(at.status()));
            }
        }
        for (int i = 0; i < at.entries().size(); i++) {
            Difference inEntry =
                    entry(
                            step,
                            i,
                            ((Call.Multicall) call).calls().get(i),
                            model.entries().get(i),
                            at.entries().get(i),
                            result);
            if (inEntry != null) {
                return inEntry;
            }
        }
        return null;
    }

    private @Nullable Difference entry(
            int step, int i, Call call, Answer model, Answers at, Result result) {
        long expected = model.end() == End.NONE ? Encoder.UNWRITTEN : model.code();
        long found = result.dataLong(at.result());
        if (found != expected) {
            return new Difference(step, "result of entry " + i, "" + expected, "" + found);
        }
        return memory(step, call, model, at, result);
    }

    private static int before(Call call) {
        int continued =
                switch (call) {
                    case Call.MmuUpdate u -> u.arguments().continued();
                    case Call.MmuextOp m -> m.arguments().continued();
                    case Call.Alone a -> -1;
                    case Call.Multicall m -> -1;
                    case Call.Unknown u -> -1;
                };
        return continued >= 0 ? continued : Encoder.UNWRITTEN;
    }

    private static String hex(long value) {
        return Pte.isPresent(value) && (value & Pte.MFN_MASK) != 0
                ? "0x%x (frame %d)".formatted(value, Pte.mfn(value))
                : "0x%x".formatted(value);
    }
}
