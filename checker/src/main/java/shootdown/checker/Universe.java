package shootdown.checker;

import shootdown.hardware.TranslationCaches;
import shootdown.hypervisor.Layout;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A finite machine, its first state, and the alphabet of things that guests may do on it.
 *
 * @param name family and variant, such as {@code u1-linear-uvm-xpti-pcid}
 * @param title what it is, in a few words
 * @param aims what its alphabet aims at
 * @param cannotShow what its size or alphabet rules out
 * @param machine the machine with its alphabet
 * @param frameNames a name for each frame, such as {@code L3a}
 * @param setup writes, pins and loads the first tables
 * @param byDefault whether a check without universes explores it
 */
public record Universe(
        String name,
        String title,
        String aims,
        String cannotShow,
        Machine machine,
        List<String> frameNames,
        Consumer<MachineSetup> setup,
        boolean byDefault) {
    private static final Pattern FRAME = Pattern.compile("mfn ([0-9]+)");

    public Universe {
        frameNames = List.copyOf(frameNames);
        if (frameNames.size() != machine.frames()) {
            throw new IllegalArgumentException(
                    name + ": " + frameNames.size() + " names for " + machine.frames());
        }
    }

    /** The first state on this layout. */
    long[] firstState(Layout layout, TranslationCaches caches) {
        MachineSetup first = new MachineSetup(layout, caches);
        setup.accept(first);
        return first.build();
    }

    /** The name of a frame; root copies and monitor tables belong to a CPU. */
    public String frameName(int mfn) {
        int own = mfn - machine.frames();
        if (machine.schedules() && own == (machine.xpti() ? machine.cpus() : 0)) {
            return "idle";
        }
        if (own < 0) {
            return frameNames.get(mfn);
        }
        if (own >= machine.cpus()) {
            return "mfn " + mfn;
        }
        return (machine.isPv32(machine.firstDomain(own)) ? "monitor" : "copy") + own;
    }

    /** A text in which frames have their names in place of {@code mfn 3}. */
    public String named(String text) {
        return FRAME.matcher(text).replaceAll(frame -> frameName(Integer.parseInt(frame.group(1))));
    }

    /** The names of a set of frames, or {@code nothing}. */
    String namesOf(long frames) {
        List<String> names = new ArrayList<>();
        for (long left = frames; left != 0; left &= left - 1) {
            names.add(frameName(Long.numberOfTrailingZeros(left)));
        }
        return names.isEmpty() ? "nothing" : String.join(" or ", names);
    }

    /** The name of a vCPU: its domain, and its number within it. */
    public String vcpuName(int vcpu) {
        if (vcpu < 0) {
            return "the idle vCPU";
        }
        int domid = machine.domainOf(vcpu);
        int number = 0;
        for (int before = 0; before < vcpu; before++) {
            number += machine.domainOf(before) == domid ? 1 : 0;
        }
        return "d" + domid + "v" + number;
    }

    /** The same universe on another machine, under another name. */
    public Universe with(String variant, Machine changed) {
        return new Universe(
                variant, title, aims, cannotShow, changed, frameNames, setup, byDefault);
    }

    Universe onRequest() {
        return new Universe(name, title, aims, cannotShow, machine, frameNames, setup, false);
    }
}
