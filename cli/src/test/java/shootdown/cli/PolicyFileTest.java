package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class PolicyFileTest {
    private static final Path ROOT = Path.of(System.getProperty("shootdown.root", ".."));

    private static final String FRAME =
            """
            import shootdown.policy.*;

            public class Mine implements Policy {
                %s
                public int updated(Update update, Flusher flusher, int accumulator) {
                    %s
                }

                public void finished(Invocation invocation, Flusher flusher, int accumulator) {}
            }
            """;

    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("Mine.java"), text);
    }

    private Run check(String text) throws IOException {
        return Run.of(
                "check", "--policy-file", file(text).toString(), "--universe", "u5-recursive");
    }

    private Run checkBody(String fields, String body) throws IOException {
        return check(FRAME.formatted(fields, body));
    }

    @Test
    void templateIsThePolicyFinalAndCompilesAsItIs() throws IOException {
        Run template = Run.of("policy-template");
        assertThat(template.exit()).isEqualTo(Exit.OK);
        Run run = check(template.out());
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.OK);
        assertThat(run.out()).startsWith("my-policy\n");
        Run.of("diff", "v1", "final", "--policy-file", folder.resolve("Mine.java").toString())
                .complains(Exit.USAGE, "two policies");
        Run diff = Run.of("diff", "final", "--policy-file", folder.resolve("Mine.java").toString());
        assertThat(diff.exit()).as(diff.err()).isEqualTo(Exit.OK);
        assertThat(diff.out()).contains("final and my-policy decide alike");
    }

    @Test
    void templateHasTheCodeOfTheCatalogue() throws IOException {
        String source =
                Files.readString(ROOT.resolve("model/src/main/java/shootdown/policy/Final.java"));
        String code =
                source.substring(source.indexOf("public final class Final"))
                        .replace("public final class Final", "final class MyPolicy");
        assertThat(PolicyTemplateCommand.template()).endsWith(code);
    }

    @Test
    void policyIsNamedAfterItsClassAndHasNoExpectations() throws IOException {
        Run run = checkBody("", "return 0;");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).startsWith("mine\n").doesNotContain("Different from");
        assertThat(PolicyFile.words("SkipNotPresentV2")).isEqualTo("skip-not-present-v2");
    }

    @Test
    void storyOfAPolicyFileIsTold() throws IOException {
        Path file = file(FRAME.formatted("", "return 0;"));
        Run run = Run.of("explain", "--policy-file", file.toString(), "u5-recursive");
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).startsWith("mine in u5-recursive breaks P3");
    }

    @Test
    void policyFileAndAnotherPolicyContradictEachOther() throws IOException {
        String file = file(FRAME.formatted("", "return 0;")).toString();
        Run.of("explain", "--policy-file", file, "final", "u5-recursive")
                .complains(Exit.USAGE, "one policy: either --policy-file or 'final'");
        Run own = Run.of("explain", "--policy-file", file, "mine", "u5");
        assertThat(own.exit()).as(own.err()).isEqualTo(Exit.BROKEN);
    }

    @Test
    void policyThatAsksTooMuchIsMarked() throws IOException {
        String body =
                "if (update.reaches(0)) { flusher.all(FlushFlags.FLUSH_TLB); } return accumulator;";
        assertThat(checkBody("", body).out()).startsWith("mine (ideal)\n");
    }

    @Test
    void unknownFlagIsRefused() throws IOException {
        checkBody("", "flusher.local(FlushFlags.FLUSH_TLB | 0x1000); return accumulator;")
                .complains(
                        Exit.USAGE,
                        "Mine.java:6: policy 'mine' asks for the unknown flush flag 0x1000",
                        "FLUSH_TLB, FLUSH_TLB_GLOBAL");
    }

    @Test
    void editedCopyOfOurOwnSourceRuns() throws IOException {
        String source =
                Files.readString(ROOT.resolve("model/src/main/java/shootdown/policy/Final.java"));
        Run run = check(source.replace("if (update.level() < 2)", "if (update.level() < 9)"));
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).startsWith("final-from-file\n");
    }

    @Test
    void compilerErrorsAreShownWithTheirLines() throws IOException {
        Run run = checkBody("", "return accumulatr;");
        run.complains(Exit.USAGE, "Mine.java:6:", "cannot find symbol", "return accumulatr;", "^");
        check("this is not Java").complains(Exit.USAGE, "does not compile", "Mine.java:1:");
    }

    @Test
    void whatIsNoPolicyIsRefused() throws IOException {
        check("class Mine {}").complains(Exit.USAGE, "shootdown.policy.Policy", "policy-template");
        check("").complains(Exit.USAGE, "no class in it is the policy");
        check("interface Mine extends shootdown.policy.Policy {}")
                .complains(Exit.USAGE, "no class");
        Run.of("check", "--policy-file", "/nonexistent/F.java")
                .complains(Exit.USAGE, "there is no policy file");
        Run.of("check", "--policy-file", folder.toString()).complains(Exit.USAGE, "cannot read");
        checkBody("Mine(int x) {}", "return 0;").complains(Exit.USAGE, "constructor");
    }

    @Test
    void fieldsThatMayChangeAreRefused() throws IOException {
        checkBody("int count;", "return 0;").complains(Exit.USAGE, "Mine.count is not final");
        checkBody("static int count;", "return 0;")
                .complains(Exit.USAGE, "Mine.count is not final");
        checkBody("final int[] seen = {0};", "return 0;")
                .complains(Exit.USAGE, "Mine.seen", "int[]");
        checkBody(
                        "static final java.util.List<String> ALL = new java.util.ArrayList<>();",
                        "return 0;")
                .complains(Exit.USAGE, "Mine.ALL", "List");
        checkBody("class Inner { int hidden; }", "return 0;")
                .complains(Exit.USAGE, "Inner.hidden is not final");
    }

    @Test
    void constantsAreAllowed() throws IOException {
        Run run =
                checkBody(
                        "enum Kind { A, B } static final Kind KIND = Kind.A;"
                                + " static final String NAME = \"n\"; private final long x = 3;"
                                + " private static final Policy BASE = new Final();",
                        "return BASE.updated(update, flusher, accumulator);");
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.BROKEN);
    }

    @Test
    void policyThatThrowsIsNamedWithItsLine() throws IOException {
        checkBody("", "throw new IllegalStateException(\"oops\");")
                .complains(Exit.USAGE, "Mine.java:6", "policy 'mine' throws", "oops");
        checkBody("", "return updated(update, flusher, accumulator);")
                .complains(Exit.USAGE, "StackOverflowError");
        checkBody("Mine() { throw new RuntimeException(\"early\"); }", "return 0;")
                .complains(Exit.USAGE, "Mine.java:4", "early");
        checkBody("static final int X = Integer.parseInt(\"x\");", "return X;")
                .complains(Exit.USAGE, "Mine.java:4", "NumberFormatException");
    }

    @Test
    void policyThatAnswersDifferentlyIsRefused() throws IOException {
        checkBody("", "return (int) System.nanoTime();")
                .complains(Exit.USAGE, "not deterministic", "returns");
    }

    @Test
    void policyThatNeverReturnsEndsTheProcess() throws IOException {
        Path file = file(FRAME.formatted("", "while (true) { Thread.onSpinWait(); }"));
        Run.inShell("exec %s", "check", "--policy-timeout", "1", "--policy-file", file.toString())
                .complains(Exit.USAGE, "Mine.java:6", "does not return");
        file(FRAME.formatted("Mine() { while (true) { Thread.onSpinWait(); } }", "return 0;"));
        Run.inShell("exec %s", "check", "--policy-timeout", "1", "--policy-file", file.toString())
                .complains(Exit.USAGE, "Mine.java:4", "does not return");
    }

    @Test
    void policyThatEndsTheProcessIsNoVerdict() throws IOException {
        Path file = file(FRAME.formatted("", "System.exit(0); return 0;"));
        Run.inShell("exec %s", "check", "--policy-file", file.toString())
                .complains(Exit.USAGE, "Mine.java:6", "ends the process");
    }

    @Test
    void whatAPolicyPrintsDoesNotMixWithTheResult() throws IOException {
        Path file = file(FRAME.formatted("", "System.out.println(\"noise\"); return 0;"));
        Run run =
                Run.inShell(
                        "exec %s",
                        "check",
                        "--json",
                        "--universe",
                        "u5-recursive",
                        "--policy-file",
                        file.toString());
        assertThat(run.exit()).isEqualTo(Exit.BROKEN);
        assertThat(run.out()).startsWith("{").doesNotContain("noise");
        assertThat(run.err()).contains("noise");
    }
}
