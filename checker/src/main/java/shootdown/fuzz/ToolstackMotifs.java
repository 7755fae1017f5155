package shootdown.fuzz;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.Operation.DecreaseReservation;
import shootdown.hypervisor.Operation.DestroyDomain;
import shootdown.hypervisor.Operation.PauseDomain;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.PopulatePhysmap;
import shootdown.hypervisor.Operation.Schedule;
import shootdown.hypervisor.Operation.SyncLocalExecstate;
import shootdown.hypervisor.Operation.Transfer;
import shootdown.hypervisor.Operation.UnpauseDomain;
import shootdown.hypervisor.Operation.Unpin;

import java.util.List;

/**
 * Groups of operations of a toolstack: vCPUs that come and go, domains that are paused, frames that
 * are given back and given out.
 */
final class ToolstackMotifs {
    private final Scene scene;
    private final Composer composer;
    private final Dice dice;

    ToolstackMotifs(Scene scene) {
        this.scene = scene;
        this.composer = scene.composer;
        this.dice = scene.dice;
    }

    void schedule() {
        scene.schedules = true;
        int vcpus = composer.loads().size() + composer.vcpus().size();
        vcpus -= (int) composer.loads().stream().filter(domid -> domid == DomId.IDLE).count();
        boolean pinned = dice.chance(50);
        int guest = composer.forests().getLast().domid;
        for (int cpu = pinned && composer.cpus() > 1 ? 1 : 0; cpu < composer.cpus(); cpu++) {
            for (int vcpu = pinned && composer.cpus() > 1 ? 1 : 0; vcpu < vcpus; vcpu++) {
                composer.allow(new Allowed(new Schedule(vcpu), 1L << cpu));
            }
            composer.allow(new Allowed(new Schedule(Schedule.IDLE), 1L << cpu));
            if (dice.chance(60)) {
                composer.allow(new Allowed(new SyncLocalExecstate(), 1L << cpu));
            }
        }
        if (dice.chance(70) || composer.has(Switch.TOOLSTACK_PAUSES)) {
            composer.allow(
                    new Allowed(new PauseDomain(guest), -1L, scene.toolstack, Allowed.ITSELF));
        }
        composer.allow(new Allowed(new UnpauseDomain(guest), -1L, scene.toolstack, Allowed.ITSELF));
        if (dice.chance(15)) {
            composer.allow(
                    new Allowed(new DestroyDomain(guest), -1L, scene.toolstack, Allowed.ITSELF));
        }
    }

    /** Frames that are given back and given out. */
    boolean frames() {
        Forest guest = composer.forests().getLast();
        int frame = composer.pageOf(guest);
        int l1 = guest.tables(1).getFirst();
        int slot = composer.guestSlot();
        scene.foreign = false;
        scene.allow(guest, -1L, edit(l1, slot, page(frame)));
        scene.allow(guest, -1L, edit(l1, slot, NONE));
        scene.allow(guest, -1L, new DecreaseReservation(frame));
        composer.write(l1, slot, NONE);
        for (int domid : List.of(scene.toolstack, guest.domid)) {
            if (dice.chance(75)) {
                composer.allow(
                        new Allowed(
                                new PopulatePhysmap(frame, domid),
                                -1L,
                                scene.toolstack,
                                Allowed.ITSELF));
            }
        }
        if (dice.chance(50)) {
            composer.allow(
                    new Allowed(
                            new DecreaseReservation(frame), -1L, scene.toolstack, Allowed.ITSELF));
        }
        if (dice.chance(40)) {
            scene.allow(guest, -1L, new Transfer(frame, scene.toolstack));
            composer.allow(
                    new Allowed(
                            new Transfer(frame, guest.domid),
                            -1L,
                            scene.toolstack,
                            Allowed.ITSELF));
        }
        if (dice.chance(40)) {
            composer.allow(new Allowed(new Pin(1, frame), -1L, scene.toolstack, guest.domid));
            composer.allow(new Allowed(new Unpin(frame), -1L, scene.toolstack, guest.domid));
        }
        composer.track(new VirtualAddress(0, 0, 0, slot));
        return true;
    }
}
