package shootdown.fuzz;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Unpin;

/** What the groups of operations of one universe have in common: who calls, and about whom. */
final class Scene {
    final Composer composer;
    final Dice dice;

    /** The privileged domain that acts on the other, or -1. */
    int toolstack = -1;

    /** Whether the group at hand is called by the toolstack, about the other domain. */
    boolean foreign;

    boolean schedules;
    boolean hasUserMode;

    Scene(Composer composer, Dice dice) {
        this.composer = composer;
        this.dice = dice;
    }

    /** Allows an operation to the domain of these frames, or to the toolstack in its place. */
    void allow(Forest forest, long cpus, Operation operation) {
        if (composer.forests().size() == 1) {
            composer.allow(new Allowed(operation, cpus));
        } else if (foreign && mayBeForeign(operation)) {
            composer.allow(new Allowed(operation, -1L, toolstack, forest.domid));
        } else {
            composer.allow(new Allowed(operation, cpus, forest.domid, Allowed.ITSELF));
        }
    }

    private static boolean mayBeForeign(Operation operation) {
        return operation instanceof MmuUpdateRequest
                || operation instanceof Pin
                || operation instanceof Unpin;
    }

    /** The first page below a slot of the first table of a level. */
    static VirtualAddress below(int level, int slot) {
        return switch (level) {
            case 4 -> new VirtualAddress(slot, 0, 0, 0);
            case 3 -> new VirtualAddress(0, slot, 0, 0);
            case 2 -> new VirtualAddress(0, 0, slot, 0);
            default -> new VirtualAddress(0, 0, 0, slot);
        };
    }
}
