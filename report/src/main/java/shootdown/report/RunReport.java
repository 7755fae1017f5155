package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.scenario.RunResult;
import shootdown.scenario.RunResult.Verdict;

import java.util.List;

/**
 * What came out of scenarios.
 *
 * @param files one for each, in the order in which they were named
 */
public record RunReport(List<FileRun> files) {
    /**
     * What came out of one scenario.
     *
     * @param file what the user calls it
     * @param title of the scenario
     * @param results one for each policy
     * @param notAsked policies that the scenario names but nobody knows
     */
    public record FileRun(
            String file, String title, List<RunResult> results, List<String> notAsked) {
        public FileRun {
            results = List.copyOf(results);
            notAsked = List.copyOf(notAsked);
        }

        boolean failed() {
            return results.stream().anyMatch(RunResult::failed);
        }
    }

    public RunReport {
        files = List.copyOf(files);
    }

    public boolean failed() {
        return files.stream().anyMatch(FileRun::failed);
    }

    /** Whether a limit was reached somewhere, or nothing at all was judged. */
    public boolean isUndecided() {
        return expectations() == 0
                || files.stream()
                        .flatMap(file -> file.results().stream())
                        .anyMatch(RunResult::isUndecided);
    }

    /** Scenarios that a real hypervisor cannot run. */
    long notRun() {
        return files.stream()
                .filter(file -> file.results().stream().anyMatch(RunResult::isNotRun))
                .count();
    }

    long failedFiles() {
        return files.stream().filter(FileRun::failed).count();
    }

    long expectations() {
        return count(null);
    }

    long failedExpectations() {
        return count(Verdict.FAILS);
    }

    private long count(@Nullable Verdict verdict) {
        return files.stream()
                .flatMap(file -> file.results().stream())
                .flatMap(result -> result.judged().stream())
                .filter(judged -> judged.verdict() != Verdict.NOT_SEEN)
                .filter(judged -> verdict == null || judged.verdict() == verdict)
                .count();
    }

    /** One word for everything: {@code OK}, {@code FAILED} or {@code UNDECIDED}. */
    public String word() {
        return failed() ? "FAILED" : isUndecided() ? "UNDECIDED" : "OK";
    }
}
