package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import shootdown.xen.BadHypervisor;
import shootdown.xen.XenException;
import shootdown.xen.XenOptions;

import java.nio.file.Path;
import java.util.List;

/** The options that say which real Xen is started; the same for every command that starts one. */
final class XenChoice {
    @Option(
            names = "--xen",
            paramLabel = "FILE",
            description = "the hypervisor to start (default: the installed one)")
    private @Nullable Path hypervisor;

    @Option(
            names = "--xen-options",
            paramLabel = "WORDS",
            description = "more words for its command line")
    private String words = "";

    /** Whether the user has chosen anything. */
    boolean isMade() {
        return hypervisor != null || !words.isEmpty();
    }

    /** The user's own hypervisor, or null. */
    @Nullable Path hypervisor() {
        return hypervisor;
    }

    String words() {
        return words;
    }

    XenOptions options() {
        List<String> list = words.isBlank() ? List.of() : List.of(words.strip().split("\\s+"));
        return XenOptions.DEFAULT.withHypervisor(hypervisor).withHypervisorOptions(list);
    }

    /** What to tell the user if it does not run. */
    static Complaint complaint(XenException problem) {
        int exit = problem instanceof BadHypervisor ? Exit.USAGE : Exit.MISSING;
        return new Complaint(exit, problem.says());
    }
}
