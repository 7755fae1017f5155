package shootdown.scenario;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Machine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A machine, its frames, and how it starts: what scenarios and universes have in common.
 *
 * @param cpus how many CPUs, each with one vCPU of the first domain
 * @param switches what differs from the usual
 * @param mustDo flags that each update of an upper entry obliges every dirty CPU to execute
 * @param domains empty for one unprivileged domain 0
 * @param slots tracked slots that nothing in the text names
 * @param frames in the order of their numbers
 * @param preparations what is pinned and loaded at first, in order
 * @param tracked addresses whose translations matter though no operation names them
 */
public record Setting(
        int cpus,
        Map<Switch, Boolean> switches,
        int mustDo,
        List<Domain> domains,
        List<Integer> slots,
        List<Frame> frames,
        List<Preparation> preparations,
        List<VirtualAddress> tracked) {

    /** A domain by name; the first one's vCPUs are loaded. */
    public record Domain(String name, int id, boolean privileged, boolean io, Machine.Kind kind) {}

    /**
     * A frame.
     *
     * @param name what the text calls it
     * @param level 1..4 if it is meant to be a table, 0 if not
     * @param owner a domain's id, or empty for the first domain
     * @param special whether it is one of Xen's heap that a domain may map
     * @param denied whether it is I/O memory that no domain may map
     * @param contents what lies in it at first, before anything is validated
     */
    public record Frame(
            String name,
            int level,
            OptionalInt owner,
            boolean special,
            boolean denied,
            Map<Integer, Long> contents) {
        public Frame {
            contents = new TreeMap<>(contents);
        }
    }

    /** What is done before the programs begin. */
    public sealed interface Preparation {
        /** A table is pinned. */
        record Pinned(int level, int mfn) implements Preparation {}

        /** A table becomes the kernel base of the vCPU on this CPU. */
        record Loaded(int cpu, int mfn) implements Preparation {}

        /** A table becomes the user base of the vCPU on this CPU. */
        record UserLoaded(int cpu, int mfn) implements Preparation {}
    }

    public Setting {
        switches = Map.copyOf(new LinkedHashMap<>(switches));
        domains = List.copyOf(domains);
        slots = List.copyOf(new TreeSet<>(slots));
        frames = List.copyOf(frames);
        preparations = List.copyOf(preparations);
        tracked = List.copyOf(tracked);
    }

    boolean isOn(Switch what) {
        return switches.getOrDefault(what, what.usually());
    }

    /** The names of the frames, by number. */
    public List<String> frameNames() {
        return frames.stream().map(Frame::name).toList();
    }

    /** The domains, the one that is there if none is named included. */
    List<Domain> allDomains() {
        return domains.isEmpty()
                ? List.of(new Domain("d0", 0, false, false, Machine.Kind.PV))
                : domains;
    }

    /** The machine without anything to do on it. */
    Machine.Builder machine() {
        Machine.Builder machine = Machine.builder().cpus(cpus).frames(frames.size()).mustDo(mustDo);
        switches.forEach((what, on) -> what.set(machine, on));
        tracked.forEach(machine::track);
        domains.forEach(
                domain -> {
                    if (domain.kind() == Machine.Kind.PV) {
                        machine.domain(domain.id(), domain.privileged(), domain.io());
                    } else {
                        machine.domain(domain.id(), domain.kind());
                    }
                });
        for (int mfn = 0; mfn < frames.size(); mfn++) {
            Frame frame = frames.get(mfn);
            if (frame.owner().isPresent()) {
                machine.owner(mfn, frame.owner().getAsInt());
            }
            if (frame.special()) {
                machine.special(mfn);
            }
            if (frame.denied()) {
                machine.denied(mfn);
            }
        }
        return machine;
    }

    /** Slots that the frames' contents and the text's own list name. */
    List<Integer> namedSlots() {
        List<Integer> named = new ArrayList<>(slots);
        frames.forEach(frame -> named.addAll(frame.contents().keySet()));
        return named;
    }
}
