package shootdown.scenario;

import shootdown.hypervisor.Call;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Stage;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps of one CPU in a universe, as calls of a program. What it does between entering and
 * leaving Xen is one hypercall: of several sub-calls a multicall.
 */
final class StoryCalls {
    /** Enters Xen and does nothing there. */
    private static final Call NOTHING = new Call.Unknown(99);

    private final Machine machine;
    private final Hypervisor xen;
    private final int cpu;
    private final List<Call> program = new ArrayList<>();
    private final List<Call> sinceEntry = new ArrayList<>();
    private final List<MmuUpdateRequest> batch = new ArrayList<>();
    private boolean entered;

    StoryCalls(Machine machine, Hypervisor xen, int cpu) {
        this.machine = machine;
        this.xen = xen;
        this.cpu = cpu;
    }

    /** Does these calls before the story. */
    void startWith(List<Call> calls) {
        program.addAll(calls);
    }

    /** Notes what the CPU does in a state. */
    void step(long[] s, int action) {
        Stage stage = xen.cpus().stage(s, cpu);
        if (action < machine.operations().size()) {
            begin(s, stage, machine.operations().get(action).operation());
        } else if (action == xen.switchMode()) {
            if (stage == Stage.GUEST) {
                leave();
                entered = true;
            } else {
                leave();
            }
        }
    }

    private void begin(long[] s, Stage stage, Operation operation) {
        if (stage == Stage.BATCH) {
            batch.add((MmuUpdateRequest) operation);
            return;
        }
        endBatch();
        boolean inGuest =
                stage == Stage.GUEST
                        || (!machine.entryMatters() && xen.cpus().exitFlags(s, cpu) == 0);
        if (inGuest) {
            leave();
        }
        if (operation instanceof MmuUpdateRequest request && machine.batches()) {
            batch.add(request);
        } else {
            sinceEntry.add(new Call.Alone(operation));
        }
        if (operation instanceof Operation.GuestWrite
                || operation instanceof Operation.Instruction) {
            leave();
        }
    }

    private void endBatch() {
        if (batch.size() == 1) {
            sinceEntry.add(new Call.Alone(batch.getFirst()));
        } else if (!batch.isEmpty()) {
            sinceEntry.add(new Call.MmuUpdate(batch, DomId.SELF, Call.Arguments.PLAIN));
        }
        batch.clear();
    }

    private void leave() {
        endBatch();
        if (sinceEntry.size() == 1) {
            program.add(sinceEntry.getFirst());
        } else if (!sinceEntry.isEmpty()) {
            program.add(new Call.Multicall(sinceEntry));
        } else if (entered) {
            program.add(NOTHING);
        }
        sinceEntry.clear();
        entered = false;
    }

    /** The whole program. */
    List<Call> end() {
        leave();
        return List.copyOf(program);
    }
}
