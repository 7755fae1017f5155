package shootdown.conformance;

import shootdown.conformance.Expected.After;
import shootdown.conformance.Expected.Answer;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Operation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A program and what the model says about it.
 *
 * @param handles for each unmap in order, which grant map of the program gives its handle, -1 for
 *     none; only a run tells, because maps may fail
 */
record Trial(Program program, Expected expected, List<Integer> handles) {

    /** A program with what the model said when it ran. */
    static Trial of(Program program, Expected expected) {
        Handles handles = new Handles();
        BitSet mapped = new BitSet();
        for (int i = 0; i < program.steps().size(); i++) {
            After after = expected.steps().get(i);
            handles.look(program.steps().get(i).call(), after.answers(), mapped);
            mapped = after.mapped();
        }
        return new Trial(program, expected, List.copyOf(handles.ofUnmaps));
    }

    /** Follows which maps succeed. Real Xen gives a handle again once its map is gone. */
    private static final class Handles {
        private static final int NONE = -1;

        private final List<Integer> ofUnmaps = new ArrayList<>();

        /** For each successful map its number among all maps. */
        private final List<Integer> successful = new ArrayList<>();

        private int maps;

        /**
         * Follows a call.
         *
         * @param mapped the successful maps that are there before it
         */
        void look(Call call, Answer answer, BitSet mapped) {
            switch (call) {
                case Call.Alone a -> look(a.operation(), answer, mapped);
                case Call.Multicall m -> {
                    for (int i = 0; i < m.calls().size(); i++) {
                        look(m.calls().get(i), answer.entries().get(i), mapped);
                    }
                }
                case Call.MmuUpdate u -> {}
                case Call.MmuextOp m -> {}
                case Call.Unknown u -> {}
            }
        }

        private void look(Operation operation, Answer answer, BitSet mapped) {
            switch (operation) {
                case Operation.MapGrant m -> {
                    if (answer.end() == Expected.End.RETURNED && answer.value() == 0) {
                        successful.add(maps);
                    }
                    maps++;
                }
                case Operation.UnmapGrant u -> unmap(u.handle(), mapped);
                case Operation.UnmapAndReplace u -> unmap(u.handle(), mapped);
                default -> {}
            }
        }

        private void unmap(int handle, BitSet mapped) {
            boolean given = handle >= 0 && mapped.get(handle);
            ofUnmaps.add(given ? successful.get(handle) : NONE);
        }
    }
}
