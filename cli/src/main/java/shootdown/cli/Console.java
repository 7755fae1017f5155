package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import shootdown.report.Page;
import shootdown.report.Span;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where results and messages go. Results go to {@link #out} in UTF-8; a policy file that prints
 * cannot mix its words with them, because they do not pass through {@code System.out}.
 *
 * @param out takes results
 * @param err takes messages and progress
 * @param colour whether results are coloured
 * @param live whether messages go to a terminal, so that a line can be drawn again
 * @param screen the terminal that results go to, if they go to one
 */
record Console(
        OutputStream out, PrintStream err, boolean colour, boolean live, @Nullable Screen screen) {

    /** One that is no terminal. */
    Console(OutputStream out, PrintStream err, boolean colour, boolean live) {
        this(out, err, colour, live, null);
    }

    /** That of the process. */
    static Console ofProcess() {
        boolean dumb = "dumb".equals(System.getenv("TERM"));
        boolean colour =
                isTerminal(1) && System.getenv().getOrDefault("NO_COLOR", "").isEmpty() && !dumb;
        boolean keys = isTerminal(0) && isTerminal(1) && !dumb;
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        return new Console(
                out,
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
                colour,
                isTerminal(2),
                keys ? new Screen(out, colour) : null);
    }

    /** How wide a page may be. */
    int columns() {
        return screen == null ? Page.WIDTH : screen.columns();
    }

    /** Whether a file descriptor is a terminal; where the system does not tell, it is none. */
    private static boolean isTerminal(int descriptor) {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    void print(Page page) {
        print(colour ? coloured(page) : page.text());
    }

    /**
     * Prints a result. A reader that has gone away, such as {@code head}, is no error.
     *
     * @throws Complaint if it cannot be written
     */
    void print(String text) {
        try {
            out.write(text.getBytes(UTF_8));
            out.flush();
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.contains("Broken pipe")) {
                throw new Complaint("cannot write the result: " + reason);
            }
        }
    }

    void say(String message) {
        err.println("shootdown: " + message);
    }

    private static String coloured(Page page) {
        StringBuilder text = new StringBuilder();
        for (List<Span> line : page.lines()) {
            for (Span span : line) {
                String code =
                        switch (span.tone()) {
                            case PLAIN -> "";
                            case TITLE -> "1";
                            case GOOD -> "32";
                            case BAD -> "1;31";
                            case UNSURE -> "33";
                            case MUTED -> "2";
                        };
                if (code.isEmpty()) {
                    text.append(span.text());
                } else {
                    text.append("\033[").append(code).append('m');
                    text.append(span.text()).append("\033[0m");
                }
            }
            text.append('\n');
        }
        return text.toString();
    }
}
