package shootdown.fuzz;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Driver;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Universe;
import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Stage;
import shootdown.policy.Policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Walks at random through one universe, until something breaks or nothing new has come for a while.
 *
 * <p>A walk begins at the first state, or where an earlier one came to something new: such states
 * are kept with the way to them. It keeps to a few operations that have to do with each other, goes
 * on with one CPU for a while, and changes to another. Not thread-safe.
 */
final class Hunt implements Chooser {
    /** How far from the first state walks go. */
    private static final int DEEPEST = 400;

    private static final int LONGEST = 120;
    private static final int KEPT = 3000;

    /** Steps without anything new after which a universe is given up, for each step so far. */
    private static final double PATIENCE = 0.25;

    private static final int LEAST = 10_000;
    private static final int MOST = 80_000;

    /** A state that was new when it was reached. */
    private record Find(long[] state, @Nullable Find before, int[] way, int depth, long hot) {}

    private final Driver driver;
    private final Hypervisor xen;
    private final Dice dice;
    private final Relations relations;
    private final Coverage coverage;
    private final int cpus;
    private final int operations;
    private final long[] state;
    private final int[] actions;
    private final int[] way = new int[LONGEST * 3];
    private final List<Find> finds = new ArrayList<>();
    private final BooleanSupplier cancelled;
    private final long[] stakes;
    private Find since;
    private int taken;
    private int answer;
    private long steps;
    private long walks;
    private long lastNew;

    Hunt(Policy policy, Universe universe, Dice dice, BooleanSupplier cancelled) {
        this.driver = new Driver(policy, universe);
        this.xen = driver.hypervisor();
        this.dice = dice;
        this.cancelled = cancelled;
        this.relations = new Relations(universe.machine().operations());
        this.coverage = new Coverage(xen);
        this.cpus = universe.machine().cpus();
        this.operations = universe.machine().operations().size();
        this.actions = new int[xen.actionCount()];
        long[] first = driver.firstState();
        this.stakes = driver.atStake().clone();
        this.state = new long[first.length];
        this.since = new Find(first, null, new int[0], 0, 0);
        finds.add(since);
    }

    long steps() {
        return steps;
    }

    long walks() {
        return walks;
    }

    int seen() {
        return coverage.size();
    }

    /**
     * Goes on until a state or step breaks any of these properties; null if none does.
     *
     * @param properties bit for bit
     */
    @Nullable Trip run(long properties) {
        while (steps + walks < MOST
                && (steps + walks < LEAST || steps - lastNew < PATIENCE * steps)) {
            if (cancelled.getAsBoolean()) {
                return null;
            }
            Trip trip = walk(properties);
            if (trip != null) {
                return trip;
            }
        }
        return null;
    }

    /** Mostly one of the youngest, now and then the first state or any. */
    private Find start() {
        int draw = dice.below(100);
        if (draw < 25) {
            return finds.getFirst();
        }
        int n = finds.size();
        int young = Math.min(n, 60);
        return draw < 65 ? finds.get(n - 1 - dice.below(young)) : finds.get(dice.below(n));
    }

    private @Nullable Trip walk(long properties) {
        walks++;
        Find from = start();
        since = from;
        long hot = from.hot == 0 || dice.chance(40) ? relations.some(dice) : from.hot;
        System.arraycopy(from.state, 0, state, 0, state.length);
        int length = dice.between(8, LONGEST);
        taken = 0;
        int cpu = dice.below(cpus);
        int stay = dice.oneOf(List.of(30, 60, 85));
        for (int i = 0; i < length; i++) {
            if (cpus > 1 && !dice.chance(stay)) {
                cpu = dice.below(cpus);
            }
            int action = choose(cpu, hot);
            for (int other = 1; action < 0 && other < cpus; other++) {
                cpu = (cpu + 1) % cpus;
                action = choose(cpu, hot);
            }
            if (action < 0) {
                return null; // nobody can go on
            }
            Stage before = xen.cpus().stage(state, cpu);
            way[3 * taken] = cpu;
            way[3 * taken + 1] = action;
            answer = 0;
            way[3 * taken + 2] = 0;
            taken++;
            steps++;
            long broken = driver.step(state, cpu, action, this) & properties;
            way[3 * taken - 1] = answer;
            if (broken != 0) {
                return new Trip(Property.in(Long.lowestOneBit(broken)).iterator().next(), wayNow());
            }
            if (coverage.isNew(state, cpu, action, stageNumber(before), newlyAtStake())) {
                lastNew = steps;
                int depth = since.depth + taken;
                if (depth < DEEPEST) {
                    since = keep(since, taken, hot, depth);
                    taken = 0;
                }
            }
        }
        return null;
    }

    /** The properties for which something was at stake since the last call, bit for bit. */
    private long newlyAtStake() {
        long[] now = driver.atStake();
        long mask = 0;
        for (int i = 0; i < now.length; i++) {
            mask |= now[i] == stakes[i] ? 0 : 1L << i;
            stakes[i] = now[i];
        }
        return mask;
    }

    @SuppressWarnings("EnumOrdinal") // to be hashed
    private static int stageNumber(Stage stage) {
        return stage.ordinal();
    }

    private Find keep(Find since, int taken, long hot, int depth) {
        Find find = new Find(state.clone(), since, Arrays.copyOf(way, 3 * taken), depth, hot);
        if (finds.size() < KEPT) {
            finds.add(find);
        } else {
            finds.set(1 + dice.below(KEPT - 1), find);
        }
        return find;
    }

    /** An action of a CPU, or -1 if it can do nothing. */
    private int choose(int cpu, long hot) {
        int n = xen.actions(state, cpu, actions);
        if (n <= 1) {
            return n == 0 ? -1 : actions[0];
        }
        int kept = 0;
        for (int i = 0; i < n; i++) {
            if (actions[i] >= operations || (hot >>> actions[i] & 1) != 0) {
                actions[kept++] = actions[i];
            }
        }
        return actions[dice.below(kept == 0 ? n : kept)];
    }

    @Override
    public int choose(int n) {
        answer = dice.below(n);
        return answer;
    }

    /** The steps of the walk in progress, from the first state on; the last may have failed. */
    List<Story.Step> wayNow() {
        List<Story.Step> all = new ArrayList<>();
        append(since, all);
        append(way, taken, all);
        return all;
    }

    private static void append(Find find, List<Story.Step> all) {
        if (find.before != null) {
            append(find.before, all);
        }
        append(find.way, find.way.length / 3, all);
    }

    private static void append(int[] way, int taken, List<Story.Step> all) {
        for (int i = 0; i < taken; i++) {
            all.add(new Story.Step(way[3 * i], way[3 * i + 1], way[3 * i + 2]));
        }
    }
}
