package shootdown.policy.weaker;

import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;
import shootdown.policy.weaker.Weakening.Always;
import shootdown.policy.weaker.Weakening.ForSome;

import java.util.List;

/**
 * A policy from which something is taken away. The policy itself decides as ever, and sees every
 * update; what it asks for is cut on its way to the flusher.
 *
 * <p>Its accumulator is that of the policy, and one bit: whether the invocation has seen an edit of
 * an L2..L4 table that no {@link ForSome} covers. Then the flush of the invocation stays whole.
 */
final class Weakened implements Policy {
    private static final int WHOLE = 1 << 31;
    private static final Less NO_TLB = Less.noTlb();

    private final Policy policy;
    private final List<Weakening> weakenings;
    private final List<Less> always;
    private final List<ForSome> forSome;

    Weakened(Policy policy, List<Weakening> weakenings) {
        this.policy = policy;
        this.weakenings = List.copyOf(weakenings);
        always =
                weakenings.stream()
                        .filter(Always.class::isInstance)
                        .map(weakening -> ((Always) weakening).less())
                        .toList();
        forSome =
                weakenings.stream()
                        .filter(ForSome.class::isInstance)
                        .map(ForSome.class::cast)
                        .toList();
    }

    Policy policy() {
        return policy;
    }

    boolean isBlind() {
        return weakenings.stream().allMatch(Weakening::isBlind);
    }

    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        boolean covered = isCovered(update);
        int own = policy.updated(update, cut(flusher, covered), accumulator & ~WHOLE);
        if ((own & WHOLE) != 0) {
            throw new IllegalStateException("the policy uses bit 31 of the accumulator itself");
        }
        boolean whole = update.level() > 1 && !covered;
        return own | (whole ? WHOLE : accumulator & WHOLE);
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {
        boolean whole = forSome.isEmpty() || (accumulator & WHOLE) != 0;
        policy.finished(invocation, cut(flusher, !whole), accumulator & ~WHOLE);
    }

    private boolean isCovered(Update update) {
        for (ForSome some : forSome) {
            if (some.covers(update)) {
                return true;
            }
        }
        return false;
    }

    private Flusher cut(Flusher flusher, boolean noTlb) {
        Flusher left = noTlb ? NO_TLB.of(flusher) : flusher;
        for (Less less : always) {
            left = less.of(left);
        }
        return left;
    }
}
