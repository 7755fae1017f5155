package shootdown.scenario;

import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

import shootdown.checker.Property;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.PageInfo;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.scenario.grammar.ScenarioParser;
import shootdown.scenario.grammar.ScenarioParser.AnswerContext;
import shootdown.scenario.grammar.ScenarioParser.ConditionContext;
import shootdown.scenario.grammar.ScenarioParser.ExpectationContext;
import shootdown.scenario.grammar.ScenarioParser.SectionContext;
import shootdown.words.Nearest;

import java.util.ArrayList;
import java.util.List;

/** Reads what must come out, and refuses what never can. */
final class ExpectationReader {
    private static final int MOST_INT = Integer.MAX_VALUE;

    private final WordReader words;
    private final Names names;
    private final int cpus;
    private final List<Program> programs;

    ExpectationReader(WordReader words, Names names, int cpus, List<Program> programs) {
        this.words = words;
        this.names = names;
        this.cpus = cpus;
        this.programs = programs;
    }

    Section section(SectionContext c) {
        List<String> policies = c.policyName().stream().map(this::policy).toList();
        Section.Where where = Section.Where.ANYWHERE;
        String version = "";
        if (c.NUMBER().size() == 2) {
            version = c.NUMBER(0).getText() + "." + c.NUMBER(1).getText();
            where = Section.Where.XEN;
        } else if (isOn(c, "model")) {
            where = Section.Where.MODEL;
        } else if (isOn(c, "xen")) {
            where = Section.Where.XEN;
        }
        if (c.expectation().isEmpty()) {
            throw words.at(c, "nothing is expected here");
        }
        return new Section(
                policies, where, version, c.expectation().stream().map(this::expectation).toList());
    }

    private static boolean isOn(SectionContext c, String word) {
        for (int i = 1; i < c.getChildCount(); i++) {
            if (c.getChild(i).getText().equals(word) && c.getChild(i - 1).getText().equals("on")) {
                return true;
            }
        }
        return false;
    }

    /** Users may name policies of their own; a slip in the name of a known one is an error. */
    private String policy(ScenarioParser.PolicyNameContext c) {
        String name = c.getText();
        if (Catalogue.find(name).isEmpty()) {
            List<String> known = Catalogue.entries().stream().map(CatalogueEntry::name).toList();
            if (Nearest.isSlip(name, Nearest.of(name, known))) {
                throw words.unknown(c.getStart(), "policy", known);
            }
        }
        return Catalogue.find(name).map(CatalogueEntry::name).orElse(name);
    }

    private Expectation expectation(ExpectationContext c) {
        return switch (c) {
            case ScenarioParser.AlwaysContext a -> new Expectation.Always(condition(a.condition()));
            case ScenarioParser.SometimesContext s ->
                    new Expectation.Sometimes(condition(s.condition()));
            case ScenarioParser.NeverContext n -> new Expectation.Never(condition(n.condition()));
            case ScenarioParser.KeepsContext k ->
                    new Expectation.Keeps(property(k.NAME().getSymbol()));
            case ScenarioParser.BreaksContext b ->
                    new Expectation.Breaks(property(b.NAME().getSymbol()));
            default -> throw new AssertionError(c);
        };
    }

    private Property property(Token token) {
        List<String> known = new ArrayList<>();
        for (Property property : Property.byDefault()) {
            known.add(property.name());
            known.add(property.title());
        }
        return Property.find(token.getText())
                .filter(property -> !property.isOptional())
                .orElseThrow(() -> words.unknown(token, "property", known));
    }

    private Condition condition(ConditionContext c) {
        return switch (c) {
            case ScenarioParser.NotContext n -> new Condition.Not(condition(n.condition()));
            case ScenarioParser.AndContext a ->
                    new Condition.And(condition(a.condition(0)), condition(a.condition(1)));
            case ScenarioParser.OrContext o ->
                    new Condition.Or(condition(o.condition(0)), condition(o.condition(1)));
            case ScenarioParser.GroupContext g -> condition(g.condition());
            case ScenarioParser.AnsweredContext a -> answered(a);
            case ScenarioParser.EntryNamesContext e ->
                    new Condition.EntryNames(
                            words.frame(e.NAME(), names),
                            words.slot(e.NUMBER()),
                            words.frame(e.place(), names));
            case ScenarioParser.EntryIsContext e ->
                    new Condition.EntryIs(
                            words.frame(e.NAME(), names),
                            words.slot(e.NUMBER()),
                            words.value(e.value(), names));
            case ScenarioParser.TypeIsContext t ->
                    new Condition.TypeIs(words.frame(t.NAME(), names), type(t.frameType()));
            case ScenarioParser.CountIsContext n -> count(n);
            case ScenarioParser.MarkIsContext m ->
                    new Condition.IsMarked(
                            words.frame(m.NAME(), names),
                            switch (m.what.getText()) {
                                case "pinned" -> Condition.Mark.PINNED;
                                case "validated" -> Condition.Mark.VALIDATED;
                                default -> Condition.Mark.PARTIAL;
                            });
            case ScenarioParser.OwnerIsContext o ->
                    new Condition.OwnerIs(
                            words.frame(o.NAME(), names),
                            o.domid() == null ? Condition.NOBODY : words.domid(o.domid(), names));
            case ScenarioParser.BaseIsContext b ->
                    new Condition.BaseIs(
                            words.cpu(b.CPU(), cpus),
                            b.what.getText().equals("user_baseptr"),
                            b.NAME() == null ? -1 : words.frame(b.NAME(), names));
            default -> throw new AssertionError(c);
        };
    }

