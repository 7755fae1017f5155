package shootdown.scenario;

import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

import shootdown.hypervisor.Call;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.AccessKind;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Mmuext;
import shootdown.hypervisor.Operation.Scope;
import shootdown.scenario.grammar.ScenarioParser;
import shootdown.scenario.grammar.ScenarioParser.ArgumentContext;
import shootdown.scenario.grammar.ScenarioParser.CallContext;
import shootdown.scenario.grammar.ScenarioParser.DomidContext;
import shootdown.scenario.grammar.ScenarioParser.MmuextContext;
import shootdown.scenario.grammar.ScenarioParser.PlaceContext;
import shootdown.scenario.grammar.ScenarioParser.RequestContext;
import shootdown.scenario.grammar.ScenarioParser.ScopeContext;
import shootdown.scenario.grammar.ScenarioParser.SingleContext;
import shootdown.scenario.grammar.ScenarioParser.StepContext;

import java.util.ArrayList;
import java.util.List;

/** Reads calls and operations. */
final class CallReader {
    private static final int MOST_INT = Integer.MAX_VALUE;

    private final WordReader words;
    private final Names names;

    CallReader(WordReader words, Names names) {
        this.words = words;
        this.names = names;
    }

    Call call(CallContext c) {
        return switch (c) {
            case ScenarioParser.AloneContext a -> new Call.Alone(ofProgram(a.single()));
            case ScenarioParser.MmuUpdateBatchContext b ->
                    new Call.MmuUpdate(
                            b.request().stream().map(this::request).toList(),
                            foreigndom(b.foreign()),
                            arguments(b.argument()));
            case ScenarioParser.MmuextBatchContext b ->
                    new Call.MmuextOp(
                            b.mmuext().stream().map(this::mmuext).toList(),
                            domid(b.domid()),
                            arguments(b.argument()));
            case ScenarioParser.MulticallContext m -> multicall(m);
            case ScenarioParser.UnknownHypercallContext u ->
                    new Call.Unknown(words.number(u.NUMBER(), "a hypercall", MOST_INT));
            default -> throw new AssertionError(c);
        };
    }

    private Call multicall(ScenarioParser.MulticallContext c) {
        List<Call> calls = new ArrayList<>();
        for (StepContext step : c.step()) {
            Call call = call(step.call());
            if (!isHypercall(call)) {
                throw words.at(step, "a multicall has only hypercalls");
            }
            calls.add(call);
        }
        return new Call.Multicall(
                calls,
                c.where == null ? Call.Array.READABLE : array(c.where.getText()),
                c.unwritable == null);
    }

    private static boolean isHypercall(Call call) {
        return !(call instanceof Call.Alone alone)
                || switch (alone.operation()) {
                    case Operation.Instruction i -> false;
                    case Operation.GrantAccess g -> false;
                    case Operation.GuestRead r -> false;
                    case Operation.GuestWrite w -> false;
                    case Operation.LinearL1Read l -> false;
                    default -> true;
                };
    }

    private Operation ofProgram(SingleContext c) {
        Operation operation = single(c);
        if (operation instanceof Operation.LinearL1Read) {
            throw words.at(c, "this is for universes: no guest can ask for it by itself");
        }
        return operation;
    }

    private int domid(@Nullable DomidContext c) {
        return c == null ? DomId.SELF : words.domid(c, names);
    }

    private int foreigndom(ScenarioParser.ForeignContext c) {
        int tables = c.tables == null ? 0 : words.domid(c.tables, names) + 1;
        return domid(c.pages) | (tables << 16);
    }

    private Call.Arguments arguments(List<ArgumentContext> given) {
        Call.Arguments arguments = Call.Arguments.PLAIN;
        for (ArgumentContext c : given) {
            arguments =
                    switch (c) {
                        case ScenarioParser.ArrayContext a ->
                                new Call.Arguments(
                                        array(a.where.getText()),
                                        arguments.done(),
                                        arguments.continued());
                        case ScenarioParser.PdoneContext p ->
                                new Call.Arguments(
                                        arguments.array(),
                                        p.where.getText().equals("null")
                                                ? Call.Done.NULL
                                                : Call.Done.UNWRITABLE,
                                        arguments.continued());
                        case ScenarioParser.ContinuedContext n ->
                                new Call.Arguments(
                                        arguments.array(),
                                        arguments.done(),
                                        words.number(n.NUMBER(), "a count", MOST_INT));
                        default -> throw new AssertionError(c);
                    };
        }
        return arguments;
    }

    private static Call.Array array(String word) {
        return switch (word) {
            case "ends_early" -> Call.Array.ENDS_EARLY;
            case "bad_handle" -> Call.Array.BAD_HANDLE;
            default -> Call.Array.NULL;
        };
    }

