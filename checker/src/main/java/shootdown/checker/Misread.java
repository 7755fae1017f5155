package shootdown.checker;

import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Observer;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.SegmentState;
import shootdown.hypervisor.Stage;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear read in the middle of a call that no legal walk allows, and the harm that it does: the
 * rest of the call is taken as well, so that a story ends in the table that was edited wrongly.
 */
final class Misread implements Observer {
    private final Universe universe;
    private final Hypervisor xen;
    private final Geometry geometry;
    private final LinearFreshness linear;
    private boolean found;
    private boolean stored;
    private int reader;
    private int window;
    private int table;
    private int named;
    private String right = "";

    Misread(Universe universe, Hypervisor xen) {
        this.universe = universe;
        this.xen = xen;
        this.geometry = xen.layout().geometry();
        this.linear = new LinearFreshness(xen, new LegalWalk(xen));
    }

    /**
     * The steps of a story that breaks P3, and those to the end of the call that has misread.
     *
     * @return the steps as they are if what is wrong is what could be read between calls
     */
    List<Story.Step> follow(long[] first, List<Story.Step> steps) {
        long[] s = first.clone();
        for (Story.Step step : steps) {
            xen.perform(s, step.cpu(), step.action(), n -> step.answer(), this);
        }
        List<Story.Step> all = new ArrayList<>(steps);
        int[] actions = new int[xen.actionCount()];
        while (found && isInCall(s) && xen.actions(s, reader, actions) > 0) {
            all.add(new Story.Step(reader, actions[0], 0));
            xen.perform(s, reader, actions[0], n -> 0, this);
        }
        return all;
    }

    private boolean isInCall(long[] s) {
        Stage stage = xen.cpus().stage(s, reader);
        return stage != Stage.IDLE && stage != Stage.GUEST;
    }

    /** Whether there was such a read. */
    boolean isFound() {
        return found;
    }

    @Override
    public void linearRead(long[] s, int cpu, int address, int mfn) {
        if (linear.isOwnEvent(s, cpu, address) && !linear.isLegal(s, cpu, address, mfn)) {
            found = true;
            stored = false;
            reader = cpu;
            window = address;
            table = mfn;
            right = universe.namesOf(linear.legalFrames(address));
            named = mfn < 0 ? -1 : frameNamed(s, cpu, mfn);
        }
    }

    /** The frame that the entry names which Xen has read. */
    private int frameNamed(long[] s, int cpu, int mfn) {
        VirtualAddress va =
                switch (xen.operation(xen.cpus().operation(s, cpu))) {
                    case Operation.Access a -> a.va();
                    case Operation.UnmapAndReplace u -> u.replacement();
                    default -> VirtualAddress.of(xen.segments().ldtBase(s, cpu));
                };
        boolean l2 = geometry.keys().addresses().get(window).i3() == LinearMap.SLOT;
        long entry = geometry.read(s, mfn, l2 ? va.i2() : va.i1());
        return Pte.isPresent(entry) ? Pte.mfn(entry) : -1;
    }

    @Override
    public void stored(long[] s, int cpu, int into, int slot, long oldEntry, long newEntry) {
        stored |= found && cpu == reader && into == named;
    }

    /** What was read and what came of it, in one sentence. */
    String sentence(long[] last) {
        String what = Suspects.describe(geometry.keys().addresses().get(window));
        String got = table < 0 ? "a fault" : universe.frameName(table);
        return "CPU%d read the %s and found %s; a legal walk gives %s%s."
                .formatted(reader, what, got, right, harm(last));
    }

    private String harm(long[] last) {
        if (stored) {
            return ". So Xen has edited " + universe.frameName(named);
        }
        SegmentState segments = xen.segments();
        for (int page = 0; segments.isKept() && page < SegmentState.LDT_PAGES; page++) {
            if (named >= 0 && segments.ldtFrame(last, reader, page) == named) {
                return ". So Xen has mapped %s as a page of its LDT"
                        .formatted(universe.frameName(named));
            }
        }
        return "";
    }
}
