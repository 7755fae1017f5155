package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.Curses;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

import shootdown.checker.Story;
import shootdown.report.Span;
import shootdown.report.StepText;
import shootdown.report.Tone;

import java.io.IOError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows a story on a terminal, one step at a time. However it ends, by a key, Ctrl-C, a signal or
 * an exception, the terminal is given back as it was.
 *
 * <p>Keys are read by one thread; a change of the size is told on another. So all that both touch
 * is guarded by this object.
 */
final class Stepper {
    /** Less cannot show a step. */
    private static final int FEWEST_ROWS = 8;

    private static final int FEWEST_COLUMNS = 40;
    private static final int ENTER = '\r';
    private static final int MOST_DIGITS = 6;

    /** What a key asks for. */
    private enum Key {
        NEXT,
        BEFORE,
        FIRST,
        LAST,
        GO,
        DOWN,
        UP,
        QUIT,
        INTERRUPT,
        OTHER
    }

    private final Screen screen;
    private final Story story;
    private final Interruption interruption;
    private int step;
    private int top;
    private String asked = "";
    private boolean restored;

    Stepper(Screen screen, Story story, Interruption interruption) {
        this.screen = screen;
        this.story = story;
        this.interruption = interruption;
    }

    /** Shows it until the user has seen enough. */
    void run() {
        try (Terminal terminal = screen.open()) {
            Attributes before = terminal.getAttributes();
            byte[] end = end(terminal).getBytes(UTF_8);
            Thread atExit = new Thread(() -> restore(terminal, before, end), "terminal");
            Runtime.getRuntime().addShutdownHook(atExit);
            try {
                take(terminal);
                terminal.handle(
                        Terminal.Signal.INT,
                        signal -> {
                            restore(terminal, before, end);
                            Runtime.getRuntime().exit(Exit.INTERRUPTED);
                        });
                show(terminal);
            } finally {
                restore(terminal, before, end);
                forget(atExit);
            }
        } catch (IOException | IOError e) {
            throw new Complaint("cannot use the terminal: " + e.getMessage());
        }
    }

