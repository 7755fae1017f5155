package shootdown.fuzz;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * How long to walk.
 *
 * @param rounds number after the last round
 * @param nanos time after which no round begins and those that run are given up
 * @param clock a monotonic clock
 * @param cancelled polled often, by every thread; true ends it
 */
public record Limits(long rounds, long nanos, LongSupplier clock, BooleanSupplier cancelled) {}
