package shootdown.scenario;

import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Machine;
import shootdown.scenario.grammar.ScenarioParser;
import shootdown.scenario.grammar.ScenarioParser.FileContext;
import shootdown.scenario.grammar.ScenarioParser.FrameContext;
import shootdown.scenario.grammar.ScenarioParser.MachineContext;
import shootdown.scenario.grammar.ScenarioParser.OperationsContext;
import shootdown.scenario.grammar.ScenarioParser.PreparationContext;
import shootdown.scenario.grammar.ScenarioParser.ProgramContext;
import shootdown.scenario.grammar.ScenarioParser.ScriptContext;
import shootdown.scenario.grammar.ScenarioParser.SettingContext;
import shootdown.scenario.grammar.ScenarioParser.StepContext;
import shootdown.scenario.grammar.ScenarioParser.TurnContext;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** Reads whole scenarios and universes. */
final class DocumentReader {
    private static final int MOST_CPUS = 4;

    /** Guest frames: with the root copies of all CPUs they fit one word of a bitset. */
    private static final int MOST_FRAMES = Long.SIZE - MOST_CPUS;

    /** What one program may do; longer ones are for conformance runs. */
    private static final int MOST_CALLS = 1000;

    private final String file;
    private final WordReader words;

    DocumentReader(String file) {
        this.file = file;
        this.words = new WordReader(file);
    }

    Document read(FileContext c) {
        return c.scenario() != null ? scenario(c.scenario()) : universe(c.universe());
    }

    private Scenario scenario(ScenarioParser.ScenarioContext c) {
        Setting setting = setting(c.machine(), c.frames(), c.preparation(), c.track());
        Names names = new Names(setting);
        List<Program> programs = programs(c.program(), setting, names);
        ExpectationReader expectations =
                new ExpectationReader(words, names, setting.cpus(), programs);
        Scenario scenario =
                new Scenario(
                        words.string(c.title),
                        c.shows.stream().map(words::string).toList(),
                        c.from.stream().map(words::string).toList(),
                        setting,
                        programs,
                        c.script() == null ? null : script(c.script(), setting, programs),
                        c.section().stream().map(expectations::section).toList());
        checkStart(scenario, c.preparation());
        return scenario;
    }

