package shootdown.scenario;

import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Universe;
import shootdown.checker.Walk;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Layout;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation;
import shootdown.policy.CatalogueEntry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Writes stories down as scenarios: the universe's machine, and for each CPU the calls of the
 * story. Which order of them breaks the property is left to the run, which tries all.
 */
public final class StoryScenario {
    private static final int WIDTH = 90;

    /** Why a story is not {@linkplain #isPossible possible}. */
    public static final String IMPOSSIBLE =
            "this story cannot be a scenario: none says where a call is preempted, has vCPUs of"
                + " several domains, stays in user mode, has store buffers or a shadow filter, or"
                + " asks for an optional property";

    private StoryScenario() {}

    /**
     * Whether a scenario can say what a story does: not where a call is preempted, no vCPUs of
     * several domains, none that stays in user mode, no store buffers or filter of shadow mode, and
     * not of a property that is judged only when it is asked for.
     */
    public static boolean isPossible(Story story) {
        if (story.property().isOptional() || !canSay(story.universe())) {
            return false;
        }
        Hypervisor xen = new Walk(story.policy(), story.universe()).hypervisor();
        return story.steps().stream()
                .noneMatch(
                        step -> step.action() == xen.preempt() || step.action() == xen.interrupt());
    }

    /**
     * The scenario of a story.
     *
     * @throws IllegalArgumentException for what no scenario can say: a flush that gets lost, the
     *     place where a call is preempted, vCPUs of several domains
     */
    public static Scenario of(Story story) {
        if (story.nearMiss()) {
            throw new IllegalArgumentException(
                    "a near miss cannot be a scenario: no flush gets lost in one");
        }
        if (!isPossible(story)) {
            throw new IllegalArgumentException(IMPOSSIBLE);
        }
        CatalogueEntry policy = story.policy();
        Property property = story.property();
        return new Scenario(
                "%s in %s breaks %s %s"
                        .formatted(
                                policy.name(), story.universe().name(), property, property.title()),
                lines(story.wrong()),
                List.of("shootdown explain " + policy.name() + " " + story.universe().name()),
                setting(story.universe()),
                programs(story),
                null,
                List.of(
                        new Section(
                                List.of(policy.name()),
                                Section.Where.MODEL,
                                "",
                                List.of(new Expectation.Breaks(property)))));
    }

    /** Whether scenarios have words for all that a universe has. */
    private static boolean canSay(Universe universe) {
        Machine machine = universe.machine();
        return !machine.schedules()
                && !machine.allocates()
                && !machine.hasSeveralDomains()
                && !machine.storeBuffers()
                && !machine.shadowFilter()
                && !machine.assistedFlush()
                && machine.operations().stream()
                        .noneMatch(allowed -> isUnsaid(allowed.operation()));
    }

