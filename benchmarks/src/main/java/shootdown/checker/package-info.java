/** Benchmarks of what the checker does in every state. */
@NullMarked
package shootdown.checker;

import org.jspecify.annotations.NullMarked;
