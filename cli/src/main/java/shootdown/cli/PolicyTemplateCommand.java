package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code shootdown policy-template}: a policy to start from. */
@Command(
        name = "policy-template",
        description = {
            "Prints the policy 'final' (Xen's commit 16a20963b3) as a Java file to start from.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown policy-template > Mine.java",
            "  shootdown check --policy-file Mine.java",
            "",
            "A policy file is code that runs with your rights: do not run one that you have not"
                    + " read."
        },
        mixinStandardHelpOptions = true)
final class PolicyTemplateCommand implements Callable<Integer> {
    /** Kept in step with the policy {@code final} by a test. */
    static final String RESOURCE = "MyPolicy.java.txt";

    private final Session session;

    PolicyTemplateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.console().print(template());
        return Exit.OK;
    }

    static String template() {
        try (InputStream in = PolicyTemplateCommand.class.getResourceAsStream(RESOURCE)) {
            return new String(Objects.requireNonNull(in, RESOURCE).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
