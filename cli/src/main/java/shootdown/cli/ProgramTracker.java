package shootdown.cli;

/**
 * Shows how far a campaign is: on a terminal a line that is drawn again twice a second, elsewhere
 * one line a minute.
 */
final class ProgramTracker implements AutoCloseable {
    private static final long LIVE_MILLIS = 500;
    private static final long MINUTE_MILLIS = 60_000;
    private static final String CLEAR_LINE = "\r\033[K";

    private final Console console;
    private final String name;
    private final long count;
    private final long start = System.nanoTime();
    private final Thread painter;
    private volatile long done;
    private volatile long differing;

    ProgramTracker(Console console, String name, long count) {
        this.console = console;
        this.name = name;
        this.count = count;
        this.painter = Thread.ofPlatform().daemon().name("progress").start(this::paint);
    }

    /** So many programs are done, and so many of them differ. */
    void done(long programs, long differ) {
        done = programs;
        differing = differ;
    }

    private void paint() {
        try {
            while (true) {
                Thread.sleep(console.live() ? LIVE_MILLIS : MINUTE_MILLIS);
                double seconds = (System.nanoTime() - start) / 1e9;
                String line = ConformCommand.line(name, done, count, seconds, differing);
                if (console.live()) {
                    console.err().print(CLEAR_LINE + line);
                    console.err().flush();
                } else {
                    console.say(line);
                }
            }
        } catch (InterruptedException closed) {
            if (console.live()) {
                console.err().print(CLEAR_LINE);
                console.err().flush();
            }
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