    /** Programs of scenarios go to user mode for an access only, and faults have other walks. */
    private static boolean isUnsaid(Operation operation) {
        return operation instanceof Operation.FaultingWrite
                || operation instanceof Operation.Iret
                || operation instanceof Operation.Syscall
                || operation instanceof Operation.LdtFault;
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + word.length() > WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** What the universe asks for its first state. */
    private static List<MachineSetup.Asked> journal(Universe universe) {
        Layout layout = new Layout(universe.machine());
        MachineSetup first = new MachineSetup(layout, layout.saturatedCaches());
        universe.setup().accept(first);
        return first.journal();
    }

    private static Setting setting(Universe universe) {
        Machine machine = universe.machine();
        List<Map<Integer, Long>> contents = new ArrayList<>();
        universe.frameNames().forEach(name -> contents.add(new TreeMap<>()));
        List<Setting.Preparation> preparations = new ArrayList<>();
        for (MachineSetup.Asked asked : journal(universe)) {
            switch (asked) {
                case MachineSetup.Asked.Entry e -> contents.get(e.mfn()).put(e.slot(), e.value());
                case MachineSetup.Asked.Pin p ->
                        preparations.add(new Setting.Preparation.Pinned(p.level(), p.mfn()));
                case MachineSetup.Asked.Load l ->
                        preparations.add(new Setting.Preparation.Loaded(l.cpu(), l.mfn()));
                case MachineSetup.Asked.Base b ->
                        throw new IllegalArgumentException("no scenario has such a vCPU");
                case MachineSetup.Asked.LoadUser u ->
                        preparations.add(new Setting.Preparation.UserLoaded(u.cpu(), u.mfn()));
                case MachineSetup.Asked.Assist a -> {} // the programs begin with these
                case MachineSetup.Asked.Granted g -> {}
            }
        }
        List<Setting.Frame> frames = new ArrayList<>();
        for (int mfn = 0; mfn < machine.frames(); mfn++) {
            frames.add(
                    new Setting.Frame(
                            universe.frameNames().get(mfn),
                            0,
                            OptionalInt.empty(),
                            false,
                            false,
                            contents.get(mfn)));
        }
        return new Setting(
                machine.cpus(),
                switches(machine),
                machine.mustDo(),
                List.of(),
                Arrays.stream(machine.slots()).boxed().toList(),
                frames,
                preparations,
                machine.addresses().stream()
                        .filter(window -> !machine.isReadByFaultsOnly(window))
                        .toList());
    }

    private static Map<Switch, Boolean> switches(Machine machine) {
        Map<Switch, Boolean> switches = new EnumMap<>(Switch.class);
        for (Switch what : Switch.values()) {
            boolean on =
                    switch (what) {
                        case XPTI -> machine.xpti();
                        case PCID -> machine.pcid();
                        case PV32 -> machine.pv32();
                        case SMEP -> machine.smep();
                        case GLOBAL_PAGES ->
                                machine.globalPages() || machine.xpti() || machine.pcid();
                        case LINEAR_PT -> machine.linearPageTables();
                        case FORCED_CONTINUATION -> machine.forcedContinuation();
                        case FLUSH_TLB_SPARES_GLOBAL -> machine.flushTlbSparesGlobal();
                        case GUEST_MAY_GLOBAL -> machine.guestMayGlobal();
                        case BATCHES, POLITE -> false; // programs say what is in a batch, and owed
                    };
            if (on != what.usually()) {
                switches.put(what, on);
            }
        }
        return switches;
    }

    /** The calls that make what only programs can make: assists and grants. */
    private static List<Call> beginning(Universe universe, int cpu) {
        int domid = universe.machine().firstDomain(cpu);
        boolean firstOfDomain =
                IntStream.range(0, cpu).noneMatch(c -> universe.machine().firstDomain(c) == domid);
        List<Call> calls = new ArrayList<>();
        for (MachineSetup.Asked asked : journal(universe)) {
            if (asked instanceof MachineSetup.Asked.Assist a && a.cpu() == cpu) {
                calls.add(new Call.Alone(new Operation.VmAssist(0, a.type())));
            } else if (asked instanceof MachineSetup.Asked.Granted g
                    && firstOfDomain
                    && g.granter() == domid) {
                calls.add(new Call.Alone(g.entry()));
            }
        }
        return calls;
    }

    private static List<Program> programs(Story story) {
        Walk walk = new Walk(story.policy(), story.universe());
        Hypervisor xen = walk.hypervisor();
        List<StoryCalls> calls = new ArrayList<>();
        for (int cpu = 0; cpu < story.universe().machine().cpus(); cpu++) {
            calls.add(new StoryCalls(story.universe().machine(), xen, cpu));
            calls.get(cpu).startWith(beginning(story.universe(), cpu));
        }
        long[] s = walk.firstState();
        for (Story.Step step : story.steps()) {
            calls.get(step.cpu()).step(s, step.action());
            s = walk.take(s, step.cpu(), step.action(), step.answer()).state();
        }
        List<Program> programs = new ArrayList<>();
        for (int cpu = 0; cpu < calls.size(); cpu++) {
            Program program = new Program(cpu, calls.get(cpu).end(), Map.of());
            if (!program.calls().isEmpty()) {
                programs.add(program);
            }
        }
        return programs;
    }
}
