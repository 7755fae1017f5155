package shootdown.workload.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import shootdown.workload.trace.TraceEvent.BaseLoad;
import shootdown.workload.trace.TraceEvent.CallBegin;
import shootdown.workload.trace.TraceEvent.CallEnd;
import shootdown.workload.trace.TraceEvent.DirectWrite;
import shootdown.workload.trace.TraceEvent.EntryWrite;
import shootdown.workload.trace.TraceEvent.Flush;
import shootdown.workload.trace.TraceEvent.FlushRequest;
import shootdown.workload.trace.TraceEvent.LinuxBatch;
import shootdown.workload.trace.TraceEvent.LinuxFlush;
import shootdown.workload.trace.TraceEvent.LinuxWrite;
import shootdown.workload.trace.TraceEvent.Mmuext;
import shootdown.workload.trace.TraceEvent.Multicall;
import shootdown.workload.trace.TraceEvent.PageFault;
import shootdown.workload.trace.TraceEvent.TableContent;
import shootdown.workload.trace.TraceEvent.TableDropped;
import shootdown.workload.trace.TraceEvent.TableValidated;
import shootdown.workload.trace.TraceEvent.Toggle;
import shootdown.workload.trace.TraceEvent.VaMapping;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a recording. What {@link TraceReader} reads from it are the same events; the same events
 * give the same bytes.
 *
 * <p>For one thread.
 */
