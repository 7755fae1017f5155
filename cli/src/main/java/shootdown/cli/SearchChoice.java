package shootdown.cli;

import picocli.CommandLine.Option;

import shootdown.checker.CheckOptions;
import shootdown.engine.SearchOptions;
import shootdown.report.CheckReport.Limits;
import shootdown.report.Numbers;

import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The options that say how universes are searched; the same for every command that searches. */
final class SearchChoice {
    /** Below this no search gets anywhere. */
    static final long LEAST_MEMORY = 1 << 20;

    /** More would only fill the memory with stacks. */
    static final int MOST_THREADS = 256;

    private static final Pattern SIZE =
            Pattern.compile("([0-9]{1,12})([kmgt]?)(i?b)?", Pattern.CASE_INSENSITIVE);

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "worker threads; results do not depend on it (default: one a processor)")
    private int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--max-states",
            paramLabel = "N",
            description = "the most states of one cell; more make it inconclusive")
    private long maxStates = Long.MAX_VALUE;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "the most memory of the process, such as 512M or 4G, five eighths of it for"
                            + " states; more go to --disk or make a cell inconclusive (default:"
                            + " half of Java's heap for states)")
    private String memory = "";

    @Option(names = "--no-covering", description = "explore covered states too")
    private boolean noCovering;

    @Option(names = "--no-symmetry", description = "explore permutations of CPUs too")
    private boolean noSymmetry;

    @Option(names = "--no-fusing", description = "explore between steps that nobody can observe")
    private boolean noFusing;

    @Option(
            names = "--explicit",
            description = "fills and evictions of caches are steps; for small universes only")
    private boolean explicit;

    int threads() {
        return threads(threads);
    }

    /** Refuses a number of threads that makes no sense. */
    static int threads(int threads) {
        if (threads < 1) {
            throw new Complaint("--threads must be at least 1, not " + threads);
        }
        if (threads > MOST_THREADS) {
            throw new Complaint(
                    "--threads must be at most %d, not %d".formatted(MOST_THREADS, threads));
        }
        return threads;
    }

    /** The options of one search, on one thread with all of the memory. */
    CheckOptions options() {
        if (maxStates < 1) {
            throw new Complaint("--max-states must be at least 1, not " + maxStates);
        }
        SearchOptions search =
                SearchOptions.defaults()
                        .withMaxStates(maxStates)
                        .withMemoryBytes(memoryBytes())
                        .withCovering(!noCovering)
                        .withSymmetry(!noSymmetry);
        return new CheckOptions(search, !noFusing, explicit);
    }

    /** The options of searches one after the other, on all threads, until the user interrupts. */
    CheckOptions options(BooleanSupplier cancelled) {
        CheckOptions one = options();
        return one.withSearch(one.search().withThreads(threads()).withCancelled(cancelled));
    }

    /** What of this a report tells. */
    Limits limits() {
        return new Limits(
                maxStates == Long.MAX_VALUE ? 0 : maxStates,
                memory.isEmpty() ? 0 : memoryBytes() / 5 * 8,
                !noCovering,
                !noSymmetry,
                !noFusing,
                explicit);
    }

    private long memoryBytes() {
        return memory.isEmpty() ? SearchOptions.defaults().memoryBytes() : memoryBytes(memory);
    }

    /** The bytes for states of what a text such as 512M gives to the process. */
    static long memoryBytes(String memory) {
        long bytes = parse(memory) / 8 * 5;
        long heap = Runtime.getRuntime().maxMemory();
        if (bytes < LEAST_MEMORY / 8 * 5) {
            throw new Complaint(
                    "--memory %s is too small: at least %s"
                            .formatted(memory, Numbers.bytes(LEAST_MEMORY)));
        }
        if (bytes > heap) {
            throw new Complaint(
                    "--memory %s is more than Java's heap of %s; set SHOOTDOWN_JAVA_OPTIONS=-Xmx"
                            .formatted(memory, Numbers.bytes(heap)));
        }
        return bytes;
    }

    private static long parse(String size) {
        Matcher matcher = SIZE.matcher(size);
        if (!matcher.matches()) {
            throw new Complaint("--memory takes a size such as 512M or 4G, not '" + size + "'");
        }
        int shift =
                10 * " kmgt".indexOf((matcher.group(2) + " ").toLowerCase(Locale.ROOT).charAt(0));
        long number = Long.parseLong(matcher.group(1));
        return number > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : number << shift;
    }
}
