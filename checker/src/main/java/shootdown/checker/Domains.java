package shootdown.checker;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.DecreaseReservation;
import shootdown.hypervisor.Operation.DestroyDomain;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.PauseDomain;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.PopulatePhysmap;
import shootdown.hypervisor.Operation.Schedule;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.SyncLocalExecstate;
import shootdown.hypervisor.Operation.Transfer;
import shootdown.hypervisor.Operation.UnpauseDomain;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * U6: a privileged domain on CPU 0 acts on another one, whose vCPU runs on CPU 1 (or on CPU 0 too),
 * is idle there but still loaded, is paused, or has never run.
 *
 * <pre>
 *   domain 0: L4t      domain 1: L4 [0] -> L3 [0] -> L2a | L2b | none      L2x -> L1x -> page
 * </pre>
 */
final class Domains {
    private static final int TOOLS = 0;
    private static final int GUEST = 1;

    private static final int L4T = 0;
    private static final int L4 = 1;
    private static final int L3 = 2;
    private static final int L2A = 3;
    private static final int L2B = 4;
    private static final int L1A = 5;
    private static final int L1B = 6;
    private static final int PAGE = 7;

    private static final int L2 = 3;
    private static final int L1 = 4;
    private static final int FRAME = 5;

    private static final VirtualAddress V = va(0, 0, 0, 0);
    private static final VirtualAddress W = va(0, 0, 0, 1);

    private Domains() {}

    static Stream<Universe> all() {
        return Stream.of(
                linear("u6-toolstack", unpaused()),
                linear("u6-toolstack-xpti", unpaused().xpti(true)),
                linear("u6-toolstack-xpti-pcid", unpaused().xpti(true).pcid(true)),
                linear("u6-toolstack-migrate", migrates()),
                linear("u6-paused", paused()),
                linear("u6-paused-xpti-pcid", paused().xpti(true).pcid(true)),
                linear("u6-built", built()),
                linear("u6-built-xpti-pcid", built().xpti(true).pcid(true)),
                shared("u6-shared", oneCpu()),
                shared("u6-shared-xpti-pcid", oneCpu().xpti(true).pcid(true)),
                frames("u6-frames", reservations()),
                frames("u6-transfer", transfers()),
                frames("u6-destroy", destroys()));
    }

    /** Two domains; frames 1 and up are the guest's. */
    private static Machine.Builder machine(int frames) {
        Machine.Builder machine =
                Machine.builder()
                        .cpus(2)
                        .frames(frames)
                        .slots(0, LinearMap.SLOT)
                        .domain(TOOLS, true, false)
                        .domain(GUEST, false, false);
        for (int mfn = L4; mfn < frames; mfn++) {
            machine.owner(mfn, GUEST);
        }
        return machine;
    }

    // Tables of another domain.

    private static Machine.Builder edits() {
        return machine(8)
                .allowAbout(
                        TOOLS,
                        GUEST,
                        edit(L3, 0, table(L2A)),
                        edit(L3, 0, table(L2B)),
                        edit(L3, 0, NONE),
                        edit(L4, 0, table(L3)),
                        edit(L4, 0, NONE))
                .allowFor(
                        GUEST,
                        new UpdateVaMappingCall(V, page(PAGE), Flush.NONE, new Scope.Local()));
    }

    /** The guest's vCPU comes and goes on CPU 1. */
    private static Machine.Builder scheduled(Machine.Builder machine) {
        return machine.allowOn(
                1, new Schedule(1), new Schedule(Schedule.IDLE), new SyncLocalExecstate());
    }

    private static Machine.Builder unpaused() {
        return scheduled(edits())
                .load(1, GUEST)
                .allowFor(TOOLS, new PauseDomain(GUEST), new UnpauseDomain(GUEST));
    }

    /** Each vCPU may run on each CPU. */
    private static Machine.Builder migrates() {
        return unpaused()
                .allowOn(0, new Schedule(1), new Schedule(Schedule.IDLE), new SyncLocalExecstate())
                .allow(new Schedule(0));
    }

    private static Machine.Builder paused() {
        return unpaused().toolstackPauses(true);
    }

    private static Machine.Builder built() {
        return scheduled(edits())
                .load(1, DomId.IDLE)
                .vcpu(GUEST)
                .underConstruction(GUEST)
                .toolstackPauses(true)
                .allowFor(TOOLS, new UnpauseDomain(GUEST));
    }