    private UniverseFile universe(ScenarioParser.UniverseContext c) {
        Setting setting = setting(c.machine(), c.frames(), c.preparation(), c.track());
        CallReader calls = new CallReader(words, new Names(setting));
        List<UniverseFile.Letter> alphabet = new ArrayList<>();
        for (OperationsContext block : c.operations()) {
            int cpu =
                    block.CPU() == null
                            ? UniverseFile.ALL_CPUS
                            : words.cpu(block.CPU(), setting.cpus());
            block.single()
                    .forEach(one -> alphabet.add(new UniverseFile.Letter(cpu, calls.single(one))));
        }
        String name = words.string(c.name);
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw words.at(c.name, "a universe's name has small letters, digits and hyphens");
        }
        UniverseFile universe =
                new UniverseFile(
                        name,
                        orEmpty(c.title),
                        orEmpty(c.aims),
                        orEmpty(c.cannot),
                        setting,
                        alphabet);
        checkStart(universe, c.preparation());
        return universe;
    }

    private String orEmpty(@Nullable Token string) {
        return string == null ? "" : words.string(string);
    }

    /** Whether Xen takes the preparations; where it does not, the error is at the one at fault. */
    private void checkStart(Document document, List<PreparationContext> preparations) {
        Machines.firstProblem(document)
                .ifPresent(
                        problem -> {
                            throw problem.preparation() < preparations.size()
                                    ? words.at(
                                            preparations.get(problem.preparation()), problem.text())
                                    : ScenarioError.about(file, problem.text());
                        });
    }

    // The machine and its frames.

    private Setting setting(
            @Nullable MachineContext machine,
            ScenarioParser.FramesContext framesContext,
            List<PreparationContext> preparations,
            List<ScenarioParser.TrackContext> tracks) {
        int cpus = 1;
        int mustDo = 0;
        Map<Switch, Boolean> switches = new EnumMap<>(Switch.class);
        List<Setting.Domain> domains = new ArrayList<>();
        List<Integer> slots = new ArrayList<>();
        for (SettingContext c : machine == null ? List.<SettingContext>of() : machine.setting()) {
            switch (c) {
                case ScenarioParser.CpusContext n -> {
                    cpus = words.number(n.NUMBER(), "the number of CPUs", MOST_CPUS);
                    if (cpus == 0) {
                        throw words.at(n, "a machine has at least one CPU");
                    }
                }
                case ScenarioParser.SlotsContext s ->
                        s.NUMBER().forEach(slot -> slots.add(words.slot(slot)));
                case ScenarioParser.MustDoContext m ->
                        mustDo = words.number(m.NUMBER(), "flush flags", 0xFFFFFF);
                case ScenarioParser.DomainContext d -> domains.add(domain(d, domains));
                case ScenarioParser.SwitchContext s -> {
                    Switch what = knob(s.NAME().getSymbol());
                    if ((s.on != null) != what.usually()) {
                        switches.put(what, s.on != null);
                    } else {
                        switches.remove(what);
                    }
                }
                default -> throw new AssertionError(c);
            }
        }
        List<FrameContext> declared = framesContext.frame();
        if (declared.isEmpty() || declared.size() > MOST_FRAMES) {
            throw words.at(framesContext, "a machine has 1 to %d frames".formatted(MOST_FRAMES));
        }
        Setting nameless =
                new Setting(
                        cpus,
                        switches,
                        mustDo,
                        domains,
                        slots,
                        names(declared),
                        List.of(),
                        List.of());
        Names names = new Names(nameless);
        List<Setting.Frame> frames = declared.stream().map(frame -> frame(frame, names)).toList();
        Setting unprepared =
                new Setting(cpus, switches, mustDo, domains, slots, frames, List.of(), List.of());
        List<Setting.Preparation> prepared =
                preparations.stream().map(p -> preparation(p, unprepared, names)).toList();
        List<VirtualAddress> tracked = tracks.stream().map(track -> words.va(track.va())).toList();
        Setting setting =
                new Setting(cpus, switches, mustDo, domains, slots, frames, prepared, tracked);
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (!isLoaded(setting, cpu)) {
                throw words.at(
                        framesContext.getStop(),
                        "cpu%d starts without tables: 'load cpu%d …' is missing after the frames"
                                .formatted(cpu, cpu));
            }
        }
        return setting;
    }

    private static boolean isLoaded(Setting setting, int cpu) {
        return setting.preparations().stream()
                .anyMatch(p -> p instanceof Setting.Preparation.Loaded l && l.cpu() == cpu);
    }

    private Switch knob(Token token) {
        for (Switch what : Switch.values()) {
            if (what.word().equals(token.getText())) {
                return what;
            }
        }
        List<String> known = Arrays.stream(Switch.values()).map(Switch::word).toList();
        throw words.unknown(token, "switch", known);
    }

    private Setting.Domain domain(ScenarioParser.DomainContext c, List<Setting.Domain> others) {
        String name = c.NAME().getText();
        int id =
                c.NUMBER() == null
                        ? others.size()
                        : words.number(c.NUMBER(), "a domain's id", 0x7FEF);
        for (Setting.Domain other : others) {
            if (other.name().equals(name) || other.id() == id) {
                throw words.at(
                        c, "there is a domain %s with id %d".formatted(other.name(), other.id()));
            }
        }
        Machine.Kind kind =
                c.kind == null
                        ? Machine.Kind.PV
                        : c.kind.getText().equals("translated")
                                ? Machine.Kind.TRANSLATED
                                : Machine.Kind.PV_WITHOUT_VCPU;
        if (kind != Machine.Kind.PV && (others.isEmpty() || c.privileged != null || c.io != null)) {
            throw words.at(c, "only a usual domain can run, be privileged or have I/O");
        }
        return new Setting.Domain(name, id, c.privileged != null, c.io != null, kind);
    }

    /** The names alone, so that contents may name any frame. */
    private List<Setting.Frame> names(List<FrameContext> declared) {
        Set<String> seen = new HashSet<>();
        List<Setting.Frame> frames = new ArrayList<>();
        for (FrameContext c : declared) {
            if (!seen.add(c.NAME().getText())) {
                throw words.at(c, "there are two frames '%s'".formatted(c.NAME().getText()));
            }
            frames.add(
                    new Setting.Frame(
                            c.NAME().getText(), 0, OptionalInt.empty(), false, false, Map.of()));
        }
        return frames;
    }

    private Setting.Frame frame(FrameContext c, Names names) {
        int level = 0;
        OptionalInt owner = OptionalInt.empty();
        boolean special = false;
        boolean denied = false;
        for (ScenarioParser.AttributeContext attribute : c.attribute()) {
            switch (attribute) {
                case ScenarioParser.IntendedContext l -> level = words.level(l.LEVEL());
                case ScenarioParser.OwnedContext o ->
                        owner = OptionalInt.of(words.domid(o.domid(), names));
                case ScenarioParser.SpecialContext s -> special = true;
                case ScenarioParser.DeniedContext d -> denied = true;
                default -> throw new AssertionError(attribute);
            }
        }
        Map<Integer, Long> contents = new TreeMap<>();
        for (ScenarioParser.ContentContext content : c.content()) {
            int slot = words.slot(content.NUMBER());
            if (contents.put(slot, words.value(content.value(), names)) != null) {
                throw words.at(content, "slot %d is given twice".formatted(slot));
            }
        }
        return new Setting.Frame(c.NAME().getText(), level, owner, special, denied, contents);
    }

    private Setting.Preparation preparation(PreparationContext c, Setting setting, Names names) {
        return switch (c) {
            case ScenarioParser.StartPinnedContext p -> {
                int level = words.level(p.LEVEL());
                yield new Setting.Preparation.Pinned(level, table(p.NAME(), level, setting, names));
            }
            case ScenarioParser.StartLoadedContext l ->
                    new Setting.Preparation.Loaded(
                            words.cpu(l.CPU(), setting.cpus()),
                            table(l.NAME(), setting.isOn(Switch.PV32) ? 3 : 4, setting, names));
            case ScenarioParser.StartUserContext u ->
                    new Setting.Preparation.UserLoaded(
                            words.cpu(u.CPU(), setting.cpus()), table(u.NAME(), 4, setting, names));
            default -> throw new AssertionError(c);
        };
    }

    /** A frame that is meant to be a table of this level. */
    private int table(TerminalNode name, int level, Setting setting, Names names) {
        int mfn = words.frame(name, names);
        int declared = setting.frames().get(mfn).level();
        if (declared != 0 && declared != level) {
            throw words.at(
                    name.getSymbol(),
                    "%s is declared as l%d, not l%d".formatted(name.getText(), declared, level));
        }
        return mfn;
    }

    // Programs.

    private List<Program> programs(List<ProgramContext> blocks, Setting setting, Names names) {
        List<Program> programs = new ArrayList<>();
        CallReader calls = new CallReader(words, names);
        ExpectationReader answers = new ExpectationReader(words, names, setting.cpus(), List.of());
        Set<Integer> seen = new HashSet<>();
        for (ProgramContext c : blocks) {
            int cpu = words.cpu(c.CPU(), setting.cpus());
            if (!seen.add(cpu)) {
                throw words.at(c, "cpu%d has a program already".formatted(cpu));
            }
            if (c.step().size() > MOST_CALLS) {
                throw words.at(c, "a program has at most %d calls".formatted(MOST_CALLS));
            }
            programs.add(program(cpu, c.step(), calls, answers));
        }
        programs.sort(Comparator.comparingInt(Program::cpu));
        return programs;
    }

    private Program program(
            int cpu, List<StepContext> steps, CallReader calls, ExpectationReader answers) {
        List<Call> read = new ArrayList<>();
        Map<Place, List<Answer>> expected = new HashMap<>();
        for (StepContext step : steps) {
            Call call = calls.call(step.call());
            read.add(call);
            addAnswers(step, call, new Place(cpu, read.size(), 0), answers, expected);
            if (step.call() instanceof ScenarioParser.MulticallContext m) {
                for (int part = 1; part <= m.step().size(); part++) {
                    StepContext inner = m.step(part - 1);
                    Call innerCall = ((Call.Multicall) call).calls().get(part - 1);
                    refuseAnswersBelow(inner);
                    addAnswers(
                            inner, innerCall, new Place(cpu, read.size(), part), answers, expected);
                }
            }
        }
        return new Program(cpu, read, expected);
    }

    private static void addAnswers(
            StepContext step,
            Call call,
            Place place,
            ExpectationReader answers,
            Map<Place, List<Answer>> expected) {
        List<Answer> given =
                step.answer().stream().map(answer -> answers.answer(answer, call)).toList();
        if (!given.isEmpty()) {
            expected.put(place, given);
        }
    }

    private void refuseAnswersBelow(StepContext step) {
        if (step.call() instanceof ScenarioParser.MulticallContext nested) {
            for (StepContext inner : nested.step()) {
                if (!inner.answer().isEmpty()) {
                    throw words.at(
                            inner.answer(0),
                            "a multicall within a multicall is refused: its calls have no results");
                }
                refuseAnswersBelow(inner);
            }
        }
    }

    // Scripts.

    private Script script(ScriptContext c, Setting setting, List<Program> programs) {
        return switch (c) {
            case ScenarioParser.CallsContext calls -> {
                Script script = new Script(Script.Grain.CALLS, turns(calls.turn(), setting, false));
                checkTurns(calls, script, programs);
                yield script;
            }
            case ScenarioParser.StepsContext steps ->
                    new Script(Script.Grain.STEPS, turns(steps.turn(), setting, true));
            default -> throw new AssertionError(c);
        };
    }

    private List<Script.Turn> turns(List<TurnContext> turns, Setting setting, boolean steps) {
        List<Script.Turn> read = new ArrayList<>();
        for (TurnContext c : turns) {
            int flushed = -1;
            if (c.CPU().size() > 1) {
                flushed = words.cpu(c.CPU(1), setting.cpus());
                if (!steps) {
                    throw words.at(
                            c.CPU(1).getSymbol(),
                            "a turn of 'order' is a whole call; 'steps' has single flushes");
                }
            }
            List<Integer> answers =
                    c.NUMBER().stream().map(n -> words.number(n, "an answer", 63)).toList();
            read.add(new Script.Turn(words.cpu(c.CPU(0), setting.cpus()), flushed, answers));
        }
        return read;
    }

    private void checkTurns(ScenarioParser.CallsContext c, Script script, List<Program> programs) {
        for (Script.Turn turn : script.turns()) {
            long turns = script.turns().stream().filter(t -> t.cpu() == turn.cpu()).count();
            long calls =
                    programs.stream()
                            .filter(program -> program.cpu() == turn.cpu())
                            .mapToLong(program -> program.calls().size())
                            .sum();
            if (turns > calls) {
                throw words.at(
                        c,
                        "cpu%d has %d turns, but its program has %d calls"
                                .formatted(turn.cpu(), turns, calls));
            }
        }
    }
}
