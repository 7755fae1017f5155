package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

import shootdown.cluster.Cluster;
import shootdown.cluster.ClusterException;
import shootdown.cluster.Endpoint;
import shootdown.cluster.Key;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** The options that have members of a cluster search. */
final class ClusterChoice {
    @Option(
            names = "--cluster",
            paramLabel = "ADDR,...",
            description =
                    "have it done by the members of the cluster who listen here: HOST or HOST:PORT"
                            + " (docs/cluster.md)")
    private @Nullable String at;

    @Option(
            names = "--cluster-key",
            paramLabel = "FILE",
            description = "the key of the cluster; needed unless all are on this machine")
    private @Nullable Path key;

    boolean isChosen() {
        if (at == null && key != null) {
            throw new Complaint("--cluster-key goes with --cluster");
        }
        return at != null;
    }

    /** Refuses options that say what this process is to give: members give what they have. */
    void requireWithout(CommandSpec command, String... options) {
        for (String option : options) {
            if (isChosen() && command.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new Complaint(option + " is for 'cluster start', not for --cluster");
            }
        }
    }

    /** Joins the cluster. */
    Cluster join(Console console) {
        List<Endpoint> others = Endpoint.parseAll(String.valueOf(at));
        return Cluster.join(
                here(others.getFirst()), others, key(key), ProgramVersion.full(), console::say);
    }

    static @Nullable Key key(@Nullable Path file) {
        return file == null ? null : Key.read(file);
    }

    /** The address of this machine on the way to another, and any port. Sends nothing. */
    private static Endpoint here(Endpoint other) {
        if (other.isLoopback()) {
            return new Endpoint(InetAddress.getLoopbackAddress(), 0);
        }
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(new InetSocketAddress(other.host(), other.port()));
            return new Endpoint(probe.getLocalAddress(), 0);
        } catch (IOException e) {
            throw new ClusterException("no way to " + other + ": " + e.getMessage());
        }
    }
}
