package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import shootdown.cluster.Endpoint;
import shootdown.cluster.Key;
import shootdown.cluster.Node;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code shootdown cluster}: several machines search together. */
@Command(
        name = "cluster",
        description = {
            "Has several processes, on one machine or many, search together. Start one on each"
                + " machine and processor; then 'check --cluster ADDRESSES' from any of them, or"
                + " fuzz, or conform.",
            "It does not pay for universes that one machine searches in seconds"
                    + " (docs/cluster.md).",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown cluster key site.key                            on one machine; copy it",
            "  shootdown cluster start --listen 10.0.0.1 --key site.key  on the first",
            "  shootdown cluster start --listen 10.0.0.2 --join 10.0.0.1 --key site.key",
            "  shootdown check --cluster 10.0.0.1 --cluster-key site.key final --universe u4*"
        },
        mixinStandardHelpOptions = true)
final class ClusterCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command of cluster is missing: start or key");
    }

    /** {@code shootdown cluster key}. */
    @Command(
            name = "key",
            description = {
                "Makes the key of a new cluster. Whoever has the file can join and ask, so copy it"
                        + " to the machines of the cluster only.",
                ""
            },
            mixinStandardHelpOptions = true)
    static final class MakeKey implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "where to; must not exist yet")
        private Path file = Path.of("");

        MakeKey(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            Key.create(file);
            session.console().say(file + " is the key of a new cluster, readable by you only");
            return Exit.OK;
        }
    }

    /** {@code shootdown cluster start}. */
    @Command(
            name = "start",
            description = {
                "Starts a member, and runs until Ctrl-C. Without options it listens on this machine"
                        + " only, and begins a cluster of its own. A large search uses one"
                        + " processor of each member; many small ones use --threads.",
                ""
            },
            footer = {
                "",
                "Exit codes: 0 ended by Ctrl-C, 2 bad input, no key, another key or another"
                        + " version."
            },
            mixinStandardHelpOptions = true)
    static final class Start implements Callable<Integer> {
        private final Session session;

        @Option(
                names = "--listen",
                paramLabel = "ADDR",
                description = {
                    "where: HOST or HOST:PORT (default: ${DEFAULT-VALUE}; port 7946, 0 for any)",
                    "anything but this machine itself needs --key"
                })
        private String listen = "127.0.0.1";

        @Option(
                names = "--join",
                paramLabel = "ADDR,...",
                description = "where other members listen; any of them will do")
        private @Nullable String join;

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description = "the key of the cluster; connections are encrypted (cluster key)")
        private @Nullable Path key;

        @Mixin private final SearchPower power = new SearchPower();

        Start(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            Console console = session.console();
            List<Endpoint> others = join == null ? List.of() : Endpoint.parseAll(join);
            Node.Settings settings =
                    new Node.Settings(
                            Endpoint.parse(listen),
                            others,
                            ClusterChoice.key(key),
                            ProgramVersion.full(),
                            power.threads(),
                            power.memoryBytes(),
                            ClusterWorks.all());
            try (Node node = Node.start(settings, console::say)) {
                if (!others.isEmpty() && node.members() == 1) {
                    throw new Complaint("no cluster at %s, or it has another key".formatted(join));
                }
                console.print(
                        "listening at %s, %s; %d in the cluster%n"
                                .formatted(
                                        node.endpoint(),
                                        key == null ? "on this machine only" : "encrypted",
                                        node.members()));
                session.interruption().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Exit.OK;
        }
    }
}
