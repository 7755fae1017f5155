package shootdown.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code shootdown} command. */
@Command(
        name = "shootdown",
        description = "Checks the flush policies of Xen's x86 PV MMU.",
        mixinStandardHelpOptions = true,
        versionProvider = Shootdown.Version.class)
public final class Shootdown implements Runnable {
    private Shootdown() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Shootdown()).execute(args));
    }

    @Override
    public void run() {
        System.out.println(String.join("\n", new Version().getVersion()));
    }

    /** The version, as the build wrote it into the manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Shootdown.class.getPackage().getImplementationVersion();
            return new String[] {
                "shootdown " + (version == null ? "(development build)" : version)
            };
        }
    }
}