    private static Universe linear(String name, Machine.Builder machine) {
        boolean loaded = machine.build().isLoadedAtFirst(1);
        return new Universe(
                name,
                "a toolstack edits the tables of another domain, running, paused, or not built yet",
                "pt_owner's dirty mask: foreign edits, lazy idle, pausing, building",
                "edits by the owner itself; frames that change owner",
                machine.build(),
                List.of("L4t", "L4", "L3", "L2a", "L2b", "L1a", "L1b", "page"),
                first -> setUpLinear(first, f -> loadGuest(f, loaded)),
                true);
    }

    private static void loadGuest(MachineSetup first, boolean loaded) {
        if (loaded) {
            first.load(1, L4);
        } else {
            first.base(1, L4);
        }
    }

    private static void setUpLinear(MachineSetup first, Consumer<MachineSetup> loads) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2A))
                .entry(L2A, 0, table(L1A))
                .entry(L2B, 0, table(L1B))
                .entry(L1A, 0, page(PAGE))
                .entry(L1B, 0, page(PAGE))
                .pin(2, L2A)
                .pin(2, L2B)
                .pin(3, L3)
                .pin(4, L4)
                .pin(4, L4T)
                .load(0, L4T);
        loads.accept(first);
    }

    // One CPU for both domains.

    private static Machine.Builder oneCpu() {
        return edits().cpus(1)
                .vcpu(GUEST)
                .track(V)
                .allowFor(GUEST, edit(L3, 0, table(L2B)))
                .allow(
                        new Schedule(0),
                        new Schedule(1),
                        new Schedule(Schedule.IDLE),
                        new SyncLocalExecstate());
    }

    private static Universe shared(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "a toolstack and the domain whose tables it edits take turns on one CPU",
                "what survives a context switch; lazy idle; foreign edits with nobody to flush",
                "other CPUs; frames that change owner",
                machine.build(),
                List.of("L4t", "L4", "L3", "L2a", "L2b", "L1a", "L1b", "page"),
                first -> setUpLinear(first, f -> f.base(1, L4)),
                true);
    }

    // Frames that change owner.

    private static Machine.Builder pages() {
        return scheduled(machine(6))
                .slots(0, 1, LinearMap.SLOT)
                .load(1, GUEST)
                .track(V)
                .allowFor(GUEST, edit(L1, 0, page(FRAME)), edit(L1, 0, NONE));
    }

    private static Machine.Builder reservations() {
        return pages().allowAbout(TOOLS, GUEST, new Pin(1, FRAME), new Unpin(FRAME))
                .allowFor(GUEST, new DecreaseReservation(FRAME))
                .allowFor(
                        TOOLS,
                        new DecreaseReservation(FRAME),
                        new PopulatePhysmap(FRAME, TOOLS),
                        new PopulatePhysmap(FRAME, GUEST));
    }

    private static Machine.Builder transfers() {
        Operation give = new Transfer(FRAME, TOOLS);
        return pages().allowFor(GUEST, give).allowFor(TOOLS, new Transfer(FRAME, GUEST));
    }

    private static Machine.Builder destroys() {
        return pages().track(W)
                .allowFor(
                        TOOLS,
                        new DestroyDomain(GUEST),
                        new PopulatePhysmap(FRAME, TOOLS),
                        new PopulatePhysmap(L1, TOOLS),
                        new DecreaseReservation(FRAME),
                        new DecreaseReservation(L1));
    }

    private static Universe frames(String name, Machine.Builder machine) {
        return new Universe(
                name,
                "frames of one domain become another's",
                "the flush before a frame has its next owner; retyping by a toolstack; lazy idle",
                "linear reads; what the next owner does with the frame",
                machine.build(),
                List.of("L4t", "L4", "L3", "L2", "L1", "frame"),
                Domains::setUpFrames,
                true);
    }

    private static void setUpFrames(MachineSetup first) {
        first.entry(L4, 0, table(L3))
                .entry(L3, 0, table(L2))
                .entry(L2, 0, table(L1))
                .pin(4, L4)
                .pin(4, L4T)
                .load(0, L4T)
                .load(1, L4);
    }
}
