package shootdown.capture.raw;

import static java.util.Comparator.comparingLong;

import org.jspecify.annotations.Nullable;

import shootdown.workload.trace.TraceEvent;
import shootdown.workload.trace.TraceEvent.Hypercall;
import shootdown.workload.trace.TraceEvent.LinuxWrite;
import shootdown.workload.trace.TraceEvent.Via;
import shootdown.workload.trace.TraceForm;
import shootdown.workload.trace.TraceWriter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Makes a recording from Linux's trace and xentrace's file, merged by time, in one pass.
 *
 * <p>Events come out in the order in which Xen gets the calls. One that is not clear yet (see
 * {@link LinuxCpu}) holds back what comes after it, on all CPUs, until its own CPU says more; never
 * more than {@value #MOST_HELD} events, so memory is bounded.
 */
public final class RawImport implements LinuxCpu.Output {
    static final int CPUS = 64;
    private static final int MOST_HELD = 4096;

    private record Held(long number, TraceEvent event) {
        static final Comparator<Held> ORDER =
                comparingLong((Held held) -> held.event.time()).thenComparingLong(Held::number);
    }

    private final TraceWriter writer;
    private final ImportReport report = new ImportReport();
    private final @Nullable LinuxCpu[] cpus = new @Nullable LinuxCpu[CPUS];
    private final PriorityQueue<Held> held = new PriorityQueue<>(Held.ORDER);
    private long start = -1;
    private long now;
    private long numbered;
    private int lastId;

    private RawImport(TraceWriter writer) {
        this.writer = writer;
    }

    /**
     * Imports a recording.
     *
     * @param linux Linux's trace as text, plain or gzip
     * @param xentrace xentrace's file; null if there is none, then trapped writes are missing
     * @param lenient whether to skip and count what cannot be read
     * @param out the recording, in gzip; replaced if it is there
     * @throws BadRecording if a file is damaged, or has no event of use
     */
    public static ImportReport run(
            Path linux, @Nullable Path xentrace, boolean lenient, String name, Path out)
            throws IOException {
        Path unfinished = out.resolveSibling(out.getFileName() + ".unfinished");
        try {
            ImportReport report = write(linux, xentrace, new Skipped(lenient), name, unfinished);
            Files.move(unfinished, out, StandardCopyOption.REPLACE_EXISTING);
            return report;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static ImportReport write(
            Path linux, @Nullable Path xentrace, Skipped skipped, String name, Path out)
            throws IOException {
        try (LinuxText text = LinuxText.open(linux, skipped);
                XentraceFile xen = xentrace == null ? null : XentraceFile.open(xentrace, skipped);
                TraceWriter writer = TraceWriter.create(out, name, TraceForm.STOCK)) {
            RawImport run = new RawImport(writer);
            run.merge(text, xen);
            if (run.report.events == 0) {
                throw new BadRecording(
                        linux, "no event of Xen's trace points in it; were they switched on?");
            }
            run.report.lostByLinux += text.overwritten();
            run.report.unknown = text.unknown();
            run.report.skipped = skipped.count();
            run.report.firstSkipped = skipped.first();
            return run.report;
        }
    }

    /** Linux's events decide how long the recording is; Xen's outside of it are left out. */
    private void merge(LinuxText text, @Nullable XentraceFile xen) throws IOException {
        XenRecord record = xen == null ? null : xen.next();
        for (LinuxLine line = text.next(); line != null; line = text.next()) {
            if (start < 0) {
                start = line.time();
            }
            while (xen != null && record != null && record.time() < line.time()) {
                take(record);
                record = xen.next();
            }
            take(line.at(now(line.time())));
            release();
        }
        for (; xen != null && record != null; record = xen.next()) {
            report.outside++;
        }
        for (LinuxCpu cpu : cpus) {
            if (cpu != null) {
                cpu.settle();
            }
        }
        release();
    }

    /** The time since the begin; where the clocks of two CPUs differ a little, it stands still. */
    private long now(long stamp) {
        report.wentBack += stamp - start < now ? 1 : 0;
        now = Math.max(now, stamp - start);
        return now;
    }

    private void take(LinuxLine line) {
        LinuxCpu cpu = cpus[line.cpu()];
        if (cpu == null) {
            cpu = new LinuxCpu(line.cpu(), this, report);
            cpus[line.cpu()] = cpu;
        }
        cpu.take(line);
    }

    private void take(XenRecord record) {
        if (record.time() < start) {
            report.outside++;
            return;
        }
        switch (record.event()) {
            case XenRecord.TRAPPED_WRITE -> trappedWrite(record);
            case XenRecord.PAGE_FAULT -> report.pageFaults++;
            case XenRecord.LOST_RECORDS ->
                    report.lostByXen +=
                            record.words().length == 0
                                    ? 1
                                    : Integer.toUnsignedLong(record.words()[0]);
            case XenRecord.HYPERCALL, XenRecord.SUBCALL -> count(record);
            default -> {}
        }
    }

    /** The new entry, where it is, and the instruction. */
    private void trappedWrite(XenRecord record) {
        if (record.words().length < 4) {
            return;
        }
        report.trappedWrites++;
        long kva = record.wide(1);
        put(
                new LinuxWrite(
                        now(record.time()),
                        record.cpu(),
                        "-",
                        0,
                        Via.TRAPPED,
                        1,
                        kva,
                        false,
                        0,
                        record.wide(0)));
    }

    private void count(XenRecord record) {
        Hypercall call = record.hypercall();
        if (call != null && !record.continues()) {
            report.xen.call(call);
            boolean single = call == Hypercall.UPDATE_VA_MAPPING;
            report.xen.requests(call, single ? 1 : record.requests());
        }
    }

    // Output.

    @Override
    public int newId() {
        return ++lastId;
    }

    @Override
    public void put(TraceEvent event) {
        held.add(new Held(numbered++, event));
    }

    private void release() throws IOException {
        if (held.size() > MOST_HELD) {
            for (LinuxCpu cpu : cpus) {
                if (cpu != null) {
                    cpu.settle();
                }
            }
        }
        long open = Long.MAX_VALUE;
        for (LinuxCpu cpu : cpus) {
            open = Math.min(open, cpu == null ? Long.MAX_VALUE : cpu.openSince());
        }
        while (!held.isEmpty() && held.element().event().time() < open) {
            writer.write(held.remove().event());
            report.events++;
        }
    }
}