    private Condition count(ScenarioParser.CountIsContext c) {
        int value = words.signed(c.signed());
        Condition.Figure what =
                switch (c.what.getText()) {
                    case "count" -> Condition.Figure.COUNT;
                    case "type_count" -> Condition.Figure.TYPE_COUNT;
                    default -> Condition.Figure.LINEAR_COUNT;
                };
        if (value < 0 && what != Condition.Figure.LINEAR_COUNT) {
            throw words.at(c.signed(), "this count is never below 0");
        }
        return new Condition.FigureIs(words.frame(c.NAME(), names), what, value);
    }

    private int type(ScenarioParser.FrameTypeContext c) {
        if (c.LEVEL() != null) {
            return words.level(c.LEVEL());
        }
        return switch (c.getText()) {
            case "writable" -> PageInfo.TYPE_WRITABLE;
            case "seg_desc" -> PageInfo.TYPE_SEG_DESC;
            default -> PageInfo.TYPE_NONE;
        };
    }

    private Condition answered(ScenarioParser.AnsweredContext c) {
        int cpu = words.cpu(c.CPU(), cpus);
        int call = words.number(c.NUMBER(0), "a call", MOST_INT);
        int part = c.NUMBER().size() < 2 ? 0 : words.number(c.NUMBER(1), "a call", MOST_INT);
        Place place = new Place(cpu, call, part);
        @Nullable Call found =
                programs.stream()
                        .filter(program -> program.cpu() == cpu)
                        .findFirst()
                        .flatMap(program -> program.call(place))
                        .orElse(null);
        if (found == null || (part == 0 && c.NUMBER().size() > 1)) {
            throw words.at(
                    c,
                    "there is no call %s: the program of cpu%d has %s"
                            .formatted(place, cpu, sizes(cpu)));
        }
        return new Condition.Answered(place, answer(c.answer(), found));
    }

    private List<Call> calls(int cpu) {
        return programs.stream()
                .filter(program -> program.cpu() == cpu)
                .findFirst()
                .map(Program::calls)
                .orElse(List.of());
    }

    private String sizes(int cpu) {
        int n = calls(cpu).size();
        return n == 0 ? "no calls" : n == 1 ? "one call" : n + " calls";
    }

    /** What a call gives back; refused where a call of this kind never gives such a thing. */
    Answer answer(AnswerContext c, Call call) {
        Answer answer = answer(c);
        boolean possible =
                switch (answer) {
                    case Answer.Code code -> true;
                    case Answer.Status status -> isGrant(call);
                    case Answer.Done done -> isBatch(call);
                    case Answer.Reads reads -> isAlone(call, Operation.Access.class) && reads(call);
                    case Answer.Faults faults -> isInstruction(call);
                    case Answer.Crashes crashes -> isInstruction(call);
                };
        if (!possible) {
            throw words.at(c, "a call of this kind never has this result");
        }
        return answer;
    }

    private static boolean isAlone(Call call, Class<?> kind) {
        return call instanceof Call.Alone alone && kind.isInstance(alone.operation());
    }

    private static boolean isGrant(Call call) {
        return isAlone(call, Operation.Grant.class) && !isAlone(call, Operation.GrantAccess.class);
    }

    private static boolean isBatch(Call call) {
        return call instanceof Call.MmuUpdate
                || call instanceof Call.MmuextOp
                || isAlone(call, Operation.MmuUpdateRequest.class)
                || isAlone(call, Operation.Mmuext.class);
    }

    private static boolean isInstruction(Call call) {
        return isAlone(call, Operation.Instruction.class);
    }

    private static boolean reads(Call call) {
        return call instanceof Call.Alone alone
                && alone.operation() instanceof Operation.Access access
                && access.kind() == Operation.AccessKind.READ;
    }

    private Answer answer(AnswerContext c) {
        return switch (c) {
            case ScenarioParser.CodeIsContext code -> new Answer.Code(code(code.code()));
            case ScenarioParser.StatusContext s -> new Answer.Status(words.signed(s.signed()));
            case ScenarioParser.DoneContext d ->
                    new Answer.Done(words.number(d.NUMBER(), "a count", MOST_INT));
            case ScenarioParser.ReadsContext r -> new Answer.Reads(words.value(r.value(), names));
            case ScenarioParser.FaultsContext f -> faults(f);
            case ScenarioParser.CrashesContext x -> new Answer.Crashes();
            default -> throw new AssertionError(c);
        };
    }

    private int code(ScenarioParser.CodeContext c) {
        if (c.ERRNO() != null) {
            String name = c.ERRNO().getText().substring(1);
            Integer number = Names.ERRORS.get(name);
            if (number == null) {
                List<String> known =
                        Names.ERRORS.keySet().stream().map(error -> "-" + error).toList();
                throw words.unknown(c.getStart(), "error", known);
            }
            return -number;
        }
        int number = words.number(c.NUMBER(), "a code", MOST_INT);
        return c.getChildCount() > 1 ? -number : number;
    }

    private Answer faults(ScenarioParser.FaultsContext c) {
        int vector = words.word(c.NAME().getSymbol(), "exception", Names.VECTORS);
        int code = c.NUMBER() == null ? 0 : words.number(c.NUMBER(), "an error code", 0xFFFF);
        for (ParserRuleContext bit : c.faultBit()) {
            if (vector != Names.VECTORS.getOrDefault("PF", 0)) {
                throw words.at(bit, "only a page fault has such an error code");
            }
            code |= 1 << Names.FAULT_BITS.indexOf(bit.getText());
        }
        return new Answer.Faults(vector, code);
    }
}
