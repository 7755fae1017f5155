package shootdown.workload.replay;

import shootdown.workload.trace.TraceForm;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Whether the model does what the recording's Xen did: counted at each point where both are known.
 */
public final class Agreement {
    /** Where they are compared. */
    public enum Point {
        ALIVE_BEFORE("what was there before fits the rest"),
        OLD_ENTRY("the entry before an edit"),
        NEW_ENTRY("the entry after it"),
        TYPE_COUNT("the table's type count"),
        DROPPED("a table is a table no longer"),
        MMUEXT("an operation of mmuext_op succeeds"),
        FLUSHED("an invocation of do_mmu_update flushes or not"),
        FLUSH_LOCAL("its flush on its own CPU"),
        FLUSH_OTHERS("the CPUs that it interrupts"),
        /** Nothing came in between. */
        TYPE_CHANGE("the CPUs that a type change flushes"),
        /**
         * Calls of other CPUs came between the flush and the end of the call for which it was made;
         * in a replay all of a call comes at its end, and what they flushed is flushed already.
         */
        TYPE_CHANGE_OVERLAPPED("the same, while other CPUs were in calls too"),
        /** The frame's history began before the recording. */
        TYPE_CHANGE_UNKNOWN("the same, of frames of which only Xen knew what they had been");

        private final String text;

        Point(String text) {
            this.text = text;
        }

        /** In words. */
        public String text() {
            return text;
        }
    }

    /** Of one point. */
    public static final class Count {
        private long agreed;
        private long differed;

        /** Times at which both did the same. */
        public long agreed() {
            return agreed;
        }

        /** Times at which they did not. */
        public long differed() {
            return differed;
        }
    }

    /** What Linux asked for must have been done; nothing tells what Xen flushed. */
    private static final Set<Point> OF_STOCK =
            EnumSet.of(Point.ALIVE_BEFORE, Point.NEW_ENTRY, Point.DROPPED, Point.MMUEXT);

    private final Set<Point> compared;
    private final PerKind<Point, Count> counts = new PerKind<>(Point.class, Count::new);
    private final boolean[] flushes;
    private final boolean[] modelLocal;
    private final boolean[] xenLocal;
    private final long[] modelOthers;
    private final long[] xenOthers;
    private final long[] sinceFlush;
    private long calls;
    private final List<List<Long>> modelTypes = new ArrayList<>();
    private final List<List<Long>> xenTypes = new ArrayList<>();

    /**
     * @param form of the recording; what it does not tell is not compared
     */
    Agreement(int cpus, TraceForm form) {
        compared = form == TraceForm.STOCK ? OF_STOCK : EnumSet.allOf(Point.class);
        flushes = new boolean[cpus];
        modelLocal = new boolean[cpus];
        xenLocal = new boolean[cpus];
        modelOthers = new long[cpus];
        xenOthers = new long[cpus];
        sinceFlush = new long[cpus];
        for (int cpu = 0; cpu < cpus; cpu++) {
            modelTypes.add(new ArrayList<>());
            xenTypes.add(new ArrayList<>());
        }
    }

    /** What was found at a point. */
    public Count at(Point point) {
        return counts.of(point);
    }

    /** Whether the recording tells of this point at all. */
    public boolean isCompared(Point point) {
        return compared.contains(point);
    }

    void check(Point point, boolean agrees) {
        if (!isCompared(point)) {
            return;
        }
        Count count = at(point);
        if (agrees) {
            count.agreed++;
        } else {
            count.differed++;
        }
    }

    void policyFlush(int cpu, boolean here, long targets) {
        flushes[cpu] = true;
        modelLocal[cpu] |= here;
        modelOthers[cpu] |= targets;
    }

    void recorded(Step.Recorded r) {
        switch (r.sender()) {
            case LOCAL -> xenLocal[r.cpu()] = true;
            case OTHERS -> xenOthers[r.cpu()] |= r.targets();
            case TYPE_CHANGE -> {
                if (xenTypes.get(r.cpu()).isEmpty()) {
                    sinceFlush[r.cpu()] = calls;
                }
                xenTypes.get(r.cpu()).add(r.targets());
            }
        }
    }

    /** An invocation of do_mmu_update is over, in both. */
    void invocation(int cpu, boolean flushed) {
        check(Point.FLUSHED, flushes[cpu] == flushed);
        if (flushed || xenLocal[cpu] || flushes[cpu]) {
            check(Point.FLUSH_LOCAL, modelLocal[cpu] == xenLocal[cpu]);
            check(Point.FLUSH_OTHERS, modelOthers[cpu] == xenOthers[cpu]);
        }
        flushes[cpu] = false;
        modelLocal[cpu] = false;
        xenLocal[cpu] = false;
        modelOthers[cpu] = 0;
        xenOthers[cpu] = 0;
    }

    /** The model changes a type, and these CPUs must flush for it. */
    void typeChange(int cpu, long flush) {
        if (flush != 0) {
            modelTypes.get(cpu).add(flush);
        }
    }

    /** What changes types is over, in both. */
    void typeChanges(int cpu) {
        List<Long> model = modelTypes.get(cpu);
        List<Long> xen = xenTypes.get(cpu);
        boolean overlapped = calls > sinceFlush[cpu];
        for (int i = 0; i < Math.max(model.size(), xen.size()); i++) {
            boolean agrees = i < model.size() && i < xen.size() && model.get(i).equals(xen.get(i));
            Point otherwise = i < model.size() ? Point.TYPE_CHANGE : Point.TYPE_CHANGE_UNKNOWN;
            check(overlapped ? Point.TYPE_CHANGE_OVERLAPPED : otherwise, agrees);
        }
        model.clear();
        xen.clear();
        calls++;
        sinceFlush[cpu] = calls;
    }
}
