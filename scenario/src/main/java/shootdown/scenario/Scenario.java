package shootdown.scenario;

import org.jspecify.annotations.Nullable;

import shootdown.hypervisor.Call;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine, programs for its vCPUs, and what must come out.
 *
 * @param title what it is, in a few words
 * @param shows what it shows, line by line
 * @param from where it comes from, such as {@code facts 5.5 S1}, line by line
 * @param setting the machine and how it starts
 * @param programs ascending by CPU, at most one for each
 * @param script one order, or null for all
 * @param sections expectations
 */
public record Scenario(
        String title,
        List<String> shows,
        List<String> from,
        Setting setting,
        List<Program> programs,
        @Nullable Script script,
        List<Section> sections)
        implements Document {
    public Scenario {
        shows = List.copyOf(shows);
        from = List.copyOf(from);
        programs = List.copyOf(programs);
        sections = List.copyOf(sections);
    }

    /** The program of a CPU; an empty one if it has none. */
    public Program program(int cpu) {
        return programs.stream()
                .filter(program -> program.cpu() == cpu)
                .findFirst()
                .orElse(new Program(cpu, List.of(), Map.of()));
    }

    /** The call at a place, if there is one. */
    public Optional<Call> call(Place place) {
        return program(place.cpu()).call(place);
    }

    /** The number of a call as the model counts: depth first, from 0. */
    int number(Place place) {
        List<Call> calls = program(place.cpu()).calls();
        int before = Call.count(calls.subList(0, place.call() - 1));
        if (place.part() == 0) {
            return before;
        }
        Call.Multicall multicall = (Call.Multicall) calls.get(place.call() - 1);
        return before + 1 + Call.count(multicall.calls().subList(0, place.part() - 1));
    }
}
