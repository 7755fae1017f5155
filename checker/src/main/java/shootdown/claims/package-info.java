/**
 * What was claimed about the flushes, and what the model says to it: each {@link
 * shootdown.claims.Claim} with the experiments that decide it, and the verdict that follows from
 * them.
 *
 * <p>Invariant: no verdict is written down anywhere. It is computed from what searches answer, and
 * an answer that rests on a limit, or on a search in which nothing was at stake, supports nothing.
 *
 * <p>Start reading at {@link shootdown.claims.Claims}; the mails are in {@code docs/thread.md}.
 */
@NullMarked
package shootdown.claims;

import org.jspecify.annotations.NullMarked;
