package shootdown.scenario;

import shootdown.checker.Property;
import shootdown.hypervisor.PageInfo;

import java.util.Locale;

/** Writes expectations, conditions and answers. */
final class ExpectationPrinter {
    private final Names names;

    ExpectationPrinter(Names names) {
        this.names = names;
    }

    String expectation(Expectation expectation) {
        return switch (expectation) {
            case Expectation.Always a -> "always " + condition(a.condition());
            case Expectation.Sometimes s -> "sometimes " + condition(s.condition());
            case Expectation.Never n -> "never " + condition(n.condition());
            case Expectation.Keeps k -> "keeps " + id(k.property());
            case Expectation.Breaks b -> "breaks " + id(b.property());
        };
    }

    private static String id(Property property) {
        return property.name();
    }

    String condition(Condition condition) {
        return switch (condition) {
            case Condition.And a ->
                    operand(a.left(), 2, false) + " and " + operand(a.right(), 2, true);
            case Condition.Or o ->
                    operand(o.left(), 1, false) + " or " + operand(o.right(), 1, true);
            case Condition.Not n -> "not " + operand(n.condition(), 3, false);
            case Condition.Answered a -> a.place() + " " + answer(a.answer());
            case Condition.EntryNames e ->
                    entry(e.table(), e.slot()) + " -> " + names.frame(e.mfn());
            case Condition.EntryIs e ->
                    entry(e.table(), e.slot()) + " = " + EntryText.text(e.value(), names);
            case Condition.TypeIs t -> names.frame(t.mfn()) + " type " + type(t.type());
            case Condition.FigureIs n ->
                    "%s %s %d".formatted(names.frame(n.mfn()), lower(n.what()), n.value());
            case Condition.IsMarked m -> names.frame(m.mfn()) + " " + lower(m.mark());
            case Condition.OwnerIs o ->
                    names.frame(o.mfn())
                            + " owner "
                            + (o.domid() == Condition.NOBODY ? "nobody" : names.domain(o.domid()));
            case Condition.BaseIs b ->
                    "cpu%d %s %s"
                            .formatted(
                                    b.cpu(),
                                    b.user() ? "user_baseptr" : "baseptr",
                                    b.mfn() < 0 ? "none" : names.frame(b.mfn()));
        };
    }

    private String entry(int table, int slot) {
        return names.frame(table) + "[" + slot + "]";
    }

    /** In brackets if it binds less than what is around it, or as much and stands to the right. */
    private String operand(Condition condition, int around, boolean right) {
        int binds =
                switch (condition) {
                    case Condition.Or o -> 1;
                    case Condition.And a -> 2;
                    default -> 3;
                };
        String text = condition(condition);
        return binds < around || (right && binds == around && binds < 3) ? "(" + text + ")" : text;
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    static String type(int type) {
        return switch (type) {
            case PageInfo.TYPE_NONE -> "none";
            case PageInfo.TYPE_WRITABLE -> "writable";
            case PageInfo.TYPE_SEG_DESC -> "seg_desc";
            default -> "l" + type;
        };
    }

    String answer(Answer answer) {
        return switch (answer) {
            case Answer.Code c -> "returns " + Names.code(c.rc());
            case Answer.Status s -> "status " + s.status();
            case Answer.Done d -> "done " + d.count();
            case Answer.Reads r -> "reads " + EntryText.text(r.value(), names);
            case Answer.Faults f -> faults(f.vector(), f.code());
            case Answer.Crashes c -> "crashes";
        };
    }

    static String faults(int vector, int code) {
        String name = Names.key(Names.VECTORS, vector).orElseGet(() -> "vector" + vector);
        boolean bits = name.equals("PF") && code != 0 && code < 1 << Names.FAULT_BITS.size();
        if (!bits) {
            return "faults %s(%s)"
                    .formatted(name, code == 0 ? "" : "0x" + Integer.toHexString(code));
        }
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < Names.FAULT_BITS.size(); bit++) {
            if ((code >>> bit & 1) != 0) {
                text.append(text.isEmpty() ? "" : " ").append(Names.FAULT_BITS.get(bit));
            }
        }
        return "faults %s(%s)".formatted(name, text);
    }
}
