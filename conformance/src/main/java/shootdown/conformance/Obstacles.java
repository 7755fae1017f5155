package shootdown.conformance;

import shootdown.conformance.ScenarioCast.Role;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Operation;
import shootdown.scenario.Scenario;
import shootdown.scenario.Script;
import shootdown.scenario.Setting;
import shootdown.scenario.Setting.Frame;
import shootdown.scenario.Switch;
import shootdown.xen.Frames;
import shootdown.xen.ProgramWriter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Why scenarios cannot run on the real machine: the first reason, in a few words. */
final class Obstacles {
    private static final int MOST_CPUS = 2;

    private final Scenario scenario;
    private final Setting setting;
    private final ScenarioCast cast;

    Obstacles(Scenario scenario, ScenarioCast cast) {
        this.scenario = scenario;
        this.setting = scenario.setting();
        this.cast = cast;
    }

    Optional<String> first() {
        return machine().or(this::domains).or(this::frames).or(this::programs);
    }

    private Optional<String> machine() {
        // In an order of their own, so that the reason is always the same.
        for (Map.Entry<Switch, Boolean> at : new TreeMap<>(setting.switches()).entrySet()) {
            boolean possible =
                    XenBackend.BOOT_OPTIONS.containsKey(at.getKey())
                            || at.getKey().usually() == at.getValue();
            if (!possible) {
                String state = at.getValue() ? " on" : " off";
                return Optional.of("this machine does not have " + at.getKey().word() + state);
            }
        }
        if (setting.mustDo() != 0) {
            return Optional.of("must_do is hypothetical");
        }
        return setting.cpus() > MOST_CPUS
                ? Optional.of("this machine has two CPUs")
                : Optional.empty();
    }

    private Optional<String> domains() {
        if (setting.domains().size() > 2) {
            return Optional.of("this machine has two domains");
        }
        for (Setting.Domain domain : setting.domains()) {
            if (domain.kind() != Machine.Kind.PV) {
                return Optional.of(
                        "on this machine domain " + domain.name() + " would be a PV one");
            }
            if (domain.privileged() != domain.io()) {
                return Optional.of("on this machine who is privileged has the devices");
            }
        }
        boolean two = setting.domains().size() == 2;
        return two && setting.domains().get(0).privileged() == setting.domains().get(1).privileged()
                ? Optional.of("on this machine one of the two domains is privileged")
                : Optional.empty();
    }

    private Optional<String> frames() {
        for (Role single : new Role[] {Role.SPECIAL, Role.IO, Role.DENIED, Role.XEN, Role.KERNEL}) {
            if (cast.count(single) > 1) {
                return Optional.of("this machine has one frame of the kind of " + name(single));
            }
        }
        if (Math.max(cast.count(Role.OWN), cast.count(Role.OTHERS)) > Frames.POOL) {
            return Optional.of("this machine has " + Frames.POOL + " frames for each domain");
        }
        if (cast.slots().length > ProgramWriter.MAX_SLOTS) {
            return Optional.of("it asks for more than " + ProgramWriter.MAX_SLOTS + " slots");
        }
        for (int mfn = 0; mfn < setting.frames().size(); mfn++) {
            Frame frame = setting.frames().get(mfn);
            if (cast.role(mfn) == Role.NONE) {
                return Optional.of("this machine has no frame like " + frame.name());
            }
            if (!frame.contents().isEmpty()
                    && cast.role(mfn) != Role.OWN
                    && cast.role(mfn) != Role.KERNEL) {
                return Optional.of("here " + frame.name() + " cannot be filled");
            }
        }
        return Optional.empty();
    }

    private String name(Role role) {
        for (int mfn = 0; mfn < setting.frames().size(); mfn++) {
            if (cast.role(mfn) == role) {
                return setting.frames().get(mfn).name();
            }
        }
        throw new IllegalStateException("no frame is " + role);
    }

    private Optional<String> programs() {
        Script script = scenario.script();
        if (script != null && script.grain() == Script.Grain.STEPS) {
            return Optional.of("its script has steps of the model");
        }
        if (script != null && script.turns().stream().anyMatch(turn -> !turn.answers().isEmpty())) {
            return Optional.of("its script chooses what the hardware does");
        }
        return scenario.programs().stream()
                .flatMap(program -> program.calls().stream())
                .map(this::call)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> call(Call call) {
        return switch (call) {
            case Call.Alone alone -> operation(alone.operation());
            case Call.Multicall multicall ->
                    multicall.writable()
                            ? array(multicall.array(), multicall.calls())
                                    .or(
                                            () ->
                                                    multicall.calls().stream()
                                                            .map(this::inner)
                                                            .flatMap(Optional::stream)
                                                            .findFirst())
                            : Optional.of("its list of calls is where the agent cannot write");
            case Call.MmuUpdate u -> array(u.arguments().array(), u.requests());
            case Call.MmuextOp m -> array(m.arguments().array(), m.operations());
            case Call.Unknown u -> Optional.empty();
        };
    }

    /** Behind the agent's arrays there is always more memory. */
    private static Optional<String> array(Call.Array array, List<?> requests) {
        return array == Call.Array.ENDS_EARLY && !requests.isEmpty()
                ? Optional.of("the agent has no array that ends early")
                : Optional.empty();
    }

    /** Handles of grants that are unmapped are known only between calls. */
    private Optional<String> inner(Call call) {
        return call instanceof Call.Alone alone && GrantHandles.unmaps(alone.operation())
                ? Optional.of("it unmaps a grant within a multicall")
                : call(call);
    }

    private static Optional<String> operation(Operation operation) {
        return switch (operation) {
            case Operation.GuestRead r -> ofTheModel();
            case Operation.GuestWrite w -> ofTheModel();
            case Operation.LinearL1Read l -> ofTheModel();
            default -> Optional.empty();
        };
    }

    private static Optional<String> ofTheModel() {
        return Optional.of("it has an access that only the model has");
    }
}
