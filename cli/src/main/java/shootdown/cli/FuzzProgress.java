package shootdown.cli;

import shootdown.fuzz.Shard;
import shootdown.fuzz.Target;
import shootdown.report.Numbers;

import java.util.List;

/** What there is to say of a campaign of walks while it runs. */
final class FuzzProgress {
    private final List<Target> targets;
    private final long start;
    private final long limit;
    private volatile Shard done = Shard.none(0);

    FuzzProgress(List<Target> targets, long start, long limit) {
        this.targets = targets;
        this.start = start;
        this.limit = limit;
    }

    void show(Shard shard) {
        done = shard;
    }

    String text() {
        Shard now = done;
        long seconds = (System.nanoTime() - start) / 1_000_000_000L;
        long broken = targets.stream().filter(now::isBroken).count();
        return "fuzz: %s rounds, %s walks, %s steps, %d of %d broken, %d s%s"
                .formatted(
                        Numbers.of(now.to()),
                        Numbers.of(now.walks()),
                        Numbers.of(now.steps()),
                        broken,
                        targets.size(),
                        seconds,
                        limit > Long.MAX_VALUE / 4 ? "" : " of " + limit / 1_000_000_000L);
    }
}