    private static void forget(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // It runs, or has run.
            atExit.setName("terminal, at exit");
        }
    }

    /** Keys come one by one, Ctrl-C as one of them; the screen is another one until the end. */
    private static void take(Terminal terminal) {
        terminal.enterRawMode();
        Attributes raw = terminal.getAttributes();
        raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
        terminal.setAttributes(raw);
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.keypad_xmit);
        terminal.puts(Capability.cursor_invisible);
        terminal.flush();
    }

    /** What takes back all that was put by {@link #take}. */
    private static String end(Terminal terminal) {
        return Stream.of(
                        Capability.exit_attribute_mode,
                        Capability.cursor_normal,
                        Capability.keypad_local,
                        Capability.exit_ca_mode)
                .map(terminal::getStringCapability)
                .filter(Objects::nonNull)
                .map(capability -> Curses.tputs(capability))
                .collect(Collectors.joining());
    }

    /** Writes past JLine, whose terminal is closed already if the process is being ended. */
    private synchronized void restore(Terminal terminal, Attributes before, byte[] end) {
        if (restored) {
            return;
        }
        restored = true;
        try {
            screen.out().write(end);
            terminal.setAttributes(before);
        } catch (IllegalStateException closed) {
            // Then JLine has set the attributes as they were.
            restored = true;
        } catch (IOException | IOError gone) {
            // So has the terminal.
            restored = true;
        }
    }

    private void show(Terminal terminal) {
        Display display = new Display(terminal, true);
        terminal.handle(Terminal.Signal.WINCH, signal -> draw(terminal, display, true));
        draw(terminal, display, true);
        BindingReader reader = new BindingReader(terminal.reader());
        KeyMap<Key> keys = keys(terminal);
        while (true) {
            @Nullable Key key = reader.readBinding(keys);
            if (key == null || key == Key.QUIT) {
                return;
            }
            if (key == Key.INTERRUPT) {
                interruption.request();
                return;
            }
            if (key == Key.GO) {
                go(reader, terminal, display);
            } else {
                move(key, terminal.getSize().getRows());
            }
            draw(terminal, display, false);
        }
    }

    private static KeyMap<Key> keys(Terminal terminal) {
        KeyMap<Key> keys = new KeyMap<>();
        keys.setNomatch(Key.OTHER);
        keys.setUnicode(Key.OTHER);
        keys.bind(Key.NEXT, "n", " ", "\r", "\n", KeyMap.key(terminal, Capability.key_right));
        keys.bind(Key.NEXT, KeyMap.key(terminal, Capability.key_down));
        keys.bind(Key.BEFORE, "p", KeyMap.key(terminal, Capability.key_left));
        keys.bind(Key.BEFORE, KeyMap.key(terminal, Capability.key_up));
        keys.bind(Key.FIRST, KeyMap.key(terminal, Capability.key_home));
        keys.bind(Key.LAST, KeyMap.key(terminal, Capability.key_end));
        keys.bind(Key.DOWN, "j", KeyMap.key(terminal, Capability.key_npage));
        keys.bind(Key.UP, "k", KeyMap.key(terminal, Capability.key_ppage));
        keys.bind(Key.GO, "g");
        keys.bind(Key.QUIT, "q");
        keys.bind(Key.INTERRUPT, KeyMap.ctrl('C'));
        return keys;
    }

    private synchronized void move(Key key, int rows) {
        int last = StepText.count(story) - 1;
        int half = Math.max(1, rows / 2);
        switch (key) {
            case NEXT -> to(Math.min(last, step + 1));
            case BEFORE -> to(Math.max(0, step - 1));
            case FIRST -> to(0);
            case LAST -> to(last);
            case DOWN -> top += half;
            case UP -> top = Math.max(0, top - half);
            case GO, QUIT, INTERRUPT, OTHER -> {}
        }
    }

    private void to(int next) {
        step = next;
        top = 0;
    }

    /** Reads the number of a step, until Enter; any other key gives it up. */
    private void go(BindingReader reader, Terminal terminal, Display display) {
        StringBuilder number = new StringBuilder();
        while (true) {
            prompt("Go to step: " + number + "_");
            draw(terminal, display, false);
            int c = reader.readCharacter();
            if (c >= '0' && c <= '9' && number.length() < MOST_DIGITS) {
                number.append((char) c);
            } else {
                prompt("");
                if ((c == ENTER || c == '\n') && !number.isEmpty()) {
                    goTo(Integer.parseInt(number.toString()));
                }
                return;
            }
        }
    }

    private synchronized void prompt(String text) {
        asked = text;
    }

    private synchronized void goTo(int number) {
        to(Math.min(StepText.count(story) - 1, number));
    }

    /**
     * Draws the step.
     *
     * @param anew whether what is on the screen is unknown
     */
    private synchronized void draw(Terminal terminal, Display display, boolean anew) {
        if (restored) {
            return;
        }
        int rows = terminal.getSize().getRows();
        int columns = terminal.getSize().getColumns();
        if (anew) {
            display.resize(terminal.getSize());
            display.clear();
        }
        boolean fits = rows >= FEWEST_ROWS && columns >= FEWEST_COLUMNS;
        display.update(fits ? lines(rows, columns) : tooSmall(rows, columns), 0);
    }

    private List<AttributedString> lines(int rows, int columns) {
        List<List<Span>> all = StepText.page(story, step, columns - 1).lines();
        int room = rows - 2;
        top = Math.max(0, Math.min(top, all.size() - room));
        List<AttributedString> lines = new ArrayList<>();
        for (int row = 0; row < room; row++) {
            List<Span> line = top + row < all.size() ? all.get(top + row) : List.of();
            lines.add(cut(screen.line(line), columns));
        }
        lines.add(AttributedString.EMPTY);
        lines.add(
                cut(screen.line(List.of(new Span(footer(all.size(), room), Tone.MUTED))), columns));
        return lines;
    }

    private String footer(int size, int room) {
        if (!asked.isEmpty()) {
            return asked;
        }
        String more = top + room < size ? "PgDn more  " : size > room ? "PgUp back  " : "";
        return more + "n next  p previous  Home End  g go to  q quit";
    }

    private List<AttributedString> tooSmall(int rows, int columns) {
        String text =
                "%dx%d is too small for a step; %dx%d is needed. q quits."
                        .formatted(columns, rows, FEWEST_COLUMNS, FEWEST_ROWS);
        List<AttributedString> lines = new ArrayList<>();
        for (int from = 0; from < text.length() && lines.size() < rows && columns > 1; ) {
            int to = Math.min(text.length(), from + columns - 1);
            lines.add(new AttributedString(text.substring(from, to)));
            from = to;
        }
        return lines;
    }

    private static AttributedString cut(AttributedString line, int columns) {
        return line.columnSubSequence(0, columns - 1);
    }
}
