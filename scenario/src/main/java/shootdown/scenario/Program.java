package shootdown.scenario;

import shootdown.hypervisor.Call;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the vCPU on one CPU does, once and in order.
 *
 * @param cpu its number
 * @param calls what it does
 * @param answers what the calls must give back in every outcome, by place
 */
public record Program(int cpu, List<Call> calls, Map<Place, List<Answer>> answers) {
    public Program {
        calls = List.copyOf(calls);
        Map<Place, List<Answer>> sorted =
                new TreeMap<>(Comparator.comparingInt(Place::call).thenComparingInt(Place::part));
        answers.forEach((place, given) -> sorted.put(place, List.copyOf(given)));
        answers = sorted;
    }

    List<Answer> answers(int call, int part) {
        return answers.getOrDefault(new Place(cpu, call, part), List.of());
    }

    /** The call at a place of this program, if there is one. */
    Optional<Call> call(Place place) {
        if (place.call() < 1 || place.call() > calls.size()) {
            return Optional.empty();
        }
        Call call = calls.get(place.call() - 1);
        if (place.part() == 0) {
            return Optional.of(call);
        }
        return call instanceof Call.Multicall m && place.part() <= m.calls().size()
                ? Optional.of(m.calls().get(place.part() - 1))
                : Optional.empty();
    }
}
