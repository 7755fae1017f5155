package shootdown.hardware;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Runs one program on the saturated caches and twice on the explicit ones: filled with all that
 * they can hold after every step, which must give the very same sets, and with a few random fills
 * and evictions after every step, which must never allow what the sets do not.
 */
final class Agreement {
    private final RandomPrograms shape;
    private final long seed;
    private final Function<Geometry, TranslationCaches> saturatedCaches;

    /** Steps after which something stale was cached: without them a run shows nothing. */
    private int staleSteps;

    private int evictions;

    Agreement(
            RandomPrograms shape,
            long seed,
            Function<Geometry, TranslationCaches> saturatedCaches) {
        this.shape = shape;
        this.seed = seed;
        this.saturatedCaches = saturatedCaches;
    }

    int staleSteps() {
        return staleSteps;
    }

    int evictions() {
        return evictions;
    }

    /** What went wrong in the random program of the seed, with the least program that does it. */
    Optional<String> findDifference(int length) {
        List<Step> program = shape.program(seed, length);
        if (difference(program).isEmpty()) {
            return Optional.empty();
        }
        List<Step> least = minimise(program);
        return Optional.of(
                "%s, seed %d, %d of %d steps:%n%s  => %s"
                        .formatted(
                                shape,
                                seed,
                                least.size(),
                                length,
                                Step.print(least),
                                difference(least).orElseThrow()));
    }

    List<Step> minimise(List<Step> program) {
        List<Step> least = program;
        for (int i = least.size() - 1; i >= 0; i--) {
            List<Step> shorter = new ArrayList<>(least);
            shorter.remove(i);
            if (difference(shorter).isPresent()) {
                least = shorter;
                i = least.size();
            }
        }
        return least;
    }

    Optional<String> difference(List<Step> program) {
        TestMachine machine = shape.builder().build();
        Geometry geometry = machine.geometry();
        TranslationCaches saturated = saturatedCaches.apply(geometry);
        ExplicitCaches explicit = new ExplicitCaches(geometry);
        long[] may = machine.state().clone();
        long[] full = may.clone();
        long[] some = may.clone();
        saturated.memoryChanged(may);
        CacheModel.settle(explicit, geometry, full);
        SplittableRandom random = new SplittableRandom(seed);
        for (Step step : program) {
            boolean done = step.run(saturated, geometry, may);
            if (step.run(explicit, geometry, full) != done
                    || step.run(explicit, geometry, some) != done) {
                return Optional.of("only one raises #GP: " + step);
            }
            CacheModel.settle(explicit, geometry, full);
            if (!Arrays.equals(may, full)) {
                return Optional.of(describe(geometry, explicit, may, full) + " after " + step);
            }
            fillAndEvictSome(explicit, geometry, some, random);
            Optional<String> excess = excess(geometry, saturated, explicit, may, full, some);
            if (excess.isPresent()) {
                return Optional.of(excess.get() + " after " + step);
            }
            countStale(saturated, geometry, may);
        }
        return Optional.empty();
    }

