package shootdown.conformance;

import org.jspecify.annotations.Nullable;

import shootdown.hypervisor.Chooser;

import java.util.ArrayList;
import java.util.List;

/** Chooses as told and then always the first, and remembers what there was to choose from. */
final class Choices implements Chooser {
    private final List<Integer> told;
    private final List<Integer> taken = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();

    private Choices(List<Integer> told) {
        this.told = told;
    }

    /** Always the first. */
    static Choices first() {
        return new Choices(List.of());
    }

    @Override
    public int choose(int n) {
        if (n == 1) {
            return 0;
        }
        int choice = taken.size() < told.size() ? told.get(taken.size()) : 0;
        taken.add(choice);
        sizes.add(n);
        return choice;
    }

    /** Those after these, the last one changing first; null if these were the last. */
    @Nullable Choices next() {
        for (int i = taken.size() - 1; i >= 0; i--) {
            if (taken.get(i) + 1 < sizes.get(i)) {
                List<Integer> next = new ArrayList<>(taken.subList(0, i));
                next.add(taken.get(i) + 1);
                return new Choices(next);
            }
        }
        return null;
    }
}
