package shootdown.conformance;

import shootdown.conformance.Expected.Answer;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Operation;

import java.util.ArrayList;
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
        for (int i = 0; i < program.steps().size(); i++) {
            handles.look(program.steps().get(i).call(), expected.steps().get(i).answers());
        }
        return new Trial(program, expected, List.copyOf(handles.ofUnmaps));
    }

    /** Follows which maps succeed, and which of them are still there. */
    private static final class Handles {
        private static final int GONE = -1;

        private final List<Integer> ofUnmaps = new ArrayList<>();

        /** For each successful map its number among all maps. */
        private final List<Integer> successful = new ArrayList<>();

        private int maps;

        void look(Call call, Answer answer) {
            switch (call) {
                case Call.Alone a -> look(a.operation(), answer);
                case Call.Multicall m -> {
                    for (int i = 0; i < m.calls().size(); i++) {
                        look(m.calls().get(i), answer.entries().get(i));
                    }
                }
                case Call.MmuUpdate u -> {}
                case Call.MmuextOp m -> {}
                case Call.Unknown u -> {}
            }
        }

        private void look(Operation operation, Answer answer) {
            boolean done = answer.end() == Expected.End.RETURNED && answer.value() == 0;
            switch (operation) {
                case Operation.MapGrant m -> {
                    if (done) {
                        successful.add(maps);
                    }
                    maps++;
                }
                case Operation.UnmapGrant u -> unmap(u.handle(), done);
                case Operation.UnmapAndReplace u -> unmap(u.handle(), done);
                default -> {}
            }
        }

        private void unmap(int handle, boolean done) {
            boolean given = handle >= 0 && handle < successful.size();
            ofUnmaps.add(given ? successful.get(handle) : GONE);
            if (given && done) {
                successful.set(handle, GONE);
            }
        }
    }
}
