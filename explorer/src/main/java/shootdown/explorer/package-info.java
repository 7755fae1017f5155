/**
 * The explorer: a universe under a policy, gone through step by step in the browser.
 *
 * <p>Invariant: nothing here knows a rule of Xen or of its caches. Places, steps and verdicts are
 * those of {@link shootdown.checker.Trails}, searches are the engine's; this package answers
 * requests, and reads the expressions that searches look for.
 *
 * <p>Start reading at {@link shootdown.explorer.Explorer} and {@link
 * shootdown.explorer.Expression}.
 */
@NullMarked
package shootdown.explorer;

import org.jspecify.annotations.NullMarked;
