package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.report.ListJson;
import shootdown.report.ListText;
import shootdown.words.Nearest;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** {@code shootdown list}: what there is. */
@Command(
        name = "list",
        description = {"Lists policies, universes and properties.", ""},
        footer = {
            "",
            "Examples:",
            "  shootdown list",
            "  shootdown list policies",
            "  shootdown list universes u4-smp-linear    all about one universe"
        },
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private static final List<String> KINDS = List.of("policies", "universes", "properties");

    private final Session session;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KIND",
            description = "policies, universes or properties (default: all of them)")
    private String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "one of them, or a family of universes")
    private String name = "";

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    ListCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (!kind.isEmpty() && !KINDS.contains(kind)) {
            throw new Complaint(
                    "unknown kind '%s'; did you mean '%s'?"
                            .formatted(kind, Nearest.of(kind, KINDS)));
        }
        var policies = chosen("policies", Catalogue.entries(), ListCommand::policies);
        var universes = chosen("universes", Universes.all(), ListCommand::universes);
        var properties = chosen("properties", List.of(Property.values()), ListCommand::properties);
        if (json) {
            session.console().print(ListJson.text(policies, universes, properties));
        } else {
            session.console().print(ListText.page(policies, universes, properties));
        }
        return Exit.OK;
    }

    /** What is listed of one kind: null for nothing. */
    private <T> @Nullable List<T> chosen(
            String wanted, List<T> all, Function<String, List<T>> named) {
        if (!kind.isEmpty() && !kind.equals(wanted)) {
            return null;
        }
        return name.isEmpty() ? all : named.apply(name);
    }

    private static List<CatalogueEntry> policies(String name) {
        return new Lookup(List.of()).policies(List.of(name));
    }

    private static List<Universe> universes(String name) {
        return Lookup.universes(List.of(name));
    }

    private static List<Property> properties(String name) {
        return List.of(Lookup.property(name));
    }
}
