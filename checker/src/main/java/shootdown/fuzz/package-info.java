/**
 * Random walks in universes that are too big to be explored to the end.
 *
 * <p>Nothing is told which universe breaks which policy: {@code Composer} composes machines at
 * random from all mechanisms that the model has, {@code Hunt} walks through one of them, led by
 * what it has not seen yet, and {@code Reducer} makes the machine of what it finds as small as it
 * goes; the shortest story is then searched there exhaustively. What is not found is not safe.
 *
 * <p>Everything is a function of a seed. Start reading at {@code Campaign}.
 */
@NullMarked
package shootdown.fuzz;

import org.jspecify.annotations.NullMarked;
