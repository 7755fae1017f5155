package shootdown.fuzz;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.MachineSetup.Asked;
import shootdown.hypervisor.Operation.Access;
import shootdown.hypervisor.Operation.AccessKind;
import shootdown.hypervisor.Operation.FaultingWrite;
import shootdown.hypervisor.Operation.Iret;
import shootdown.hypervisor.Operation.LdtFault;
import shootdown.hypervisor.Operation.LoadSelector;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.SetLdt;
import shootdown.hypervisor.Operation.Syscall;

import java.util.List;

/**
 * Groups of operations with which a guest ends up in Xen without a hypercall: user mode, faults,
 * stores to tables, selectors.
 */
final class TrapMotifs {
    /** VMASST_TYPE_writable_pagetables. */
    private static final int WRITABLE_PAGE_TABLES = 2;

    /** The first descriptor of an LDT, for ring 3. */
    private static final int SELECTOR = 7;

    /** A data segment; limits are even, so that no picture takes them for entries. */
    private static final long DATA = 0x00CF_F300_0000_FFFEL;

    private final Scene scene;
    private final Composer composer;
    private final Dice dice;

    TrapMotifs(Scene scene) {
        this.scene = scene;
        this.composer = scene.composer;
        this.dice = scene.dice;
    }

    boolean userMode(Forest forest) {
        if (forest.pv32 || scene.hasUserMode) {
            return false;
        }
        scene.hasUserMode = true;
        long cpus = composer.someCpus();
        List<Integer> tops = forest.tables(4);
        for (int cpu = 0; cpu < composer.cpus(); cpu++) {
            composer.setup(new Asked.LoadUser(cpu, dice.oneOf(tops)));
        }
        scene.allow(forest, cpus, new Iret());
        scene.allow(forest, cpus, new Syscall());
        if (dice.chance(60)) {
            scene.allow(forest, cpus, new LdtFault(composer.address()));
        }
        if (dice.chance(70)) {
            for (int table : tops) {
                if (dice.chance(75)) {
                    scene.allow(forest, cpus, new NewUserBaseptr(table));
                }
            }
        }
        if (dice.chance(15)) {
            scene.allow(forest, cpus, new NewUserBaseptr(-1));
        }
        return true;
    }

    boolean ldt(Forest forest) {
        if (forest.pv32) {
            return false;
        }
        long cpus = composer.someCpus();
        VirtualAddress va = composer.address();
        int frame = composer.pageOf(forest);
        composer.setup(new Asked.Entry(frame, 0, DATA));
        int l1 = dice.oneOf(forest.tables(1));
        composer.write(l1, va.i1(), readOnly(frame));
        scene.allow(forest, cpus, edit(l1, va.i1(), readOnly(frame)));
        scene.allow(forest, cpus, edit(l1, va.i1(), page(frame)));
        scene.allow(forest, cpus, new SetLdt(va.va(), 1));
        scene.allow(forest, cpus, new SetLdt(0, 0));
        scene.allow(forest, cpus, new LoadSelector(SELECTOR));
        composer.track(va);
        return true;
    }

    /** Writable page tables. */
    boolean stores(Forest forest) {
        VirtualAddress va = composer.address();
        long cpus = composer.someCpus();
        int tables = forest.tables(1).size();
        for (int l1 : forest.tables(1)) {
            if (dice.chance(60)) {
                composer.write(l1, va.i1(), readOnly(forest.tables(1).get(dice.below(tables))));
            }
        }
        for (int cpu = 0; cpu < composer.cpus(); cpu++) {
            if (composer.loads().get(cpu) == forest.domid) {
                composer.setup(new Asked.Assist(cpu, WRITABLE_PAGE_TABLES));
                break;
            }
        }
        scene.allow(forest, cpus, store(va, page(dice.oneOf(forest.pages))));
        if (dice.chance(50)) {
            scene.allow(forest, cpus, store(va, NONE));
        }
        return true;
    }

    private static Access store(VirtualAddress va, long value) {
        return new Access(AccessKind.WRITE, false, va, 0, value);
    }

    boolean fault(Forest forest) {
        VirtualAddress va =
                dice.chance(50)
                        ? composer.address()
                        : Scene.below(dice.between(2, 4), composer.guestSlot());
        scene.allow(forest, composer.someCpus(), new FaultingWrite(va));
        return true;
    }
}
