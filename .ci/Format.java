import com.google.googlejavaformat.java.Main;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks or applies google-java-format (AOSP) over the project. Maven runs it with the toolchain's
 * Java, because the formatter parses with the compiler of the Java that it runs on, and Maven's own
 * may be too old for this source.
 *
 * <p>Usage: {@code java --add-exports… -cp FORMATTER.jar Format.java check|apply ROOT}
 */
final class Format {
    public static void main(String[] args) throws Exception {
        boolean apply = args[0].equals("apply");
        Path root = Path.of(args[1]);
        List<String> command = new ArrayList<>(List.of("--aosp"));
        command.addAll(
                apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
        int options = command.size();
        command.addAll(sources(root));
        if (command.size() == options) {
            throw new IllegalStateException("no Java source below " + root);
        }
        int exit =
                new Main(
                                new PrintWriter(System.err, true),
                                new PrintWriter(System.err, true),
                                System.in)
                        .format(command.toArray(String[]::new));
        if (exit != 0 && !apply) {
            System.err.println("Not formatted: the files above. Run: mvn -Pformat process-sources");
        }
        System.exit(exit);
    }

    private static List<String> sources(Path root) throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> top = Files.list(root)) {
            for (Path folder : top.sorted().toList()) {
                Path source =
                        folder.getFileName().toString().equals(".ci")
                                ? folder
                                : folder.resolve("src");
                if (Files.isDirectory(source)) {
                    try (Stream<Path> tree = Files.walk(source)) {
                        tree.map(Path::toString)
                                .filter(f -> f.endsWith(".java"))
                                .sorted()
                                .forEach(sources::add);
                    }
                }
            }
        }
        return sources;
    }

    private Format() {}
}
