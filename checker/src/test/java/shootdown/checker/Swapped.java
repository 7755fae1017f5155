package shootdown.checker;

import shootdown.policy.Final;
import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;

/** {@code final} with the flags for the local CPU and for the others mixed up. */
final class Swapped implements Policy {
    private final Policy unswapped = new Final();

    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        return unswapped.updated(update, flusher, accumulator);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        unswapped.finished(
                invocation,
                new Flusher() {
                    @Override
                    public void local(int flags) {
                        flusher.others(flags);
                    }

                    @Override
                    public void othersBut(long spared, int flags) {
                        flusher.local(flags);
                    }

                    @Override
                    public void rootPgtChanged() {
                        flusher.rootPgtChanged();
                    }
                },
                accumulator);
    }
}
