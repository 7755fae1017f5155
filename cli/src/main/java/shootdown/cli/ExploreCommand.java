package shootdown.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import shootdown.checker.Trails;
import shootdown.checker.Universe;
import shootdown.engine.SearchOptions;
import shootdown.explorer.Explorer;
import shootdown.policy.CatalogueEntry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code shootdown explore}: a page on which the user takes the steps. */
@Command(
        name = "explore",
        description = {
            "Serves a page on which you take the steps of a universe yourself (docs/explore.md):"
                + " all that are possible, what they change, which properties hold there; back, and"
                + " on to the nearest state that you describe.",
            "",
            "Prints the page's address, which is this machine's own and has a secret in it; ends"
                + " with Ctrl-C. Of a family such as u1 it takes the first universe whose machine"
                + " is Xen's.",
            "Exit code 0 after Ctrl-C, 2 if the port is taken.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown explore u1-linear-uvm sync-guest",
            "  shootdown explore u3-xpti-smp --policy-file Mine.java",
            "  shootdown explore --universe-file Mine.scn final"
        },
        mixinStandardHelpOptions = true)
final class ExploreCommand implements Callable<Integer> {
    private static final int LAST_PORT = 65_535;

    private final Session session;

    @Parameters(
            arity = "0..2",
            paramLabel = "UNIVERSE POLICY",
            hideParamSyntax = true,
            description =
                    "the universe and the policy; one of them only if the other is in a file of"
                            + " yours")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "the port (default: any that is free)")
    private int port;

    @Mixin private final PolicyFiles policyFiles = new PolicyFiles();

    @Mixin private final UniverseFiles universeFiles = new UniverseFiles();

    ExploreCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (port < 0 || port > LAST_PORT) {
            throw new Complaint("--port must be 0..%d, not %d".formatted(LAST_PORT, port));
        }
        Trails trails = trails();
        try (Explorer explorer = open(trails)) {
            session.console()
                    .print(
                            "%s in %s: %s%n"
                                    .formatted(
                                            trails.policy().name(),
                                            trails.universe().name(),
                                            explorer.link()));
            session.console().say("listening on this machine only; Ctrl-C ends it");
            session.interruption().await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Exit.OK;
    }

    private Explorer open(Trails trails) {
        SearchOptions options =
                SearchOptions.defaults().withThreads(Runtime.getRuntime().availableProcessors());
        try {
            return Explorer.open(trails, port, options, this::report);
        } catch (IOException e) {
            throw new Complaint(
                    "cannot listen on port %d: %s; --port 0 takes any that is free"
                            .formatted(port, e.getMessage()));
        }
    }

    /** Something that is not the user's fault, or that of a policy of his. */
    private void report(Throwable problem) {
        if (System.getenv("SHOOTDOWN_DEBUG") != null) {
            problem.printStackTrace(session.console().err());
        }
        session.console()
                .say(
                        problem instanceof Complaint complaint
                                ? complaint.says()
                                : "internal error: "
                                        + problem
                                        + " (SHOOTDOWN_DEBUG=1 shows where)");
    }

    private Trails trails() {
        List<CatalogueEntry> policies = policyFiles.load(session.console());
        List<Universe> universes = universeFiles.load();
        if (policies.size() > 1 || universes.size() > 1) {
            throw new Complaint("explore takes one policy and one universe");
        }
        List<String> open = new ArrayList<>(names);
        Universe universe = universes.isEmpty() ? universe(take(open)) : universes.getFirst();
        CatalogueEntry policy =
                policies.isEmpty() ? new Lookup(policies).policy(take(open)) : policies.getFirst();
        if (!open.isEmpty()) {
            throw new Complaint(
                    "explore takes one policy and one universe; '%s' is one too many"
                            .formatted(open.getFirst()));
        }
        return new Trails(policy, universe);
    }

    private static String take(List<String> open) {
        if (open.isEmpty()) {
            throw new Complaint(
                    "explore takes a universe and a policy, such as: explore u1-linear-uvm"
                            + " sync-guest");
        }
        return open.removeFirst();
    }

    private static Universe universe(String name) {
        return Lookup.family(name).getFirst();
    }
}