    private int frame(PlaceContext c) {
        return words.frame(c, names);
    }

    private int slotOrFirst(@Nullable TerminalNode slot) {
        return slot == null ? 0 : words.slot(slot);
    }

    Operation single(SingleContext c) {
        return switch (c) {
            case ScenarioParser.MmuUpdateContext m -> request(m.request());
            case ScenarioParser.MmuextAloneContext m -> mmuext(m.mmuext());
            case ScenarioParser.UpdateVaMappingContext u -> updateVaMapping(u);
            case ScenarioParser.SetGdtContext g ->
                    new Operation.SetGdt(
                            g.place().stream().map(this::frame).toList(),
                            words.number(g.NUMBER(), "the number of entries", MOST_INT));
            case ScenarioParser.UpdateDescriptorContext d ->
                    new Operation.UpdateDescriptor(
                            frame(d.place()), words.slot(d.slot), words.number(d.descriptor));
            case ScenarioParser.LoadSelectorContext l ->
                    new Operation.LoadSelector(words.number(l.NUMBER(), "a selector", 0xFFFF));
            case ScenarioParser.VmAssistContext a ->
                    new Operation.VmAssist(a.enable == null ? 1 : 0, assist(a.NAME(), a.NUMBER()));
            case ScenarioParser.VmAssistRawContext a ->
                    new Operation.VmAssist(
                            words.number(a.number, "a command", MOST_INT),
                            assist(a.NAME(), a.NUMBER(a.NUMBER().size() - 1)));
            case ScenarioParser.DecreaseReservationContext d ->
                    new Operation.DecreaseReservation(frame(d.place()));
            case ScenarioParser.ExchangeContext e -> new Operation.Exchange(frame(e.place()));
            case ScenarioParser.GrantAccessContext g ->
                    new Operation.GrantAccess(
                            ref(g.NUMBER()),
                            words.domid(g.domid(), names),
                            frame(g.place()),
                            g.readonly != null);
            case ScenarioParser.MapGrantContext m ->
                    new Operation.MapGrant(
                            target(m.grantTarget()),
                            words.domid(m.domid(), names),
                            ref(m.NUMBER()),
                            grantFlags(m.grantFlag()));
            case ScenarioParser.UnmapGrantContext u ->
                    new Operation.UnmapGrant(target(u.grantTarget()), handle(u.NUMBER()));
            case ScenarioParser.UnmapAndReplaceContext u ->
                    new Operation.UnmapAndReplace(
                            target(u.grantTarget()), words.va(u.va()), handle(u.NUMBER()));
            case ScenarioParser.ReadContext r ->
                    new Operation.Access(
                            AccessKind.READ,
                            r.user != null,
                            words.va(r.va()),
                            slotOrFirst(r.NUMBER()),
                            0);
            case ScenarioParser.WriteContext w ->
                    new Operation.Access(
                            AccessKind.WRITE,
                            w.user != null,
                            words.va(w.va()),
                            slotOrFirst(w.NUMBER()),
                            words.value(w.value(), names));
            case ScenarioParser.ExecuteContext e ->
                    new Operation.Access(
                            AccessKind.EXECUTE,
                            e.user != null,
                            words.va(e.va()),
                            slotOrFirst(e.NUMBER()),
                            0);
            case ScenarioParser.MovToCr3Context m -> new Operation.MovToCr3(frame(m.place()));
            case ScenarioParser.InvlpgInstructionContext i ->
                    new Operation.InvlpgInstruction(words.va(i.va()));
            case ScenarioParser.GuestReadContext r -> new Operation.GuestRead(words.va(r.va()));
            case ScenarioParser.GuestWriteContext w ->
                    new Operation.GuestWrite(
                            words.va(w.va()),
                            slotOrFirst(w.NUMBER()),
                            words.value(w.value(), names));
            case ScenarioParser.LinearL1ReadContext l ->
                    new Operation.LinearL1Read(words.va(l.va()));
            default -> throw new AssertionError(c);
        };
    }

    private MmuUpdateRequest request(RequestContext c) {
        return new MmuUpdateRequest(
                frame(c.place()),
                words.slot(c.NUMBER()),
                words.value(c.value(), names),
                command(c.command()));
    }

    private int command(ScenarioParser.@Nullable CommandContext c) {
        if (c == null) {
            return MmuUpdateRequest.NORMAL;
        }
        return switch (c.getStart().getText()) {
            case "machphys" -> MmuUpdateRequest.MACHPHYS;
            case "preserve_ad" -> MmuUpdateRequest.PRESERVE_AD;
            case "no_translate" -> MmuUpdateRequest.NO_TRANSLATE;
            default -> words.number(c.NUMBER(), "a command of mmu_update", 7);
        };
    }

