package shootdown.capture.raw;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Linux's trace as text: what {@code trace} and {@code trace_pipe} say, or {@code trace-cmd
 * report}.
 *
 * <pre>
 *           TASK-PID     CPU#  FLAGS  TIMESTAMP   EVENT
 *             sh-143     [000] ...1. 106438263023: xen_mmu_set_pte: ptep ffff88800d8fcff0 …
 *  workloads.elf-665     [000]367907399675: xen_mmu_set_pte:      [FAILED TO PARSE] ptep=0xffff…
 * </pre>
 */
final class LinuxText implements Closeable {
    /** What trace-cmd says where it does not know an event. */
    private static final String UNKNOWN = "[UNKNOWN EVENT]";

    private static final Pattern LOST =
            Pattern.compile("CPU:([0-9]{1,4}) \\[(?:LOST )?([0-9]{1,18}) EVENTS(?: DROPPED)?]");
    private static final Pattern LOST_SOME = Pattern.compile("CPU:([0-9]{1,4}) \\[LOST EVENTS.*]");

    private static final Pattern BUFFER =
            Pattern.compile("entries-in-buffer/entries-written: ([0-9]{1,18})/([0-9]{1,18})");

    private final TextLines lines;
    private final Skipped skipped;
    private final long[] lastTime = new long[RawImport.CPUS];
    private String text = "";
    private String lastTask = "";
    private long unknown;
    private long overwritten;

    private LinuxText(TextLines lines, Skipped skipped) {
        this.lines = lines;
        this.skipped = skipped;
    }

    /**
     * Opens a file.
     *
     * @param skipped takes lines that cannot be read, if that is allowed
     */
    static LinuxText open(Path file, Skipped skipped) throws IOException {
        return new LinuxText(TextLines.open(file), skipped);
    }

    /** The next line that tells something, events of no use included; null at the end. */
    @Nullable LinuxLine next() throws IOException {
        while (true) {
            String line = lines.next();
            if (line == null) {
                return null;
            }
            if (line.isBlank() || line.startsWith("#") || line.startsWith("cpus=")) {
                header(line);
                continue;
            }
            if (line.startsWith(UNKNOWN)) {
                unknown++;
                continue;
            }
            text = line;
            try {
                return read();
            } catch (BadLine e) {
                skipped.line(
                        BadRecording.inLine(
                                lines.file(), lines.number(), String.valueOf(e.getMessage())));
            }
        }
    }

    private void header(String line) {
        Matcher counts = BUFFER.matcher(line);
        if (counts.find()) {
            overwritten = Long.parseLong(counts.group(2)) - Long.parseLong(counts.group(1));
        }
    }

    private static final class BadLine extends Exception {
        private static final long serialVersionUID = 1L;

        BadLine(String problem) {
            super(problem);
        }
    }

    private LinuxLine read() throws BadLine {
        if (text.startsWith("CPU:")) {
            return lost();
        }
        int bracket = cpuColumn();
        int close = text.indexOf(']', bracket);
        int cpu = (int) decimal("CPU", text.substring(bracket + 1, close));
        if (cpu >= RawImport.CPUS) {
            throw new BadLine("field CPU: %d; more than %d CPUs".formatted(cpu, RawImport.CPUS));
        }
        int stamp = stampColumn(close + 1);
        int colon = text.indexOf(": ", stamp);
        if (colon < 0) {
            throw new BadLine("field TIMESTAMP: no ':' behind it");
        }
        long time = time(text.substring(stamp, colon));
        int name = colon + 2;
        int nameEnd = text.indexOf(':', name);
        if (nameEnd < 0) {
            throw new BadLine("field EVENT: no ':' behind the event's name");
        }
        lastTime[cpu] = time;
        return new LinuxLine(
                time, cpu, task(bracket), event(text.substring(name, nameEnd), nameEnd + 1));
    }

    private LinuxEvent event(String name, int bodyColumn) throws BadLine {
        try {
            LinuxEvent event = LinuxBody.read(name, text.substring(bodyColumn).strip());
            return event == null ? new LinuxEvent.Other() : event;
        } catch (LinuxBody.BadField e) {
            throw new BadLine(name + ": " + e.getMessage());
        }
    }

    /** Where the CPU's bracket is. A task may have any name, so look for what is around it. */
    private int cpuColumn() throws BadLine {
        for (int i = text.indexOf('['); i > 0; i = text.indexOf('[', i + 1)) {
            int close = i + 1;
            while (close < text.length() && isDigit(text.charAt(close))) {
                close++;
            }
            boolean number = close > i + 3 && close < text.length() && text.charAt(close) == ']';
            if (number && text.charAt(i - 1) == ' ') {
                return i;
            }
        }
        throw new BadLine(
                "no CPU in [ ]; expected 'TASK-PID [CPU] FLAGS TIMESTAMP: EVENT: …', as in the file"
                        + " trace or from trace-cmd report");
    }

    /** Where the time begins: behind the flags, which begin with no digit, or at once. */
    private int stampColumn(int from) throws BadLine {
        int i = skipBlanks(from);
        if (i < text.length() && !isDigit(text.charAt(i))) {
            i = text.indexOf(' ', i);
            i = i < 0 ? text.length() : skipBlanks(i);
        }
        if (i >= text.length() || !isDigit(text.charAt(i))) {
            throw new BadLine("field TIMESTAMP: is missing");
        }
        return i;
    }

    private int skipBlanks(int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) == ' ') {
            i++;
        }
        return i;
    }

    private static long time(String stamp) throws BadLine {
        if (stamp.indexOf('.') >= 0) {
            throw new BadLine(
                    "field TIMESTAMP: '%s' is in seconds; record with trace_clock=x86-tsc"
                            .formatted(stamp));
        }
        return decimal("TIMESTAMP", stamp);
    }

    private String task(int bracket) throws BadLine {
        String left = text.substring(0, bracket).strip();
        if (left.endsWith(")") && left.lastIndexOf('(') > 0) {
            left = left.substring(0, left.lastIndexOf('(')).strip();
        }
        int dash = left.lastIndexOf('-');
        if (dash < 0 || dash + 1 == left.length() || !isDigit(left.charAt(dash + 1))) {
            throw new BadLine("field TASK-PID: '%s' has no number".formatted(left));
        }
        String task = left.replace(',', ';');
        if (!task.equals(lastTask)) {
            lastTask = task;
        }
        return lastTask;
    }

    private LinuxLine lost() throws BadLine {
        Matcher some = LOST_SOME.matcher(text);
        Matcher counted = LOST.matcher(text);
        if (!some.matches() && !counted.matches()) {
            throw new BadLine("neither an event nor a note of lost events");
        }
        Matcher note = counted.matches() ? counted : some;
        int cpu = (int) decimal("CPU", note.group(1));
        if (cpu >= RawImport.CPUS) {
            throw new BadLine("field CPU: %d; more than %d CPUs".formatted(cpu, RawImport.CPUS));
        }
        long events = note == counted ? decimal("EVENTS", note.group(2)) : 1;
        return new LinuxLine(lastTime[cpu], cpu, "", new LinuxEvent.Lost(events));
    }

    private static long decimal(String field, String digits) throws BadLine {
        try {
            return Long.parseLong(digits.strip());
        } catch (NumberFormatException e) {
            throw new BadLine("field %s: '%s' is no number".formatted(field, digits));
        }
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    /** Events that were overwritten by later ones because the buffer was full: the oldest. */
    long overwritten() {
        return overwritten;
    }

    /** Lines of which trace-cmd itself did not know what they are. */
    long unknown() {
        return unknown;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
