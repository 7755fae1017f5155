package shootdown.cluster;

import shootdown.checker.Activity;
import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Outcome;
import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.engine.Violation;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakenings;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests and results as messages. Policies and universes travel by name: code never does. */
final class Codec {
    private Codec() {}

    /** Whether every member knows this policy by its name. */
    static boolean isKnown(CatalogueEntry policy) {
        Class<?> type = policy.policy().getClass();
        return find(policy.name()).filter(own -> own.policy().getClass() == type).isPresent();
    }

    /** Whether every member knows this universe by its name. */
    static boolean isKnown(Universe universe) {
        return Universes.find(universe.name()).filter(universe::equals).isPresent();
    }

    private static Optional<CatalogueEntry> find(String name) {
        return Catalogue.find(name).or(() -> Weakenings.find(name));
    }

    static void write(Out out, CatalogueEntry policy, Universe universe) {
        out.text(policy.name()).text(universe.name());
    }

    static CatalogueEntry policy(In in) {
        String name = in.text();
        return find(name).orElseThrow(() -> new ClusterException("no policy " + name));
    }

    static Universe universe(In in) {
        String name = in.text();
        return Universes.find(name).orElseThrow(() -> new ClusterException("no universe " + name));
    }

    /** Writes what decides the result; threads and memory are the member's own. */
    static void write(Out out, CheckOptions options) {
        SearchOptions search = options.search();
        out.number(search.maxStates()).number(search.stopWhenViolated());
        out.flag(search.covering()).flag(search.symmetry());
        out.flag(options.fusing()).flag(options.explicit()).flag(options.strict());
    }

    static CheckOptions options(In in) {
        SearchOptions search =
                SearchOptions.defaults()
                        .withMaxStates(in.number())
                        .withStopWhenViolated(in.number())
                        .withCovering(in.flag())
                        .withSymmetry(in.flag());
        return new CheckOptions(search, in.flag(), in.flag(), in.flag());
    }

    private static void write(Out out, long[] values) {
        out.number(values.length);
        for (long value : values) {
            out.number(value);
        }
    }

    private static long[] longs(In in) {
        long[] values = new long[in.small()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.number();
        }
        return values;
    }

    static void write(Out out, SearchResult result) {
        out.text(result.end().name()).number(result.states()).number(result.transitions());
        out.number(result.depth());
        write(out, result.counters());
        write(out, result.frontiers());
        out.number(result.violations().size());
        for (Violation violation : result.violations()) {
            out.number(violation.property()).number(violation.depth());
            out.number(violation.lastStep() + 1L).number(violation.states().size());
            violation.states().forEach(state -> write(out, state));
        }
        out.number(result.storeBytes()).number(result.nanos());
    }

    static SearchResult result(In in) {
        End end = End.valueOf(in.text());
        long states = in.number();
        long transitions = in.number();
        int depth = in.small();
        long[] counters = longs(in);
        long[] frontiers = longs(in);
        List<Violation> violations = new ArrayList<>();
        for (int left = in.small(); left > 0; left--) {
            int property = in.small();
            int violationDepth = in.small();
            int step = in.small() - 1;
            List<long[]> path = new ArrayList<>();
            for (int more = in.small(); more > 0; more--) {
                path.add(longs(in));
            }
            violations.add(new Violation(property, violationDepth, path, step));
        }
        return new SearchResult(
                end,
                states,
                transitions,
                depth,
                counters,
                frontiers,
                violations,
                in.number(),
                in.number());
    }

    static void write(Out out, Cell cell) {
        out.text(cell.end().name()).number(cell.states()).number(cell.transitions());
        out.number(cell.depth()).number(cell.verdicts().size());
        for (Cell.Verdict verdict : cell.verdicts()) {
            out.text(verdict.property().name()).text(verdict.outcome().name());
            out.number(verdict.atStake()).number(verdict.depth() + 1L);
        }
        out.number(cell.activity().size());
        cell.activity().forEach((kind, often) -> out.text(kind.name()).number(often));
        out.number(cell.nanos()).number(cell.storeBytes()).text(cell.searched());
    }

    static Cell cell(In in, CatalogueEntry policy, Universe universe) {
        End end = End.valueOf(in.text());
        long states = in.number();
        long transitions = in.number();
        int depth = in.small();
        List<Cell.Verdict> verdicts = new ArrayList<>();
        for (int left = in.small(); left > 0; left--) {
            Property property = Property.valueOf(in.text());
            Outcome outcome = Outcome.valueOf(in.text());
            verdicts.add(new Cell.Verdict(property, outcome, in.number(), in.small() - 1));
        }
        Map<Activity, Long> activity = new EnumMap<>(Activity.class);
        for (int left = in.small(); left > 0; left--) {
            Activity kind = Activity.valueOf(in.text());
            activity.put(kind, in.number());
        }
        return new Cell(
                policy,
                universe,
                end,
                verdicts,
                states,
                transitions,
                depth,
                activity,
                in.number(),
                in.number(),
                in.text());
    }
}
