package shootdown.fuzz;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.MachineSetup.Asked;
import shootdown.hypervisor.Operation.DecreaseReservation;
import shootdown.hypervisor.Operation.GrantAccess;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.MapGrant;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Transfer;
import shootdown.hypervisor.Operation.UnmapAndReplace;
import shootdown.hypervisor.Operation.UnmapGrant;
import shootdown.hypervisor.Operation.Unpin;

import java.util.ArrayList;
import java.util.List;

/** Groups of operations with which domains share frames: grants, and transfers. */
final class GrantMotifs {
    /** GNTMAP_host_map, and the same with GNTMAP_readonly. */
    private static final int HOST = 2;

    private static final int HOST_READ_ONLY = 6;

    private final Scene scene;
    private final Composer composer;
    private final Dice dice;

    GrantMotifs(Scene scene) {
        this.scene = scene;
        this.composer = scene.composer;
        this.dice = scene.dice;
    }

    boolean grantToItself(Forest forest) {
        int frame = dice.chance(50) ? composer.pageOf(forest) : forest.tables(1).getLast();
        grant(forest, forest, frame);
        return true;
    }

    void grantToOther() {
        Forest granter = composer.forests().getFirst();
        Forest mapper = composer.forests().getLast();
        if (dice.chance(50) && !mapper.pv32) {
            granter = composer.forests().getLast();
            mapper = composer.forests().getFirst();
        }
        int frame = granter.tables(1).getLast();
        grant(granter, mapper, frame);
        scene.allow(granter, -1L, new Pin(1, frame));
        scene.allow(granter, -1L, new Unpin(frame));
        if (dice.chance(30)) {
            scene.allow(granter, -1L, new DecreaseReservation(frame));
        }
    }

    private void grant(Forest granter, Forest mapper, int frame) {
        int ref = 0;
        composer.setup(
                new Asked.Granted(
                        granter.domid, new GrantAccess(ref, mapper.domid, frame, dice.chance(15))));
        long cpus = composer.someCpus();
        int l1 = mapper.tables(1).getFirst();
        VirtualAddress va = composer.address();
        List<GrantTarget> targets = new ArrayList<>();
        if (va.va() != 0 && dice.chance(50)) { // 0 stands for none
            targets.add(new GrantTarget.Linear(va));
        }
        while (targets.isEmpty() || dice.chance(40)) {
            targets.add(new GrantTarget.Entry(l1, composer.guestSlot()));
        }
        int handles = dice.between(1, 2);
        if (dice.chance(40)) {
            composer.limitGrantMaps(handles);
        }
        for (GrantTarget target : targets) {
            int flags = dice.chance(65) ? HOST : HOST_READ_ONLY;
            scene.allow(mapper, cpus, new MapGrant(target, granter.domid, ref, flags));
            for (int handle = 0; handle < handles; handle++) {
                scene.allow(mapper, cpus, new UnmapGrant(target, handle));
            }
            if (target instanceof GrantTarget.Entry e && dice.chance(40)) {
                scene.allow(mapper, cpus, edit(l1, e.slot(), page(frame)));
            }
            if (target instanceof GrantTarget.Entry e) {
                composer.track(new VirtualAddress(0, 0, 0, e.slot()));
            }
        }
        if (dice.chance(40) && targets.getFirst() instanceof GrantTarget.Linear linear) {
            scene.allow(mapper, cpus, new UnmapAndReplace(linear, composer.address(), 0));
        }
        composer.track(va);
        if (granter == mapper && dice.chance(60)) {
            scene.allow(granter, cpus, new Pin(1, frame));
            scene.allow(granter, cpus, new Unpin(frame));
        }
    }

    void transfer() {
        Forest from = composer.forests().getFirst();
        Forest to = composer.forests().getLast();
        int frame = dice.oneOf(from.pages);
        int l1 = from.tables(1).getFirst();
        int slot = composer.guestSlot();
        composer.write(l1, slot, NONE);
        scene.allow(from, -1L, edit(l1, slot, page(frame)));
        scene.allow(from, -1L, edit(l1, slot, NONE));
        scene.allow(from, -1L, new Transfer(frame, to.domid));
        if (dice.chance(60)) {
            scene.allow(to, -1L, new Transfer(frame, from.domid));
        }
        composer.track(new VirtualAddress(0, 0, 0, slot));
    }
}
