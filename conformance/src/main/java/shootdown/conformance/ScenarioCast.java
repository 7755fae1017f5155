package shootdown.conformance;

import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Machine;
import shootdown.scenario.Condition;
import shootdown.scenario.Expectation;
import shootdown.scenario.Scenario;
import shootdown.scenario.Section;
import shootdown.scenario.Setting;
import shootdown.xen.Frames;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The frames of a scenario on real Xen, in its own numbers. One more is there than the scenario
 * has, {@link #kernel()}: the table below which the agent lives.
 */
final class ScenarioCast implements Cast {
    /** What a frame is on real Xen. */
    enum Role {
        OWN,
        OTHERS,
        SPECIAL,
        IO,
        DENIED,
        XEN,
        KERNEL,
        /** None of those that are there. */
        NONE
    }

    private final Setting setting;
    private final List<Role> roles = new ArrayList<>();
    private final int[] slots;

    /**
     * @param kernels frames that are below the last slot of an L4
     */
    ScenarioCast(Scenario scenario, Set<Integer> kernels) {
        setting = scenario.setting();
        for (int frame = 0; frame < setting.frames().size(); frame++) {
            boolean kernel = kernels.contains(frame);
            roles.add(kernel ? Role.KERNEL : role(setting.frames().get(frame)));
        }
        roles.add(Role.KERNEL);
        Set<Integer> named = new TreeSet<>();
        scenario.sections().stream()
                .map(Section::expectations)
                .flatMap(List::stream)
                .forEach(expectation -> add(expectation, named));
        slots = named.stream().mapToInt(Integer::intValue).toArray();
    }

    private Role role(Setting.Frame frame) {
        OptionalInt owner = frame.owner();
        if (frame.denied()) {
            return Role.DENIED;
        }
        if (frame.special()) {
            return owner.isEmpty() || owner.getAsInt() == own() ? Role.SPECIAL : Role.NONE;
        }
        if (owner.isEmpty() || owner.getAsInt() == own()) {
            return Role.OWN;
        }
        return switch (owner.getAsInt()) {
            case DomId.IO -> Role.IO;
            case DomId.XEN -> Role.XEN;
            default -> owner.getAsInt() == other() ? Role.OTHERS : Role.NONE;
        };
    }

    /** The number of the domain whose programs run, as the scenario has it. */
    int own() {
        return setting.domains().isEmpty() ? 0 : setting.domains().getFirst().id();
    }

    /** The number of the domain with frames, or -1. */
    int other() {
        return setting.domains().stream()
                .skip(1)
                .filter(domain -> domain.kind() == Machine.Kind.PV)
                .mapToInt(Setting.Domain::id)
                .findFirst()
                .orElse(-1);
    }

    /** The number of the frame that the scenario does not have. */
    int kernel() {
        return setting.frames().size();
    }

    Role role(int frame) {
        return roles.get(frame);
    }

    /** How many frames have this role, the one that is added not counted. */
    long count(Role role) {
        return roles.subList(0, kernel()).stream().filter(is -> is == role).count();
    }

    @Override
    public long[] mfns(Frames machine) {
        long[] mfns = new long[roles.size()];
        int own = 0;
        int others = 0;
        for (int frame = 0; frame < mfns.length; frame++) {
            mfns[frame] =
                    switch (roles.get(frame)) {
                        case OWN -> machine.pool(own++);
                        case OTHERS -> machine.foreignPool(others++);
                        case SPECIAL -> machine.sharedInfo();
                        case IO -> machine.mmioFrame();
                        case DENIED -> machine.deniedFrame();
                        case XEN -> machine.xenFrame();
                        case KERNEL -> machine.bootL3();
                        case NONE -> throw new IllegalStateException("no such frame");
                    };
        }
        return mfns;
    }

    /** Frames of devices above all memory have no page state. */
    @Override
    public boolean isWatched(int frame) {
        return roles.get(frame) != Role.DENIED;
    }

    @Override
    public int[] slots() {
        return slots.clone();
    }

    /** A number that no domain of the scenario has is one that no real domain has. */
    @Override
    public int domid(int domid, Frames machine) {
        if (domid == own()) {
            return machine.domain();
        }
        if (domid == other()) {
            return machine.foreignDomain();
        }
        boolean taken = domid == machine.domain() || domid == machine.foreignDomain();
        return taken && domid < DomId.SELF ? domid + 1000 : domid;
    }

    // Which slots conditions name.

    private static void add(Expectation expectation, Set<Integer> named) {
        switch (expectation) {
            case Expectation.Always a -> add(a.condition(), named);
            case Expectation.Sometimes s -> add(s.condition(), named);
            case Expectation.Never n -> add(n.condition(), named);
            case Expectation.Keeps k -> {}
            case Expectation.Breaks b -> {}
        }
    }

    private static void add(Condition condition, Set<Integer> named) {
        switch (condition) {
            case Condition.And a -> {
                add(a.left(), named);
                add(a.right(), named);
            }
            case Condition.Or o -> {
                add(o.left(), named);
                add(o.right(), named);
            }
            case Condition.Not n -> add(n.condition(), named);
            case Condition.EntryNames e -> named.add(e.slot());
            case Condition.EntryIs e -> named.add(e.slot());
            case Condition.Answered a -> {}
            case Condition.TypeIs t -> {}
            case Condition.FigureIs f -> {}
            case Condition.IsMarked m -> {}
            case Condition.OwnerIs o -> {}
            case Condition.BaseIs b -> {}
        }
    }
}