    private Mmuext mmuext(MmuextContext c) {
        return switch (c) {
            case ScenarioParser.PinContext p ->
                    new Operation.Pin(words.level(p.LEVEL()), frame(p.place()));
            case ScenarioParser.UnpinContext u -> new Operation.Unpin(frame(u.place()));
            case ScenarioParser.NewBaseptrContext n -> new Operation.NewBaseptr(frame(n.place()));
            case ScenarioParser.NewUserBaseptrContext n ->
                    new Operation.NewUserBaseptr(n.place() == null ? -1 : frame(n.place()));
            case ScenarioParser.TlbFlushContext t -> new Operation.TlbFlush(scope(t.scope()));
            case ScenarioParser.InvlpgContext i ->
                    new Operation.Invlpg(words.va(i.va()), scope(i.scope()));
            case ScenarioParser.FlushCacheContext f -> new Operation.FlushCache(f.global != null);
            case ScenarioParser.SetLdtContext l ->
                    new Operation.SetLdt(
                            words.address(l.va()),
                            words.number(l.NUMBER(), "the number of entries", MOST_INT));
            case ScenarioParser.ClearPageContext p -> new Operation.ClearPage(frame(p.place()));
            case ScenarioParser.CopyPageContext p ->
                    new Operation.CopyPage(frame(p.to), frame(p.from));
            case ScenarioParser.MarkSuperContext m ->
                    new Operation.MarkSuper(frame(m.place()), false);
            case ScenarioParser.UnmarkSuperContext m ->
                    new Operation.MarkSuper(frame(m.place()), true);
            case ScenarioParser.UnknownMmuextContext u -> unknownMmuext(u);
            default -> throw new AssertionError(c);
        };
    }

    private Mmuext unknownMmuext(ScenarioParser.UnknownMmuextContext c) {
        int command = words.number(c.NUMBER(), "a command of mmuext_op", MOST_INT);
        if (command != 14 && command < 21) {
            throw words.at(c, "command %d of mmuext_op has a name".formatted(command));
        }
        return new Operation.UnknownMmuext(command);
    }

    private Operation updateVaMapping(ScenarioParser.UpdateVaMappingContext c) {
        Flush flush =
                c.flush() == null
                        ? Flush.NONE
                        : switch (c.flush().getText()) {
                            case "tlb" -> Flush.TLB_FLUSH;
                            case "invlpg" -> Flush.INVLPG;
                            case "both" -> Flush.BOTH;
                            default -> Flush.NONE;
                        };
        return new Operation.UpdateVaMappingCall(
                words.va(c.va()),
                words.value(c.value(), names),
                flush,
                c.scope() == null ? new Scope.Local() : scope(c.scope()),
                domid(c.domid()));
    }

    private Scope scope(ScopeContext c) {
        return switch (c) {
            case ScenarioParser.LocalContext l -> new Scope.Local();
            case ScenarioParser.AllContext a -> new Scope.All();
            case ScenarioParser.UnreadableContext u -> new Scope.Unreadable();
            case ScenarioParser.MultiContext m -> {
                long vcpus = 0;
                for (TerminalNode vcpu : m.NUMBER()) {
                    vcpus |= 1L << words.number(vcpu, "a vCPU", 63);
                }
                yield new Scope.Multi(vcpus);
            }
            default -> throw new AssertionError(c);
        };
    }

    private int assist(@Nullable TerminalNode name, @Nullable TerminalNode number) {
        return name != null
                ? words.word(name.getSymbol(), "assist", Names.ASSISTS)
                : words.number(java.util.Objects.requireNonNull(number), "an assist", MOST_INT);
    }

    private int ref(TerminalNode number) {
        return words.number(number, "a grant reference", MOST_INT);
    }

    private int handle(@Nullable TerminalNode number) {
        return number == null ? -1 : words.number(number, "a handle", MOST_INT);
    }

    private int grantFlags(List<ScenarioParser.GrantFlagContext> given) {
        int flags = 0;
        for (ScenarioParser.GrantFlagContext flag : given) {
            flags |=
                    flag.NUMBER() == null
                            ? Names.GRANT_FLAGS.getOrDefault(flag.getText(), 0)
                            : words.number(flag.NUMBER(), "flags", 0xFFFF);
        }
        return flags;
    }

    private GrantTarget target(ScenarioParser.GrantTargetContext c) {
        return switch (c) {
            case ScenarioParser.AtAddressContext a -> new GrantTarget.Linear(words.va(a.va()));
            case ScenarioParser.AtEntryContext e ->
                    new GrantTarget.Entry(frame(e.place()), words.slot(e.NUMBER()));
            default -> throw new AssertionError(c);
        };
    }
}
