package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import shootdown.xen.BadHypervisor;
import shootdown.xen.XenException;
import shootdown.xen.XenOptions;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The options that say which real Xen is started; the same for every command that starts one. */
final class XenChoice {
    private static final Pattern OF_THE_MODEL =
            Pattern.compile("(no-)?(xpti|pv-linear-pt|global-pages|pcid)(=.*)?|spec-ctrl=.*xpti.*");

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

    /** The user's own hypervisor, or null. */
    @Nullable Path hypervisor() {
        return hypervisor;
    }

    String words() {
        return words;
    }

    /** Refuses words that make real Xen another one than the model of random programs. */
    void checkWords() {
        for (String word : words.strip().split("\\s+")) {
            if (OF_THE_MODEL.matcher(word.replace('_', '-')).matches()) {
                throw new Complaint(
                        "--xen-options cannot have '%s', which the model must know: XPTI is what"
                                        .formatted(word)
                                + " --xpti says; linear page tables and global pages are on, PCID"
                                + " is off");
            }
        }
    }

    XenOptions options() {
        return options(words).withHypervisor(hypervisor);
    }

    /** With the installed hypervisor, and some words for its command line. */
    static XenOptions options(String words) {
        List<String> list = words.isBlank() ? List.of() : List.of(words.strip().split("\\s+"));
        return XenOptions.DEFAULT.withHypervisorOptions(list);
    }

    /** What to tell the user if it does not run. */
    static Complaint complaint(XenException problem) {
        int exit = problem instanceof BadHypervisor ? Exit.USAGE : Exit.MISSING;
        return new Complaint(exit, problem.says());
    }
}
