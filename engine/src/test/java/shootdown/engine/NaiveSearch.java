package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Breadth-first search as in a textbook: the reference for what {@link Search} must find. */
final class NaiveSearch implements Successors {

    /** A state on the queue. */
    record Node(long[] state, @Nullable Node parent, int depth) {}

    /** A first violation. */
    record Found(int depth, List<Integer> order, Node node, int step) {}

    private final TransitionSystem system;
    private final Expander expander;
    private final Map<List<Long>, Node> visited = new HashMap<>();
    private final Map<Node, List<Integer>> sequences = new HashMap<>();
    private final List<Node> queue = new ArrayList<>();
    final Map<Integer, Found> found = new HashMap<>();
    long transitions;
    private @Nullable Node current;
    private int emission;

    NaiveSearch(TransitionSystem system) {
        this.system = system;
        expander = system.expander();
    }

    void run() {
        int[] number = {0};
        system.initialStates(state -> visit(state, null, List.of(number[0]++)));
        for (int i = 0; i < queue.size(); i++) {
            Node node = queue.get(i);
            current = node;
            emission = 0;
            offer(expander.check(node.state()), node.depth(), sequence(node), node, -1);
            expander.expand(node.state().clone(), this);
        }
    }

    /**
     * Returns how many states are left if of those that {@code same} maps to one only one counts.
     */
    long orbits(UnaryOperator<long[]> same) {
        return queue.stream()
                .map(node -> Arrays.stream(same.apply(node.state())).boxed().toList())
                .distinct()
                .count();
    }

    int states() {
        return queue.size();
    }

    int depth() {
        return queue.isEmpty() ? 0 : queue.get(queue.size() - 1).depth();
    }

    List<long[]> states(Node last) {
        List<long[]> states = new ArrayList<>();
        for (Node node = last; node != null; node = node.parent()) {
            states.add(0, node.state());
        }
        return states;
    }

    @Override
    public void add(long[] next, int step, long violations) {
        transitions++;
        Node node = current;
        if (node == null) {
            throw new IllegalStateException("not expanding");
        }
        List<Integer> sequence = new ArrayList<>(sequence(node));
        sequence.add(emission++);
        offer(violations, node.depth() + 1, sequence, node, step);
        visit(next, node, sequence);
    }

    private List<Integer> sequence(Node node) {
        return sequences.getOrDefault(node, List.of());
    }

    private void visit(long[] state, @Nullable Node parent, List<Integer> sequence) {
        List<Long> key = Arrays.stream(state).boxed().toList();
        if (!visited.containsKey(key)) {
            Node node = new Node(state.clone(), parent, parent == null ? 0 : parent.depth() + 1);
            visited.put(key, node);
            sequences.put(node, sequence);
            queue.add(node);
        }
    }

    private void offer(long violations, int depth, List<Integer> order, Node node, int step) {
        for (int property = 0; property < system.properties(); property++) {
            Found best = found.get(property);
            boolean violated = (violations >>> property & 1) != 0;
            if (violated
                    && (best == null
                            || depth < best.depth()
                            || (depth == best.depth() && less(order, best.order())))) {
                found.put(property, new Found(depth, order, node, step));
            }
        }
    }

    private static boolean less(List<Integer> left, List<Integer> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int compared = left.get(i).compareTo(right.get(i));
            if (compared != 0) {
                return compared < 0;
            }
        }
        return left.size() < right.size();
    }
}
