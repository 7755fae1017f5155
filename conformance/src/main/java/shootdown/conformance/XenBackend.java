package shootdown.conformance;

import org.jspecify.annotations.Nullable;

import shootdown.hypervisor.Call;
import shootdown.scenario.Backend;
import shootdown.scenario.Observed;
import shootdown.scenario.Scenario;
import shootdown.scenario.Setting;
import shootdown.scenario.Switch;
import shootdown.xen.XenInstance;
import shootdown.xen.XenInstance.Domain;
import shootdown.xen.XenOptions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Scenarios on real Xen; a machine for each set of boot options that they ask for. */
public final class XenBackend implements Backend {
    /** What is on or off by an option of the hypervisor. */
    static final Map<Switch, String> BOOT_OPTIONS =
            Map.of(
                    Switch.XPTI, "xpti",
                    Switch.LINEAR_PT, "pv-linear-pt",
                    Switch.GLOBAL_PAGES, "global-pages");

    private final XenOptions options;
    private final String version;

    /** The machines that were started, by the switches that are not as usual. */
    private final Map<Set<Switch>, XenInstance> machines = new HashMap<>();

    /** Whose programs each of them runs; to change that takes time. */
    private final Map<Set<Switch>, Domain> running = new HashMap<>();

    private XenBackend(XenOptions options) {
        this.options = options;
        int number = machine(Set.of()).frames().xenVersion();
        version = (number >>> 16) + "." + (number & 0xFFFF);
    }

    /** What the runner of scenarios finds. */
    public static final class Factory implements Backend.Factory {
        public Factory() {}

        @Override
        public Backend open(@Nullable Path hypervisor, String options) {
            List<String> words =
                    options.isBlank() ? List.of() : List.of(options.strip().split("\\s+"));
            return new XenBackend(
                    XenOptions.DEFAULT.withHypervisor(hypervisor).withHypervisorOptions(words));
        }
    }

    private XenInstance machine(Set<Switch> unusual) {
        return machines.computeIfAbsent(unusual, this::start);
    }

    private XenInstance start(Set<Switch> unusual) {
        List<String> words = new ArrayList<>(options.hypervisorOptions());
        for (Switch what : unusual) {
            if (what != Switch.XPTI) {
                words.add(BOOT_OPTIONS.get(what) + "=" + (what.usually() ? "0" : "1"));
            }
        }
        return XenInstance.start(
                options.withXpti(unusual.contains(Switch.XPTI)).withHypervisorOptions(words));
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Optional<String> cannotRun(Scenario scenario) {
        return new ScenarioProgram(scenario)
                .obstacle()
                .or(() -> noSecondDomain(scenario.setting()));
    }

    private Optional<String> noSecondDomain(Setting setting) {
        boolean needed = !isPrivileged(setting) || setting.domains().size() > 1;
        return needed && !machine(Set.of()).hasUnprivileged()
                ? Optional.of("this hypervisor lets the agent make no second domain")
                : Optional.empty();
    }

    private static boolean isPrivileged(Setting setting) {
        return !setting.domains().isEmpty() && setting.domains().getFirst().privileged();
    }

    @Override
    public Observed run(Scenario scenario) {
        Setting setting = scenario.setting();
        Set<Switch> unusual = new TreeSet<>();
        setting.switches().forEach((what, on) -> add(what, on, unusual));
        XenInstance xen = machine(unusual);
        Domain domain = isPrivileged(setting) ? Domain.DOM0 : Domain.UNPRIVILEGED;
        if (running.put(unusual, domain) != domain) {
            xen.use(domain);
        }
        ScenarioProgram program = new ScenarioProgram(scenario);
        RealRun run = RealRun.of(program, setting.cpus(), xen);
        RealOutcome outcome = new RealOutcome(scenario, program, run, xen.frames());
        check(program, run, outcome);
        return outcome;
    }

    private static void add(Switch what, boolean on, Set<Switch> unusual) {
        if (on != what.usually() && BOOT_OPTIONS.containsKey(what)) {
            unusual.add(what);
        }
    }

    /** The machine must be as the scenario says before its programs begin. */
    private static void check(ScenarioProgram program, RealRun run, RealOutcome outcome) {
        for (int step = 0; step < program.preparations(); step++) {
            boolean done = step < run.program().steps().size() && outcome.prepared(step) == 0;
            if (!done) {
                String text = text(program, step);
                throw new Refused("Xen refuses what prepares the machine: " + text);
            }
        }
    }

    private static String text(ScenarioProgram program, int step) {
        return program.program().steps().get(step).call() instanceof Call.Alone alone
                ? alone.operation().text()
                : "";
    }

    @Override
    public void close() {
        machines.values().forEach(XenInstance::close);
    }
}
