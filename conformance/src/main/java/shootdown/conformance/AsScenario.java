package shootdown.conformance;

import shootdown.conformance.Program.Cell;
import shootdown.conformance.Program.Step;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Machine;
import shootdown.scenario.Scenario;
import shootdown.scenario.Scenarios;
import shootdown.scenario.Script;
import shootdown.scenario.Setting;
import shootdown.scenario.Setting.Frame;
import shootdown.scenario.Setting.Preparation;
import shootdown.scenario.Switch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Writes a program of a campaign, and what the model says of it, as a scenario. */
final class AsScenario {
    private AsScenario() {}

    /**
     * The text of a scenario.
     *
     * @param title what it is, in a few words
     * @param shows where model and real Xen part
     * @param from seed and number of the program
     */
    static String text(Arena arena, Trial trial, String title, String shows, String from) {
        List<Step> steps = trial.program().steps();
        ScenarioExpectations expectations = new ScenarioExpectations(arena, trial);
        return Scenarios.print(
                new Scenario(
                        title,
                        List.of(plain(shows)),
                        List.of(from + " of " + arena.words()),
                        setting(arena, trial.program()),
                        programs(arena, steps, expectations),
                        steps.isEmpty() ? null : order(steps),
                        expectations.sections()));
    }

    private static List<shootdown.scenario.Program> programs(
            Arena arena, List<Step> steps, ScenarioExpectations expectations) {
        List<shootdown.scenario.Program> programs = new ArrayList<>();
        for (int cpu = 0; cpu < arena.cpus(); cpu++) {
            int own = cpu;
            List<Call> calls =
                    steps.stream().filter(step -> step.cpu() == own).map(Step::call).toList();
            if (!calls.isEmpty()) {
                programs.add(new shootdown.scenario.Program(cpu, calls, expectations.answers(cpu)));
            }
        }
        return programs;
    }

    private static Script order(List<Step> steps) {
        return new Script(
                Script.Grain.CALLS,
                steps.stream().map(step -> new Script.Turn(step.cpu(), -1, List.of())).toList());
    }

    /** A text in quotes stands in one line. */
    private static String plain(String text) {
        return text.replaceAll("[\\p{Cntrl}]+", " ").strip();
    }

    private static Setting setting(Arena arena, Program program) {
        boolean dom0 = arena.domain() == Arena.Kind.DOM0;
        List<Setting.Domain> domains =
                List.of(
                        new Setting.Domain("own", arena.domain().id(), dom0, dom0, Machine.Kind.PV),
                        new Setting.Domain(
                                "other", arena.domain().other(), !dom0, !dom0, Machine.Kind.PV));
        List<Preparation> preparations = new ArrayList<>();
        preparations.add(new Preparation.Pinned(4, Arena.BOOT_L4));
        for (int cpu = 0; cpu < arena.cpus(); cpu++) {
            preparations.add(new Preparation.Loaded(cpu, Arena.BOOT_L4));
        }
        return new Setting(
                arena.cpus(),
                arena.xpti() ? Map.of(Switch.XPTI, true) : Map.of(),
                0,
                domains,
                List.of(),
                frames(arena, program),
                preparations,
                List.of());
    }

    private static List<Frame> frames(Arena arena, Program program) {
        List<Frame> frames = new ArrayList<>();
        for (int frame = 0; frame < Arena.FRAMES; frame++) {
            Map<Integer, Long> contents = new TreeMap<>();
            if (frame == Arena.BOOT_L4) {
                contents.put(Arena.AGENT_SLOT, Arena.AGENT_ENTRY);
            }
            for (Cell cell : program.memory()) {
                if (cell.frame() == frame) {
                    contents.put(cell.slot(), cell.value());
                }
            }
            frames.add(frame(arena, frame, contents));
        }
        return frames;
    }

    private static Frame frame(Arena arena, int frame, Map<Integer, Long> contents) {
        OptionalInt own = OptionalInt.empty();
        OptionalInt io = OptionalInt.of(DomId.IO);
        return switch (Arena.role(frame)) {
            case POOL -> new Frame("f" + frame, 0, own, false, false, contents);
            case BOOT_L4 -> new Frame("boot", 4, own, false, false, contents);
            case BOOT_L3 -> new Frame("kernel", 3, own, false, false, contents);
            case FOREIGN -> {
                String name = "foreign" + (frame - Arena.FOREIGN);
                OptionalInt other = OptionalInt.of(arena.domain().other());
                yield new Frame(name, 0, other, false, false, contents);
            }
            case SHARED_INFO -> new Frame("shared_info", 0, own, true, false, contents);
            case MMIO -> new Frame("mmio", 0, io, false, false, contents);
            case DENIED_MMIO -> new Frame("forbidden", 0, io, false, true, contents);
            case XEN -> {
                OptionalInt xen = OptionalInt.of(DomId.XEN);
                yield new Frame("hypervisor", 0, xen, false, false, contents);
            }
        };
    }
}
