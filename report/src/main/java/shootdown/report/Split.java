package shootdown.report;

import shootdown.workload.replay.Flushes;
import shootdown.workload.replay.Tally;
import shootdown.workload.replay.Transition;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How the calls for which a policy flushes are told apart. */
public enum Split {
    /** The level of the edit. */
    LEVEL,
    /** What the edit did to the entry. */
    TRANSITION,
    /** When in the recording: eight parts of equal numbers of events. */
    PHASE;

    private static final int PHASES = 8;

    /** As options name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that name. */
    public static Optional<Split> find(String word) {
        return Arrays.stream(values()).filter(split -> split.word().equals(word)).findFirst();
    }

    /** The calls that flush, by part. */
    Map<String, Long> of(Tally tally) {
        Map<String, Long> parts = new LinkedHashMap<>();
        switch (this) {
            case LEVEL -> {
                for (int level = 1; level <= 4; level++) {
                    parts.put("L" + level, tally.level(level).asked());
                }
                parts.put("none", tally.level(0).asked());
            }
            case TRANSITION -> {
                for (Transition transition : Transition.values()) {
                    parts.put(transition.text(), tally.transition(transition).asked());
                }
            }
            case PHASE -> {
                int each = Tally.SLICES / PHASES;
                for (int slice = 0; slice < Tally.SLICES; slice++) {
                    Flushes flushes = tally.slice(slice);
                    parts.merge((slice / each + 1) + "/" + PHASES, flushes.asked(), Long::sum);
                }
            }
        }
        return parts;
    }
}
