package shootdown.scenario;

import org.jspecify.annotations.Nullable;

import java.util.List;

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
}
