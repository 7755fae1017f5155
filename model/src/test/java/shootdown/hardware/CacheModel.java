package shootdown.hardware;

import java.util.ArrayList;
import java.util.List;

/** The two ways to keep what a CPU may have cached; a rule must hold on both. */
enum CacheModel {
    SATURATED {
        @Override
        TranslationCaches on(Geometry geometry) {
            return new SaturatedCaches(geometry);
        }
    },
    EXPLICIT {
        @Override
        TranslationCaches on(Geometry geometry) {
            return new ExplicitCaches(geometry);
        }
    };

    abstract TranslationCaches on(Geometry geometry);

    /** Lets the CPUs cache all that they can: what the saturated model does by itself. */
    static void settle(TranslationCaches caches, Geometry geometry, long[] state) {
        if (caches instanceof ExplicitCaches explicit) {
            for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
                fillEverything(explicit, state, cpu);
            }
        }
    }

    private static void fillEverything(ExplicitCaches caches, long[] state, int cpu) {
        List<Integer> fills = new ArrayList<>();
        do {
            fills.clear();
            caches.forEachFill(state, cpu, fills::add);
            fills.forEach(fill -> caches.fill(state, cpu, fill));
        } while (!fills.isEmpty());
    }
}