public final class TraceWriter implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final OutputStream out;
    private final TraceForm form;
    private final String[] tasks = new String[EventParser.CPUS];
    private final StringBuilder line = new StringBuilder();
    private long time;

    private TraceWriter(OutputStream out, String name, TraceForm form) throws IOException {
        this.out = out;
        this.form = form;
        Arrays.fill(tasks, "");
        line.append("# shootdown-trace ").append(TraceReader.VERSION).append(' ');
        line.append(name).append(form.suffix());
        writeLine();
        if (form == TraceForm.FULL) {
            line.append("# dt,cpu,task,event...");
            writeLine();
        }
    }

    /** Begins a file in gzip, or replaces it. */
    public static TraceWriter create(Path path, String name, TraceForm form) throws IOException {
        return new TraceWriter(gzip(Files.newOutputStream(path)), name, form);
    }

    /** Writes plain text to a stream, which is closed with this. */
    public static TraceWriter to(OutputStream stream, String name, TraceForm form)
            throws IOException {
        return new TraceWriter(new BufferedOutputStream(stream, CHUNK), name, form);
    }

    private static OutputStream gzip(OutputStream out) throws IOException {
        return new GZIPOutputStream(new BufferedOutputStream(out, CHUNK), CHUNK) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        };
    }

    /**
     * Writes one event.
     *
     * @throws IllegalArgumentException if the form has no such event, or its time lies before that
     *     of the last
     */
    public void write(TraceEvent event) throws IOException {
        if (!isOfForm(event)) {
            throw new IllegalArgumentException("not in a %s recording: %s".formatted(form, event));
        }
        if (event.time() < time) {
            throw new IllegalArgumentException("time goes back to " + event.time());
        }
        line.append(form == TraceForm.STOCK ? event.time() : event.time() - time);
        time = event.time();
        line.append(',').append(event.cpu()).append(',').append(task(event)).append(',');
        switch (event) {
            case Multicall e -> event("MC").decimal(e.calls());
            case CallBegin e -> callBegin(e);
            case CallEnd e -> callEnd(e);
            case EntryWrite e -> entryWrite(e);
            case VaMapping e ->
                    event("UV").decimal(e.id()).hex(e.va()).hex(e.value()).hex(e.flags());
            case Mmuext e -> mmuext(e);
            case BaseLoad e -> event("CR3").hex(e.cr3()).decimal(e.domain()).decimal(e.vcpu());
            case Toggle e -> toggle(e);
            case FlushRequest e ->
                    event("FR").hex(e.flags()).hex(e.cpuMask()).hex(e.va()).text(e.who());
            case Flush e -> event("FL").hex(e.flags()).hex(e.va()).text(e.who());
            case TableValidated e ->
                    event("PR").hex(e.mfn()).decimal(e.level()).decimal(e.present());
            case TableContent e ->
                    event("PX").decimal(e.level()).hex(e.ma()).hex(e.value()).decimal(e.run());
            case TableDropped e -> event("DE").hex(e.mfn()).decimal(e.level());
            case PageFault e -> event("PF").hex(e.instruction()).hex(e.errorCode());
            case LinuxBatch e ->
                    event("BB").decimal(e.id()).decimal(e.call().number()).decimal(e.count());
            case LinuxWrite e -> linuxWrite(e);
            case LinuxFlush e -> linuxFlush(e);
            case DirectWrite e ->
                    event("DW").decimal(e.level()).hex(e.kva()).hex(e.old()).hex(e.value());
        }
        writeLine();
    }

    private boolean isOfForm(TraceEvent event) {
        boolean ofBoth =
                event instanceof Multicall || event instanceof VaMapping || event instanceof Mmuext;
        boolean ofStock =
                event instanceof LinuxBatch
                        || event instanceof LinuxWrite
                        || event instanceof LinuxFlush
                        || event instanceof DirectWrite;
        return ofBoth || ofStock == (form == TraceForm.STOCK);
    }

    private String task(TraceEvent event) {
        String task = event.task();
        if (form == TraceForm.FULL && task.equals(tasks[event.cpu()])) {
            return "";
        }
        tasks[event.cpu()] = task;
        return task;
    }

    private void callBegin(CallBegin e) {
        event("BB").decimal(e.id()).decimal(e.call().number()).decimal(e.count());
        hex(e.kernelMfn()).hex(e.userMfn()).decimal(e.vcpu()).text(e.kernelMode() ? "k" : "u");
    }

    private void callEnd(CallEnd e) {
        event("BE").decimal(e.id()).decimal(e.call().number());
        decimal(e.done()).decimal(e.rc()).decimal(e.flushed());
    }

    private void entryWrite(EntryWrite e) {
        event("PT").decimal(e.id()).letter(e.via().letter()).decimal(e.level());
        hex(e.ma()).hex(e.old()).hex(e.value());
        decimal(e.command()).bit(e.ok()).bit(e.pinned()).decimal(e.references());
    }

    private void mmuext(Mmuext e) {
        event("EX").decimal(e.id()).text(e.command().name());
        line.append(form == TraceForm.STOCK && e.command().pins() ? ",0x" : ",");
        line.append(Long.toHexString(e.arg1()));
        hex(e.arg2());
    }

    private void toggle(Toggle e) {
        event("TG").hex(e.cr3()).decimal(e.domain()).decimal(e.vcpu()).bit(e.toKernel());
    }

    private void linuxWrite(LinuxWrite e) {
        event("PT").decimal(e.id()).letter(e.via().letter()).decimal(e.level()).hex(e.kva());
        (e.oldKnown() ? hex(e.old()) : text("?")).hex(e.value());
    }

    private void linuxFlush(LinuxFlush e) {
        event("EX").decimal(e.id()).text("FLUSH_MULTI");
        line.append(",ncpus ").append(e.cpus()).append(" mm ").append(Long.toHexString(e.mm()));
        line.append(" addr ").append(Long.toHexString(e.start()));
        line.append("  end ").append(Long.toHexString(e.end())).append(",0");
    }

    private TraceWriter event(String name) {
        line.append(name);
        return this;
    }

    private TraceWriter decimal(long value) {
        line.append(',').append(value);
        return this;
    }

    private TraceWriter bit(boolean value) {
        return decimal(value ? 1 : 0);
    }

    private TraceWriter hex(long value) {
        return text(Long.toHexString(value));
    }

    private TraceWriter letter(char letter) {
        line.append(',').append(letter);
        return this;
    }

    private TraceWriter text(String text) {
        line.append(',').append(text);
        return this;
    }

    private void writeLine() throws IOException {
        line.append('\n');
        out.write(line.toString().getBytes(ISO_8859_1));
        line.setLength(0);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
