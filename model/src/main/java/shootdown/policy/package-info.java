/**
 * What decides the flushes after a page-table edit: the {@link shootdown.policy.Policy} interface
 * and the catalogue of all policies of the XSA-286 thread, one small class each.
 *
 * <p>Invariant: a policy sees what Xen's code sees at that point of {@code do_mmu_update} (mm.c),
 * and nothing else; it is deterministic and has no state of its own. One that asks more is marked
 * <em>ideal</em> in the {@link shootdown.policy.Catalogue}.
 *
 * <p>Start reading at {@link shootdown.policy.Final}, the commit that ended the thread.
 */
@NullMarked
package shootdown.policy;

import org.jspecify.annotations.NullMarked;
