package shootdown.cli;

import shootdown.policy.Policy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Which fields a policy may have: final ones of kinds that cannot change. A policy that remembers
 * would give verdicts that depend on the order of the search.
 */
final class FieldRules {
    private static final Set<Class<?>> CONSTANT =
            Set.of(
                    String.class,
                    Boolean.class,
                    Byte.class,
                    Short.class,
                    Character.class,
                    Integer.class,
                    Long.class,
                    Float.class,
                    Double.class,
                    Class.class);

    private FieldRules() {}

    /** What is wrong with the first field that may change, if there is one. */
    static Optional<String> violation(Collection<Class<?>> classes) {
        for (Class<?> type : classes) {
            for (Field field : type.getDeclaredFields()) {
                String name = type.getSimpleName() + "." + field.getName();
                if (field.isSynthetic()) {
                    continue;
                }
                if (!Modifier.isFinal(field.getModifiers())) {
                    return Optional.of("field %s is not final".formatted(name));
                }
                if (!isConstant(field.getType(), classes)) {
                    return Optional.of(
                            "field %s is of type %s, which may change; use numbers, strings, enums"
                                            .formatted(name, field.getType().getSimpleName())
                                    + " or policies");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isConstant(Class<?> type, Collection<Class<?>> own) {
        return type.isPrimitive()
                || type.isEnum()
                || CONSTANT.contains(type)
                || Policy.class.isAssignableFrom(type)
                || own.contains(type);
    }
}
