package shootdown.workload.replay;

import shootdown.hardware.Pte;
import shootdown.hypervisor.ReplayMachine;
import shootdown.workload.trace.Skipped;
import shootdown.workload.trace.TraceEvent;
import shootdown.workload.trace.TraceEvent.CallBegin;
import shootdown.workload.trace.TraceEvent.EntryWrite;
import shootdown.workload.trace.TraceEvent.Hypercall;
import shootdown.workload.trace.TraceEvent.LinuxBatch;
import shootdown.workload.trace.TraceEvent.TableContent;
import shootdown.workload.trace.TraceException;
import shootdown.workload.trace.TraceForm;
import shootdown.workload.trace.TraceReader;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A recording as a whole, from one reading of it: how large a machine must be that follows it.
 *
 * @param name as its first line has it, without its form
 * @param file where it is
 * @param form who recorded
 * @param events how many
 * @param cpus physical ones, numbered from 0
 * @param frames frames below this number are guest memory; those above are taken for devices. Of a
 *     stock recording only tables, numbered anew, are guest memory
 * @param batches how many calls of mmu_update have so many requests
 * @param skipped what a lenient reading left out
 * @param pseudoPhysical what a stock recording shows of where its tables are; of others nothing
 */
public record Recording(
        String name,
        Path file,
        TraceForm form,
        long events,
        int cpus,
        int frames,
        SortedMap<Integer, Long> batches,
        Skipped skipped,
        PseudoPhysical pseudoPhysical) {

    /** Its name as its first line has it: that of a stock recording says so. */
    public String title() {
        return name + form.suffix();
    }

    /**
     * Reads a recording to its end.
     *
     * @param lenient leaves out lines that cannot be used
     * @throws shootdown.workload.trace.TraceException if a line is wrong and it is not lenient, or
     *     if it names a table beyond what a machine can have, or if no event is left
     */
    public static Recording of(Path file, boolean lenient) {
        try (TraceReader reader = TraceReader.open(file, lenient)) {
            Bounded bounded = new Bounded(reader);
            Size size = new Size();
            long events = 0;
            for (TraceEvent event = bounded.next(); event != null; event = bounded.next()) {
                size.add(event);
                events++;
            }
            if (events == 0) {
                throw TraceException.at(
                        file.toString(),
                        reader.line(),
                        "no events",
                        "the recording ends here, without an event that can be used");
            }
            return new Recording(
                    reader.name(),
                    file,
                    reader.form(),
                    events,
                    size.cpus,
                    size.frames(reader, file),
                    size.batches,
                    reader.skipped(),
                    size.stock);
        }
    }

    private static final class Size {
        private final SortedMap<Integer, Long> batches = new TreeMap<>();
        private final PseudoPhysical stock = new PseudoPhysical();
        private int cpus = 1;
        private long frames = 1;

        void add(TraceEvent event) {
            cpus = Math.max(cpus, event.cpu() + 1);
            frames = Math.max(frames, Bounded.highestTable(event) + 1);
            switch (event) {
                case EntryWrite e -> {
                    entry(e.old(), 1);
                    entry(e.value(), 1);
                }
                case TableContent e -> entry(e.value(), e.run());
                case CallBegin e -> {
                    if (e.call() == Hypercall.MMU_UPDATE) {
                        batches.merge(e.count(), 1L, Long::sum);
                    }
                }
                case LinuxBatch e -> batches.merge(e.count(), 1L, Long::sum);
                default -> stock.add(event);
            }
        }

        int frames(TraceReader reader, Path file) {
            if (reader.form() != TraceForm.STOCK) {
                return (int) frames;
            }
            int tables = stock.tables(cpus);
            if (tables > ReplayMachine.MOST_FRAMES) {
                throw TraceException.at(
                        file.toString(),
                        reader.line(),
                        "too many tables",
                        "up to %d tables; a machine that follows a recording has at most %d"
                                .formatted(tables, ReplayMachine.MOST_FRAMES));
            }
            return tables;
        }

        /** Memory of devices may lie anywhere; it has no counts, so nothing is lost above. */
        private void entry(long entry, int run) {
            long last = Pte.mfn(entry) + run - 1L;
            if (Pte.isPresent(entry) && last < ReplayMachine.MOST_FRAMES) {
                frames = Math.max(frames, last + 1);
            }
        }
    }
}
