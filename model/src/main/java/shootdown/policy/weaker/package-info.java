/**
 * What can be taken away from a policy: {@link shootdown.policy.weaker.Weakening}s, each of which
 * leaves out one thing that a policy does, and policies that are weakened by them.
 *
 * <p>Invariant: a weakened policy asks for no flush that its policy does not ask for, or asks for
 * it later or of a smaller range; so if it is safe, the policy does too much.
 *
 * <p>Start reading at {@link shootdown.policy.weaker.Weakenings}, the list of all.
 */
@NullMarked
package shootdown.policy.weaker;

import org.jspecify.annotations.NullMarked;
