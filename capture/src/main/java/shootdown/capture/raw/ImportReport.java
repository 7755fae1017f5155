package shootdown.capture.raw;

import shootdown.workload.trace.TraceEvent.Hypercall;

import java.util.EnumMap;
import java.util.Map;

/**
 * What an import counted. The two sides count the same hypercalls: {@link #linux} what Linux's
 * trace says it asks for, {@link #xen} what Xen saw in the same time. Xen may see a few more, since
 * some of Linux's functions call it without a trace point.
 */
public final class ImportReport {
    /** Calls of one kind, and the requests in them. */
    public static final class Counts {
        private final Map<Hypercall, long[]> counts = new EnumMap<>(Hypercall.class);

        private Counts() {
            for (Hypercall call : Hypercall.values()) {
                counts.put(call, new long[2]);
            }
        }

        void call(Hypercall call) {
            at(call)[0]++;
        }

        void requests(Hypercall call, long number) {
            at(call)[1] += number;
        }

        private long[] at(Hypercall call) {
            long[] found = counts.get(call);
            if (found == null) {
                throw new IllegalArgumentException("no counter of " + call);
            }
            return found;
        }

        public long calls(Hypercall call) {
            return at(call)[0];
        }

        public long requests(Hypercall call) {
            return at(call)[1];
        }
    }

    final Counts linux = new Counts();
    final Counts xen = new Counts();
    long events;
    long trappedWrites;
    long pageFaults;
    long otherEvents;
    long withoutProbe;
    long leftOut;
    long unknownRequests;
    long notIssued;
    long outOfStep;
    long lostByLinux;
    long lostByXen;
    long outside;
    long wentBack;
    long unknown;
    long skipped;
    String firstSkipped = "";

    ImportReport() {}

    public Counts linux() {
        return linux;
    }

    public Counts xen() {
        return xen;
    }

    /** Events written. */
    public long events() {
        return events;
    }

    /** Writes that Xen trapped; only Xen knows of them. */
    public long trappedWrites() {
        return trappedWrites;
    }

    /** Page faults that Xen gave to the guest. */
    public long pageFaults() {
        return pageFaults;
    }

    /** Lines of Linux's trace that are of no use here. */
    public long otherEvents() {
        return otherEvents;
    }

    /** Entries set before the kprobes were there: their old values are not known. */
    public long withoutProbe() {
        return withoutProbe;
    }

    /** Of these, entries that could not be written down at all. */
    public long leftOut() {
        return leftOut;
    }

    /** Requests in calls of Linux of which nothing tells what they are. */
    public long unknownRequests() {
        return unknownRequests;
    }

    /** Entries and operations that got ready and were in no call. */
    public long notIssued() {
        return notIssued;
    }

    /** Times at which Linux issued other calls than those that were seen to enter the buffer. */
    public long outOfStep() {
        return outOfStep;
    }

    public long lostByLinux() {
        return lostByLinux;
    }

    public long lostByXen() {
        return lostByXen;
    }

    /** Xen's records before Linux's first event or behind its last one. */
    public long outside() {
        return outside;
    }

    /** Lines that trace-cmd could not explain. */
    public long unknown() {
        return unknown;
    }

    /** Lines and records that come a little late in their file; they are taken where they stand. */
    public long wentBack() {
        return wentBack;
    }

    /** Lines and records that could not be read, and were allowed to be skipped. */
    public long skipped() {
        return skipped;
    }

    /** What was wrong with the first of them. */
    public String firstSkipped() {
        return firstSkipped;
    }
}
