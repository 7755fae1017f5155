/**
 * Exhaustive exploration of finite transition systems.
 *
 * <p>The engine visits every state that a {@link shootdown.engine.TransitionSystem} can reach,
 * breadth first, and tells which properties are broken and by which shortest path. It knows nothing
 * of Xen, of x86 or of page tables: a state is a flat {@code long[]} cut into <em>blocks</em>.
 *
 * <p>Invariant of the package: nothing that a {@link shootdown.engine.SearchResult} tells, measured
 * values excepted, depends on the number of threads, on their timing, on hashes or on interned ids.
 *
 * <p>Start reading at {@link shootdown.engine.Search}.
 */
@org.jspecify.annotations.NullMarked
package shootdown.engine;
