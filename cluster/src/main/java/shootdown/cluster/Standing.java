package shootdown.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a member is in a search.
 *
 * @param step of the exchange
 * @param waitsFor the members of whom it has heard nothing for long; none if it works
 */
record Standing(int step, List<Integer> waitsFor) {
    Standing {
        waitsFor = List.copyOf(waitsFor);
    }

    static Standing read(In in) {
        int step = in.small();
        List<Integer> waitsFor = new ArrayList<>();
        while (!in.isAtEnd()) {
            waitsFor.add(in.small());
        }
        return new Standing(step, waitsFor);
    }

    void write(Out out) {
        out.number(step);
        waitsFor.forEach(out::number);
    }
}
