package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

import shootdown.checker.UnsuitableSearch;
import shootdown.cluster.ClusterException;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The {@code shootdown} command. */
@Command(
        name = "shootdown",
        description = {
            "Checks the TLB flush policies of Xen's x86 PV MMU: explores every behaviour of small"
                    + " machines and tells the shortest way to break a policy.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  shootdown check                   every policy in every default universe",
            "  shootdown check final             one policy in detail",
            "  shootdown explain                 XSA-286, told step by step",
            "  shootdown explain draft           the shortest story of a policy",
            "  shootdown explore u1 sync-guest   take the steps yourself, in the browser",
            "  shootdown claims                  what was claimed in the thread, and what is true"
                    + " of it",
            "  shootdown run mine.scn            a scenario: what may come out of some programs",
            "  shootdown run mine.scn --on xen   the same on real Xen, under QEMU",
            "  shootdown conform --time 1m       random programs on the model and on real Xen",
            "  shootdown cost traces/full/*.gz   what policies cost in real workloads",
            "  shootdown museum                  defects of the past, found again",
            "  shootdown cluster start           a member of a cluster that searches together",
            "  shootdown policy-template > Mine.java",
            "  shootdown check --policy-file Mine.java",
            "",
            "Exit codes: 0 safe or as expected, 1 broken or not as expected (conform: model and"
                    + " real",
            "Xen differ), 2 bad input, 3 inconclusive (a limit was reached), 4 something is"
                    + " missing,",
            "70 internal error (set SHOOTDOWN_DEBUG=1 to see where), 130 Ctrl-C. NO_COLOR=1"
                    + " switches",
            "colour off."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Shootdown.Version.class)
public final class Shootdown implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    private Shootdown() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        Interruption interruption = new Interruption();
        interruption.listen();
        int exit = run(new Session(Console.ofProcess(), interruption), args);
        System.exit(interruption.isRequested() ? Exit.INTERRUPTED : exit);
    }

    /** Runs the command and returns its exit code. */
    static int run(Session session, String... args) {
        Console console = session.console();
        CommandLine line = new CommandLine(new Shootdown());
        line.addSubcommand(new CheckCommand(session));
        line.addSubcommand(new ExplainCommand(session));
        line.addSubcommand(new ExploreCommand(session));
        line.addSubcommand(new DiffCommand(session));
        line.addSubcommand(new ClaimsCommand(session));
        line.addSubcommand(new EconomyCommand(session));
        line.addSubcommand(new CostCommand(session));
        line.addSubcommand(new RunCommand(session));
        line.addSubcommand(new ConformCommand(session));
        line.addSubcommand(new CaptureCommand(session));
        line.addSubcommand(new ImportCommand(session));
        line.addSubcommand(new MuseumCommand(session));
        line.addSubcommand(
                new CommandLine(new ClusterCommand())
                        .addSubcommand(new ClusterCommand.Start(session))
                        .addSubcommand(new ClusterCommand.MakeKey(session)));
        line.addSubcommand(new FuzzCommand(session));
        line.addSubcommand(new ListCommand(session));
        line.addSubcommand(new PolicyTemplateCommand(session));
        line.addSubcommand(new AutoComplete.GenerateCompletion());
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF));
        line.setUsageHelpWidth(100);
        line.setOut(new PrintWriter(new OutputStreamWriter(console.out(), UTF_8), true));
        line.setErr(new PrintWriter(console.err(), true, UTF_8));
        line.setParameterExceptionHandler((problem, given) -> usage(console, problem));
        line.setExecutionExceptionHandler((problem, command, parsed) -> failed(console, problem));
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            console.say(
                    "Java's heap is too small; take fewer --threads, less --memory, or set"
                            + " SHOOTDOWN_JAVA_OPTIONS=-Xmx");
            return Exit.INCONCLUSIVE;
        } catch (Error problem) {
            return internal(console, problem);
        }
    }

    /** A wrong option or word: one message and where to read more. */
    private static int usage(Console console, ParameterException problem) {
        String message = String.valueOf(problem.getMessage()).replaceFirst("^Error: ", "");
        List<String> suggested =
                problem instanceof UnmatchedArgumentException unmatched
                        ? unmatched.getSuggestions()
                        : List.of();
        if (!suggested.isEmpty()) {
            message += "; did you mean '" + suggested.getFirst() + "'?";
        }
        String command = problem.getCommandLine().getCommandSpec().qualifiedName();
        console.say(message + " (" + command + " --help)");
        return Exit.USAGE;
    }

    private static int failed(Console console, Exception problem) {
        if (problem instanceof Complaint complaint) {
            console.say(complaint.says());
            return complaint.exit();
        }
        if (problem instanceof ClusterException cluster) {
            console.say(cluster.says());
            return switch (cluster.kind()) {
                case REQUEST -> Exit.USAGE;
                case LOSS, UNABLE -> Exit.MISSING;
                case FAILURE -> Exit.INTERNAL;
            };
        }
        if (problem instanceof UnsuitableSearch unsuitable) {
            console.say(String.valueOf(unsuitable.getMessage()));
            return Exit.USAGE;
        }
        return internal(console, problem);
    }

    private static int internal(Console console, Throwable problem) {
        if (System.getenv("SHOOTDOWN_DEBUG") != null) {
            problem.printStackTrace(console.err());
        }
        console.say("internal error: " + problem + " (SHOOTDOWN_DEBUG=1 shows where)");
        return Exit.INTERNAL;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The version, as the build wrote it into the manifest. */
    static String version() {
        String version = Shootdown.class.getPackage().getImplementationVersion();
        return version == null ? "(development build)" : version;
    }

    /** For {@code --version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"shootdown " + version()};
        }
    }
}
