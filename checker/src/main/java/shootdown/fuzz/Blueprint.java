package shootdown.fuzz;

import shootdown.checker.Universe;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Defect;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.MachineSetup.Asked;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A universe as data, so that parts of it can be taken out.
 *
 * @param frames a name and the owner of each frame
 * @param slots the tracked slots, ascending
 * @param domains the first one is the usual one
 * @param loads for each CPU the domain whose vCPU is loaded at first, or {@link DomId#IDLE}
 * @param vcpus domains of the vCPUs that are loaded nowhere at first
 * @param operations the alphabet
 * @param tracked addresses that no operation names
 * @param grantMaps at most so many maps of grants in a run; 0 for no limit
 * @param setup what makes the first state
 * @param defects rules taken out of the model
 */
record Blueprint(
        List<Frame> frames,
        List<Integer> slots,
        Set<Switch> switches,
        List<Dom> domains,
        List<Integer> loads,
        List<Integer> vcpus,
        List<Allowed> operations,
        List<VirtualAddress> tracked,
        int grantMaps,
        List<Asked> setup,
        Set<Defect> defects) {

    /** A frame; its owner is a domain, or {@link DomId#INVALID} for a free one. */
    record Frame(String name, int owner) {}

    /** What a domain is at first. */
    enum Life {
        RUNS,
        PAUSED,
        UNDER_CONSTRUCTION
    }

    /** A domain. */
    record Dom(int id, boolean privileged, boolean pv32, Life life) {}

    Blueprint {
        frames = List.copyOf(frames);
        slots = List.copyOf(slots);
        switches = Set.copyOf(switches);
        domains = List.copyOf(domains);
        loads = List.copyOf(loads);
        vcpus = List.copyOf(vcpus);
        operations = List.copyOf(operations);
        tracked = List.copyOf(tracked);
        setup = List.copyOf(setup);
        defects = Set.copyOf(defects);
    }

    int cpus() {
        return loads.size();
    }

    /**
     * The machine.
     *
     * @throws IllegalArgumentException if there can be no such machine
     */
    Machine machine() {
        Machine.Builder machine =
                Machine.builder()
                        .cpus(cpus())
                        .frames(frames.size())
                        .slots(slots.stream().mapToInt(Integer::intValue).toArray())
                        .grantMaps(grantMaps)
                        .allow(operations)
                        .track(tracked.toArray(new VirtualAddress[0]));
        for (Switch on : switches) {
            on.applyTo(machine);
        }
        for (Dom domain : domains) {
            declare(domain, machine);
        }
        for (int cpu = 0; cpu < cpus(); cpu++) {
            machine.load(cpu, loads.get(cpu));
        }
        vcpus.forEach(machine::vcpu);
        for (int mfn = 0; mfn < frames.size(); mfn++) {
            machine.owner(mfn, frames.get(mfn).owner());
        }
        defects.forEach(machine::defect);
        return machine.build();
    }

    private void declare(Dom domain, Machine.Builder machine) {
        machine.domain(domain.id(), domain.privileged(), false);
        if (domain.pv32()) {
            machine.pv32(domain.id());
        }
        switch (domain.life()) {
            case RUNS -> {}
            case PAUSED -> machine.paused(domain.id());
            case UNDER_CONSTRUCTION -> machine.underConstruction(domain.id());
        }
    }

    /**
     * The universe.
     *
     * @throws IllegalArgumentException if there can be no such machine
     */
    Universe universe(String name) {
        return new Universe(
                name,
                "composed at random",
                "whatever its alphabet does",
                "what is not in its alphabet",
                machine(),
                frames.stream().map(Frame::name).toList(),
                this::setUp,
                false);
    }

    private void setUp(MachineSetup first) {
        setup.forEach(asked -> ask(first, asked));
    }

    /**
     * Asks something of a setup.
     *
     * @throws IllegalArgumentException if Xen refuses it
     */
    static void ask(MachineSetup first, Asked asked) {
        switch (asked) {
            case Asked.Entry e -> first.entry(e.mfn(), e.slot(), e.value());
            case Asked.Pin p -> first.pin(p.level(), p.mfn());
            case Asked.Load l -> first.load(l.cpu(), l.mfn());
            case Asked.LoadUser l -> first.loadUser(l.cpu(), l.mfn());
            case Asked.Assist a -> first.assist(a.cpu(), a.type());
            case Asked.Granted g -> first.grant(g.granter(), g.entry());
            case Asked.Base b -> first.base(b.vcpu(), b.mfn());
        }
    }

    Blueprint withSwitches(Set<Switch> value) {
        return new Blueprint(
                frames,
                slots,
                value,
                domains,
                loads,
                vcpus,
                operations,
                tracked,
                grantMaps,
                setup,
                defects);
    }

    Blueprint withOperations(List<Allowed> value) {
        return new Blueprint(
                frames, slots, switches, domains, loads, vcpus, value, tracked, grantMaps, setup,
                defects);
    }

    Blueprint withTracked(List<VirtualAddress> value) {
        return new Blueprint(
                frames,
                slots,
                switches,
                domains,
                loads,
                vcpus,
                operations,
                value,
                grantMaps,
                setup,
                defects);
    }

    Blueprint withSetup(List<Asked> value) {
        return new Blueprint(
                frames,
                slots,
                switches,
                domains,
                loads,
                vcpus,
                operations,
                tracked,
                grantMaps,
                value,
                defects);
    }

    Blueprint withDefects(Set<Defect> value) {
        return new Blueprint(
                frames,
                slots,
                switches,
                domains,
                loads,
                vcpus,
                operations,
                tracked,
                grantMaps,
                setup,
                value);
    }

    /** The same without a switch. */
    Blueprint without(Switch off) {
        Set<Switch> left = EnumSet.copyOf(switches);
        left.remove(off);
        return withSwitches(left);
    }
}
