/**
 * Judges policies: explores every behaviour of a small machine, a {@link
 * shootdown.checker.Universe}, under a policy, and gives a verdict for each {@link
 * shootdown.checker.Property} with the shortest way to break it.
 *
 * <p>Invariant: nothing in here knows a rule of Xen or of the hardware; what a step does is the
 * model's business, what a search does the engine's. "Safe" is said only after a search of the
 * whole universe.
 *
 * <p>Start reading at {@link shootdown.checker.Checker}.
 */
@NullMarked
package shootdown.checker;

import org.jspecify.annotations.NullMarked;
