package shootdown.fuzz;

import shootdown.hypervisor.MachineSetup.Asked;
import shootdown.hypervisor.Operation.CopyPage;
import shootdown.hypervisor.Operation.SetGdt;
import shootdown.hypervisor.Operation.Transfer;
import shootdown.hypervisor.Operation.UpdateDescriptor;

import java.util.List;

/** A page of descriptors that is in use, updated, copied to, and handed over. */
final class DescriptorMotifs {
    private static final long CODE64 = 0x00AF_9A00_0000_FFFEL;

    private static final long CODE32 = 0x00CF_9A00_0000_FFFEL;

    private final Scene scene;
    private final Composer composer;
    private final Dice dice;

    DescriptorMotifs(Scene scene) {
        this.scene = scene;
        this.composer = scene.composer;
        this.dice = scene.dice;
    }

    boolean descriptors() {
        Forest from = composer.forests().getFirst();
        int gdt = composer.pageOf(from);
        int source = composer.pageOf(from);
        long code = from.pv32 ? CODE32 : CODE64;
        composer.setup(new Asked.Entry(gdt, 0, code));
        composer.setup(new Asked.Entry(source, 0, code));
        for (Forest forest : composer.forests()) {
            long cpus = composer.someCpus();
            scene.allow(forest, cpus, new SetGdt(List.of(gdt), 1));
            scene.allow(forest, cpus, new SetGdt(List.of(), 0));
            if (dice.chance(40)) {
                scene.allow(
                        forest, cpus, new UpdateDescriptor(gdt, 0, forest.pv32 ? CODE32 : CODE64));
            }
        }
        if (dice.chance(50)) {
            scene.allow(from, composer.someCpus(), new CopyPage(gdt, source));
        }
        if (composer.forests().size() > 1 && !composer.has(Switch.STORE_BUFFERS)) {
            Forest to = composer.forests().getLast();
            scene.allow(from, -1L, new Transfer(gdt, to.domid));
            if (dice.chance(50)) {
                scene.allow(to, -1L, new Transfer(gdt, from.domid));
            }
        }
        return true;
    }
}
