package shootdown.scenario;

import shootdown.hardware.Pte;

/** Whether conditions are true of outcomes. */
final class Conditions {
    private static final long USED = Pte.ACCESSED | Pte.DIRTY;

    private Conditions() {}

    static boolean holds(Condition condition, Observed outcome) {
        return switch (condition) {
            case Condition.And a -> holds(a.left(), outcome) && holds(a.right(), outcome);
            case Condition.Or o -> holds(o.left(), outcome) || holds(o.right(), outcome);
            case Condition.Not n -> !holds(n.condition(), outcome);
            case Condition.Answered a ->
                    outcome.answers(a.place()).stream().anyMatch(given -> same(given, a.answer()));
            case Condition.EntryNames e -> {
                long entry = outcome.entry(e.table(), e.slot());
                yield Pte.isPresent(entry) && Pte.mfn(entry) == e.mfn();
            }
            case Condition.EntryIs e -> same(outcome.entry(e.table(), e.slot()), e.value());
            case Condition.TypeIs t -> outcome.type(t.mfn()) == t.type();
            case Condition.FigureIs f ->
                    f.value()
                            == (switch (f.what()) {
                                case COUNT -> outcome.count(f.mfn());
                                case TYPE_COUNT -> outcome.typeCount(f.mfn());
                                case LINEAR_COUNT -> outcome.linearCount(f.mfn());
                            });
            case Condition.IsMarked m ->
                    switch (m.mark()) {
                        case PINNED -> outcome.isPinned(m.mfn());
                        case VALIDATED -> outcome.isValidated(m.mfn());
                        case PARTIAL -> outcome.isPartial(m.mfn());
                    };
            case Condition.OwnerIs o -> outcome.owner(o.mfn()) == o.domid();
            case Condition.BaseIs b -> outcome.base(b.cpu(), b.user()) == b.mfn();
        };
    }

    private static boolean same(Answer given, Answer wanted) {
        if (given instanceof Answer.Reads is && wanted instanceof Answer.Reads should) {
            return same(is.value(), should.value());
        }
        return given.equals(wanted);
    }

    /** Present entries may differ in A and D: the hardware sets these when it likes. */
    private static boolean same(long is, long should) {
        boolean entries = Pte.isPresent(is) && Pte.isPresent(should);
        return ((is ^ should) & (entries ? ~USED : -1L)) == 0;
    }
}
