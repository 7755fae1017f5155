package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Policy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A policy in a Java file of the user: compiled in memory, inspected, and watched. */
final class PolicyFile {
    private PolicyFile() {}

    static CatalogueEntry load(Path file, Watchdog watchdog) {
        List<Class<?>> classes = MemoryCompiler.compile(file, source(file));
        Class<?> type = policyOf(classes, file);
        FieldRules.violation(classes)
                .ifPresent(
                        problem -> {
                            throw new Complaint(
                                    file + ": " + problem + "; a policy must not remember");
                        });
        String name = nameOf(type, file);
        Policy policy = instance(type, name, file, watchdog);
        return new CatalogueEntry(
                name,
                List.of(),
                new WatchedPolicy(policy, name, file, watchdog),
                "the user's own",
                String.valueOf(file.getFileName()),
                false,
                List.of());
    }

    private static String source(Path file) {
        if (!Files.exists(file)) {
            throw new Complaint("there is no policy file " + file);
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new Complaint("cannot read the policy file " + file + ": " + e.getMessage());
        }
    }

    /** The one class that can be a policy; of several the one that is named as the file. */
    private static Class<?> policyOf(List<Class<?>> classes, Path file) {
        List<Class<?>> found = new ArrayList<>();
        for (Class<?> type : classes) {
            if (Policy.class.isAssignableFrom(type)
                    && !type.isInterface()
                    && !Modifier.isAbstract(type.getModifiers())) {
                found.add(type);
            }
        }
        if (found.size() > 1) {
            found.removeIf(type -> !type.getSimpleName().equals(stem(file)));
        }
        if (found.size() != 1) {
            throw new Complaint(
                    "%s: no class in it is the policy: one that implements".formatted(file)
                            + " shootdown.policy.Policy, or of several the one named "
                            + stem(file)
                            + " (shootdown policy-template prints one)");
        }
        return found.getFirst();
    }

    private static Policy instance(Class<?> type, String name, Path file, Watchdog watchdog) {
        Watchdog.Post post = watchdog.post(file);
        post.enter();
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return (Policy) constructor.newInstance();
        } catch (NoSuchMethodException e) {
            throw new Complaint(
                    "%s: %s needs a constructor without parameters"
                            .formatted(file, type.getSimpleName()));
        } catch (InvocationTargetException | ExceptionInInitializerError e) {
            @Nullable Throwable cause = e.getCause();
            throw PolicyFailure.threw(file, name, cause == null ? e : cause);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new Complaint("%s: cannot make a %s: %s".formatted(file, type.getName(), e));
        } finally {
            post.leave();
        }
    }

    /** The class's name in words; that of a policy of the catalogue gets a suffix. */
    private static String nameOf(Class<?> type, Path file) {
        String name = words(type.getSimpleName());
        if (name.isEmpty()) {
            name = words(stem(file));
        }
        return Catalogue.find(name).isPresent() ? name + "-from-file" : name;
    }

    /** {@code SkipNotPresent} is {@code skip-not-present}. */
    static String words(String className) {
        return className
                .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .replaceAll("([A-Z])([A-Z][a-z])", "$1-$2")
                .replace('_', '-')
                .toLowerCase(Locale.ROOT);
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".java") ? name.substring(0, name.length() - 5) : name;
    }
}
