import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells at the end of a build which tests did not run and why, from Surefire's reports. With
 * SHOOTDOWN_REQUIRE_XEN=1 that fails the build.
 *
 * <p>Usage: {@code java NotRun.java ROOT}
 */
final class NotRun {
    private static final Pattern SKIPPED =
            Pattern.compile(
                    "<testcase name=\"[^\"]*\" classname=\"(?:[^\"]*\\.)?([^\".]+)\"[^>]*>\\s*"
                            + "<skipped message=\"([^\"]*)\"");

    private NotRun() {}

    public static void main(String[] args) throws IOException {
        TreeMap<String, TreeSet<String>> byReason = new TreeMap<>();
        try (Stream<Path> reports = Files.find(Path.of(args[0]), 4, (file, a) -> isReport(file))) {
            reports.forEach(report -> collect(report, byReason));
        }
        byReason.forEach(
                (reason, tests) ->
                        System.out.println("NOT RUN: " + String.join(", ", tests) + ": " + reason));
        if (!byReason.isEmpty() && "1".equals(System.getenv("SHOOTDOWN_REQUIRE_XEN"))) {
            System.out.println("SHOOTDOWN_REQUIRE_XEN=1: a test that did not run is a failure.");
            System.exit(1);
        }
    }

    private static boolean isReport(Path file) {
        return file.toString().matches(".*/surefire-reports/TEST-[^/]*\\.xml");
    }

    private static void collect(Path report, TreeMap<String, TreeSet<String>> byReason) {
        try {
            Matcher skipped = SKIPPED.matcher(Files.readString(report));
            while (skipped.find()) {
                byReason.computeIfAbsent(skipped.group(2), reason -> new TreeSet<>())
                        .add(skipped.group(1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
