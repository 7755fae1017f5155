package shootdown.cli;

import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

import shootdown.report.Page;
import shootdown.report.Span;
import shootdown.report.Tone;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * The terminal of a person, by way of JLine, which asks {@code stty}.
 *
 * @param out where what it shows is written
 * @param colour whether the person wants colours
 */
record Screen(OutputStream out, boolean colour) {
    /** Narrower pages are not made. */
    private static final int NARROWEST = 40;

    /** Its width now, or that of any page if it does not tell. */
    int columns() {
        try (Terminal terminal = open()) {
            return columns(terminal);
        } catch (IOException | IllegalStateException e) {
            return Page.WIDTH;
        }
    }

    static int columns(Terminal terminal) {
        int columns = terminal.getSize().getColumns();
        return columns <= 0 ? Page.WIDTH : Math.max(NARROWEST, columns);
    }

    /** Whoever takes it gives it back. */
    Terminal open() throws IOException {
        return TerminalBuilder.builder()
                .system(true)
                .provider(TerminalBuilder.PROP_PROVIDER_EXEC)
                .dumb(false)
                .nativeSignals(true)
                .signalHandler(Terminal.SignalHandler.SIG_IGN)
                .build();
    }

    /** Such words as can be written to a terminal. */
    AttributedString line(List<Span> spans) {
        AttributedStringBuilder line = new AttributedStringBuilder();
        for (Span span : spans) {
            line.append(span.text(), colour ? style(span.tone()) : AttributedStyle.DEFAULT);
        }
        return line.toAttributedString();
    }

    private static AttributedStyle style(Tone tone) {
        AttributedStyle plain = AttributedStyle.DEFAULT;
        return switch (tone) {
            case PLAIN -> plain;
            case TITLE -> plain.bold();
            case GOOD -> plain.foreground(AttributedStyle.GREEN);
            case BAD -> plain.bold().foreground(AttributedStyle.RED);
            case UNSURE -> plain.foreground(AttributedStyle.YELLOW);
            case MUTED -> plain.faint();
        };
    }
}
