package shootdown.cli;

import shootdown.conformance.Campaign;
import shootdown.report.Numbers;

/** Shows how far a campaign is. */
final class ProgramTracker implements Campaign.Progress, AutoCloseable {
    private final String name;
    private final long count;
    private final long start = System.nanoTime();
    private final ProgressLine line;
    private volatile long done;
    private volatile long differing;

    /** What is done after the programs, or empty. */
    private volatile String after = "";

    ProgramTracker(Console console, String name, long count) {
        this.name = name;
        this.count = count;
        this.line = new ProgressLine(console, this::text);
    }

    @Override
    public void done(long programs, long differ) {
        done = programs;
        differing = differ;
    }

    @Override
    public void triedAgain(int programs, int of) {
        after = "%s of %s tried again".formatted(Numbers.of(programs), Numbers.of(of));
    }

    @Override
    public void madeSmall(int programs, int of) {
        after = "%d of %d made small".formatted(programs, of);
    }

    /** Such as {@code dom0, XPTI off, 1 vCPU: 12,345 programs, 4,321/s, 0 differ}. */
    private String text() {
        String tail = after;
        if (tail.isEmpty()) {
            double seconds = (System.nanoTime() - start) / 1e9;
            String rate = Numbers.of((long) (done / seconds));
            tail = "%s/s, %s differ".formatted(rate, Numbers.of(differing));
        }
        String of = count == Long.MAX_VALUE ? "" : " of " + Numbers.of(count);
        return "%s: %s%s programs, %s".formatted(name, Numbers.of(done), of, tail);
    }

    @Override
    public void close() {
        line.close();
    }
}
