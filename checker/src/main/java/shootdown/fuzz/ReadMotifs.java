package shootdown.fuzz;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.LinearL1Read;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;

/** Groups of operations that read through the linear map or flush, as the guest asks. */
final class ReadMotifs {
    private final Scene scene;
    private final Composer composer;
    private final Dice dice;

    ReadMotifs(Scene scene) {
        this.scene = scene;
        this.composer = scene.composer;
        this.dice = scene.dice;
    }

    boolean readLinear(Forest forest) {
        VirtualAddress va = composer.address();
        long cpus = composer.someCpus();
        if (dice.chance(30)) {
            scene.allow(forest, cpus, new LinearL1Read(va));
        }
        int level = 1;
        long value =
                dice.chance(75)
                        ? page(dice.oneOf(forest.pages))
                        : readOnly(dice.oneOf(forest.tables(level)));
        if (dice.chance(85)) {
            scene.allow(forest, cpus, new UpdateVaMappingCall(va, value, flush(), scope()));
        }
        if (dice.chance(35)) {
            scene.allow(forest, cpus, new UpdateVaMappingCall(va, NONE, flush(), scope()));
        }
        return true;
    }

    private Flush flush() {
        return dice.oneOf(List.of(Flush.NONE, Flush.NONE, Flush.INVLPG, Flush.TLB_FLUSH));
    }

    private Scope scope() {
        int draw = dice.below(100);
        int vcpus = composer.cpus();
        return draw < 65 || scene.schedules
                ? new Scope.Local()
                : draw < 85 ? new Scope.All() : new Scope.Multi(dice.between(1, (1 << vcpus) - 1));
    }

    boolean flushes(Forest forest) {
        long cpus = composer.someCpus();
        if (dice.chance(60)) {
            scene.allow(forest, cpus, new TlbFlush(scope()));
        }
        if (dice.chance(60)) {
            scene.allow(forest, cpus, new Invlpg(composer.address(), scope()));
        }
        return true;
    }
}
