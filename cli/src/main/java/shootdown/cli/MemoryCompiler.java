package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles one source without writing a file, so that there is nothing to clean up. */
final class MemoryCompiler {
    private static final int SHOWN_ERRORS = 5;

    private MemoryCompiler() {}

    /**
     * The classes of a source, in order of their names, loaded but not initialised.
     *
     * @throws Complaint with the errors and their lines if it does not compile
     */
    static List<Class<?>> compile(Path file, String source) {
        @Nullable JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new Complaint(
                    Exit.MISSING, "this Java has no compiler; run Shootdown with a full JDK");
        }
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        Map<String, ByteArrayOutputStream> classes = new TreeMap<>();
        try (StandardJavaFileManager standard =
                        compiler.getStandardFileManager(found, Locale.ROOT, UTF_8);
                JavaFileManager manager = new Memory(standard, classes)) {
            boolean good =
                    compiler.getTask(
                                    null,
                                    manager,
                                    found,
                                    List.of("-proc:none", "-parameters", "-g", "-Xlint:none"),
                                    null,
                                    List.of(new Source(file, source)))
                            .call();
            if (!good) {
                throw new Complaint(errors(file, source, found.getDiagnostics()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        classes.forEach((name, code) -> bytes.put(name, code.toByteArray()));
        return new Loader(bytes).all(file);
    }

    /** Each error as compilers show it: file, line, column, message, the line and a caret. */
    private static String errors(
            Path file, String source, List<Diagnostic<? extends JavaFileObject>> found) {
        List<String> lines = source.lines().toList();
        List<String> words = new ArrayList<>();
        int errors = 0;
        for (Diagnostic<? extends JavaFileObject> problem : found) {
            if (problem.getKind() != Diagnostic.Kind.ERROR || ++errors > SHOWN_ERRORS) {
                continue;
            }
            int line = (int) problem.getLineNumber();
            int column = (int) Math.max(1, problem.getColumnNumber());
            String message = problem.getMessage(Locale.ROOT).replace("\n", "\n    ");
            words.add("%s:%d:%d: %s".formatted(file, line, column, message));
            if (line >= 1 && line <= lines.size()) {
                words.add("    " + lines.get(line - 1).replace('\t', ' '));
                words.add("    " + " ".repeat(column - 1) + "^");
            }
        }
        if (errors > SHOWN_ERRORS) {
            words.add("and %d more errors".formatted(errors - SHOWN_ERRORS));
        }
        return "the policy file does not compile\n" + String.join("\n", words);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(Path file, String text) {
            super(file.toAbsolutePath().toUri(), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        /** Any file may hold any class, whatever is public. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
        }
    }

    private static final class Memory extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes;

        Memory(StandardJavaFileManager manager, Map<String, ByteArrayOutputStream> classes) {
            super(manager);
            this.classes = classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location,
                String className,
                JavaFileObject.Kind kind,
                @Nullable FileObject sibling) {
            ByteArrayOutputStream code = new ByteArrayOutputStream();
            classes.put(className, code);
            return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return code;
                }
            };
        }
    }

    /** Prefers its own classes, so that a copy of a class of ours may be edited and run. */
    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> classes;

        Loader(Map<String, byte[]> classes) {
            super(MemoryCompiler.class.getClassLoader());
            this.classes = classes;
        }

        List<Class<?>> all(Path file) {
            List<Class<?>> loaded = new ArrayList<>();
            for (String name : classes.keySet()) {
                try {
                    loaded.add(loadClass(name));
                } catch (ClassNotFoundException | LinkageError e) {
                    throw new Complaint(file + ": cannot load " + name + ": " + e);
                }
            }
            return loaded;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                byte[] code = classes.get(name);
                if (code == null) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? defineClass(name, code, 0, code.length) : loaded;
            }
        }
    }
}
