package shootdown.workload.cost;

/** A number that is not known exactly: surely within, and most often near the middle one. */
public record Range(double low, double typical, double high) {
    public static final Range NOTHING = new Range(0, 0, 0);

    /**
     * @throws IllegalArgumentException if they do not ascend from 0 or more
     */
    public Range {
        if (!(low >= 0 && low <= typical && typical <= high)) {
            throw new IllegalArgumentException(low + ", " + typical + ", " + high);
        }
    }

    /** Known exactly. */
    public static Range of(double value) {
        return new Range(value, value, value);
    }

    /** Both together; each of them at its worst at once. */
    public Range plus(Range other) {
        return new Range(low + other.low, typical + other.typical, high + other.high);
    }

    /** So many of a thing, of which there are this many too. */
    public Range times(Range other) {
        return new Range(low * other.low, typical * other.typical, high * other.high);
    }

    /** The nearest to a value within. */
    public double nearest(double value) {
        return Math.max(low, Math.min(high, value));
    }
}