    private void fillAndEvictSome(
            ExplicitCaches caches, Geometry geometry, long[] state, SplittableRandom random) {
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            for (int n = random.nextInt(8); n > 0; n--) {
                List<Integer> moves = new ArrayList<>();
                boolean evict = random.nextInt(3) == 0;
                if (evict) {
                    caches.forEachEviction(state, cpu, moves::add);
                } else {
                    caches.forEachFill(state, cpu, moves::add);
                }
                if (moves.isEmpty()) {
                    continue;
                }
                int move = moves.get(random.nextInt(moves.size()));
                if (evict) {
                    caches.evict(state, cpu, move);
                    evictions++;
                } else {
                    caches.fill(state, cpu, move);
                }
            }
        }
    }

    private static Optional<String> excess(
            Geometry geometry,
            TranslationCaches saturated,
            ExplicitCaches explicit,
            long[] may,
            long[] full,
            long[] some) {
        long[] grown = some.clone();
        CacheModel.settle(explicit, geometry, grown);
        for (int i = 0; i < may.length; i++) {
            if ((grown[i] & ~may[i]) != 0) {
                return Optional.of("explicit caches grow beyond the saturated sets");
            }
        }
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            for (int a = 0; a < geometry.keys().addresses().size(); a++) {
                Outcomes all = Outcomes.of(geometry, saturated, may, cpu, a);
                if (!all.equals(Outcomes.of(geometry, explicit, full, cpu, a))) {
                    return Optional.of("full explicit caches allow something else");
                }
                if (!all.cover(Outcomes.of(geometry, explicit, some, cpu, a))) {
                    return Optional.of("explicit caches allow what saturated ones do not");
                }
            }
        }
        return Optional.empty();
    }

    /** What an access may do: raw sets, and where all rights are told the faults of each kind. */
    record Outcomes(
            List<Long> reached, List<Long> writable, boolean mayFault, List<Set<Integer>> exact) {
        Outcomes(List<Long> reached, List<Long> writable, boolean mayFault) {
            this(reached, writable, mayFault, List.of());
        }

        static Outcomes of(
                Geometry geometry, TranslationCaches caches, long[] state, int cpu, int address) {
            long[] reached = new long[geometry.words()];
            long[] writable = new long[geometry.words()];
            boolean mayFault = caches.outcomes(state, cpu, address, reached, writable);
            return new Outcomes(
                    Arrays.stream(reached).boxed().toList(),
                    Arrays.stream(writable).boxed().toList(),
                    mayFault,
                    geometry.tellsRights()
                            ? exact(geometry, caches, state, cpu, address)
                            : List.of());
        }

        /** For each combination of rights needed: frames, and faults as negative numbers. */
        private static List<Set<Integer>> exact(
                Geometry geometry, TranslationCaches caches, long[] state, int cpu, int address) {
            AccessSet may = new AccessSet(geometry);
            List<Set<Integer>> all = new ArrayList<>();
            for (int needed = 0; needed <= Rights.ALL; needed++) {
                caches.access(state, cpu, address, needed, may);
                Set<Integer> members = new HashSet<>();
                for (int i = 0; i < may.size(); i++) {
                    members.add(may.isFrame(i) ? may.frame(i) : ~may.errorCode(i));
                }
                all.add(members);
            }
            return all;
        }

        boolean cover(Outcomes fewer) {
            boolean covered = mayFault || !fewer.mayFault;
            for (int w = 0; w < reached.size(); w++) {
                covered &= (fewer.reached.get(w) & ~reached.get(w)) == 0;
                covered &= (fewer.writable.get(w) & ~writable.get(w)) == 0;
            }
            for (int needed = 0; needed < exact.size(); needed++) {
                covered &= exact.get(needed).containsAll(fewer.exact.get(needed));
            }
            return covered;
        }
    }

    private void countStale(TranslationCaches saturated, Geometry geometry, long[] may) {
        long[] fresh = may.clone();
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            saturated.invpcidAll(fresh, cpu);
        }
        if (!Arrays.equals(fresh, may)) {
            staleSteps++;
        }
    }

    private static String describe(
            Geometry geometry, ExplicitCaches names, long[] may, long[] full) {
        List<String> differences = new ArrayList<>();
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            int c = cpu;
            long[] onlyMay = may.clone();
            long[] onlyFull = full.clone();
            for (int i = 0; i < may.length; i++) {
                onlyMay[i] &= ~full[i];
                onlyFull[i] &= ~may[i];
            }
            names.forEachEviction(
                    onlyMay, cpu, n -> differences.add("only saturated: " + c + names.member(n)));
            names.forEachEviction(
                    onlyFull, cpu, n -> differences.add("only explicit: " + c + names.member(n)));
        }
        return differences.toString();
    }
}
