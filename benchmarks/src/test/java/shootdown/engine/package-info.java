/**
 * What threads may see of the engine's structures that are read without locks: jcstress tests, run
 * by {@code LockFreeReadsTest}.
 */
@NullMarked
package shootdown.engine;

import org.jspecify.annotations.NullMarked;
