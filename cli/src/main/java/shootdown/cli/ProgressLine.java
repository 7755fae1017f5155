package shootdown.cli;

import java.util.function.Supplier;

/**
 * Shows how far something is: on a terminal a line that is drawn again twice a second, elsewhere
 * one line a minute. Nothing of it goes to where results go.
 */
final class ProgressLine implements AutoCloseable {
    private static final long FIRST_MILLIS = 700;
    private static final long LIVE_MILLIS = 500;
    private static final long MINUTE_MILLIS = 60_000;
    private static final int WIDTH = 99;
    private static final String CLEAR_LINE = "\r\033[K";

    private final Console console;
    private final Supplier<String> text;
    private final Thread painter;
    private boolean painted;

    /**
     * @param text what there is to say, whenever it is asked
     */
    ProgressLine(Console console, Supplier<String> text) {
        this.console = console;
        this.text = text;
        this.painter = Thread.ofPlatform().daemon().name("progress").start(this::paint);
    }

    private void paint() {
        try {
            Thread.sleep(console.live() ? FIRST_MILLIS : MINUTE_MILLIS);
            while (true) {
                draw(text.get());
                Thread.sleep(console.live() ? LIVE_MILLIS : MINUTE_MILLIS);
            }
        } catch (InterruptedException closed) {
            clear();
        }
    }

    private void draw(String line) {
        painted = true;
        if (console.live()) {
            console.err().print(CLEAR_LINE + line.substring(0, Math.min(WIDTH, line.length())));
            console.err().flush();
        } else {
            console.say(line);
        }
    }

    private void clear() {
        if (painted && console.live()) {
            console.err().print(CLEAR_LINE);
            console.err().flush();
        }
    }

    /** Takes the line away. */
    @Override
    public void close() {
        painter.interrupt();
        try {
            painter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
