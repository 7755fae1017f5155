package shootdown.conformance;

import shootdown.conformance.Encoder.Answers;
import shootdown.conformance.Program.Step;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Operation;
import shootdown.xen.Result;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which map of a program gives each unmap its handle. A scenario counts the maps that succeed,
 * which only a run can tell: the next guess follows from what a run has done.
 */
final class GrantHandles {
    private static final int NONE = -1;

    private GrantHandles() {}

    static boolean unmaps(Operation operation) {
        return operation instanceof Operation.UnmapGrant
                || operation instanceof Operation.UnmapAndReplace;
    }

    /** Before the first run: no unmap has one. */
    static List<Integer> unknown(Program program) {
        List<Integer> handles = new ArrayList<>();
        for (Step step : program.steps()) {
            if (step.call() instanceof Call.Alone alone && unmaps(alone.operation())) {
                handles.add(NONE);
            }
        }
        return Collections.unmodifiableList(handles);
    }

    /** What a run tells. */
    static List<Integer> after(Program program, Encoder encoder, Result result) {
        List<Integer> handles = new ArrayList<>();
        Maps maps = new Maps();
        for (int i = 0; i < program.steps().size(); i++) {
            Call call = program.steps().get(i).call();
            maps.look(call, encoder.answers(i), result);
            if (call instanceof Call.Alone alone) {
                switch (alone.operation()) {
                    case Operation.UnmapGrant u -> handles.add(maps.giving(u.handle()));
                    case Operation.UnmapAndReplace u -> handles.add(maps.giving(u.handle()));
                    default -> {}
                }
            }
        }
        return Collections.unmodifiableList(handles);
    }

    private static final class Maps {
        private int seen;
        private final List<Integer> successful = new ArrayList<>();

        void look(Call call, Answers at, Result result) {
            if (call instanceof Call.Multicall multicall) {
                for (int i = 0; i < multicall.calls().size(); i++) {
                    look(multicall.calls().get(i), at.entries().get(i), result);
                }
            } else if (call instanceof Call.Alone alone
                    && alone.operation() instanceof Operation.MapGrant) {
                if (result.dataShort(at.status()) == 0) {
                    successful.add(seen);
                }
                seen++;
            }
        }

        int giving(int handle) {
            return handle >= 0 && handle < successful.size() ? successful.get(handle) : NONE;
        }
    }
}
