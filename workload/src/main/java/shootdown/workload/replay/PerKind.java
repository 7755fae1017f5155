package shootdown.workload.replay;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Something for each constant of an enum. */
final class PerKind<E extends Enum<E>, V> {
    private final Map<E, V> values;

    PerKind(Class<E> kinds, Supplier<V> first) {
        values = new EnumMap<>(kinds);
        for (E kind : kinds.getEnumConstants()) {
            values.put(kind, first.get());
        }
    }

    V of(E kind) {
        return Objects.requireNonNull(values.get(kind));
    }
}
