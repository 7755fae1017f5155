/**
 * The model against real Xen, by random programs.
 *
 * <p>A {@link shootdown.conformance.ProgramGenerator} makes a {@link shootdown.conformance.Program}
 * in an {@link shootdown.conformance.Arena}. Model and Xen run it, and everything that a guest or
 * the frame table can tell is compared after each step.
 *
 * <p>Invariant: nothing here knows a rule of Xen. What the generator excludes, because it would end
 * the agent on the other side, is listed in {@code docs/fidelity.md}.
 */
@NullMarked
package shootdown.conformance;

import org.jspecify.annotations.NullMarked;
