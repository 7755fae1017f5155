package shootdown.xen;

/**
 * The ring of programs and results in one domain's mailbox. Programs are numbered from 0 since the
 * machine was started or restored.
 *
 * <p>Thread rule: one thread at a time.
 */
final class Channel {
    private final Mailbox mailbox;
    private final Frames frames;
    private final ProgramWriter writer;
    private final Result result;
    private long submitted;
    private long taken;

    Channel(Mailbox mailbox) {
        this.mailbox = mailbox;
        this.frames = new Frames(mailbox);
        this.writer = new ProgramWriter(mailbox, frames);
        this.result = new Result(mailbox);
        synchronise();
    }

    /** After a restore the memory has the counters of the saved state. */
    void synchronise() {
        submitted = mailbox.acquire(Protocol.Header.SUBMITTED);
        taken = submitted;
    }

    Frames frames() {
        return frames;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    boolean isFull() {
        return submitted - taken == Protocol.SLOTS;
    }

    void submit(Program program) {
        writer.begin((int) (submitted % Protocol.SLOTS));
        program.write(writer);
        writer.end();
        submitted++;
        mailbox.release(Protocol.Header.SUBMITTED, submitted);
    }

    /** Whether the oldest program that was not taken has its result. */
    boolean hasResult() {
        return mailbox.acquire(Protocol.Header.COMPLETED) > taken;
    }

    Result take() {
        return result.at((int) (taken++ % Protocol.SLOTS));
    }

    /** The step of the oldest program that has no result. */
    int currentStep() {
        return (int) mailbox.acquire(Protocol.Header.CURRENT_STEP);
    }
}
