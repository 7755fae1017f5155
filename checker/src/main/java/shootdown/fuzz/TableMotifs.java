package shootdown.fuzz;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.globalTable;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.LinearL1Read;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.ArrayList;
import java.util.List;

/** Groups of operations on page tables: entries above L1, tables that come and go, bases. */
final class TableMotifs {
    private final Scene scene;
    private final Composer composer;
    private final Dice dice;

    TableMotifs(Scene scene) {
        this.scene = scene;
        this.composer = scene.composer;
        this.dice = scene.dice;
    }

    /** An entry names one table, another, or none. */
    boolean rehook(Forest forest) {
        int level = dice.between(2, forest.top());
        int parent =
                dice.chance(70)
                        ? forest.tables(level).getFirst()
                        : dice.oneOf(forest.tables(level));
        int slot = dice.chance(70) ? 0 : composer.guestSlot();
        long cpus = composer.someCpus();
        List<Long> values = new ArrayList<>();
        if (dice.chance(60)) {
            values.add(NONE);
        }
        for (int i = dice.between(1, 3); i > 0; i--) {
            int child = dice.oneOf(forest.tables(level - 1));
            boolean global = composer.has(Switch.GUEST_MAY_GLOBAL) && dice.chance(50);
            values.add(global ? globalTable(child) : table(child));
        }
        for (long value : values) {
            scene.allow(forest, cpus, request(parent, slot, value));
        }
        return true;
    }

    private MmuUpdateRequest request(int table, int slot, long value) {
        return dice.chance(8)
                ? new MmuUpdateRequest(table, slot, value, true)
                : edit(table, slot, value);
    }

    /** An entry names a table of its own level, read-only or writable. */
    boolean linear(Forest forest) {
        int level = dice.chance(60) ? forest.top() : dice.between(2, forest.top());
        if (forest.pv32 && level == 3) {
            return false;
        }
        int parent = dice.oneOf(forest.tables(level));
        int target = dice.chance(40) ? parent : dice.oneOf(forest.tables(level));
        int slot = composer.guestSlot();
        long cpus = composer.someCpus();
        scene.allow(forest, cpus, edit(parent, slot, readOnly(target)));
        if (dice.chance(70)) {
            scene.allow(forest, cpus, edit(parent, slot, NONE));
        }
        if (dice.chance(30)) {
            scene.allow(forest, cpus, edit(parent, slot, table(target)));
        }
        if (dice.chance(30)) {
            composer.write(parent, slot, readOnly(target));
        }
        if (dice.chance(40)) {
            VirtualAddress va =
                    level == 4
                            ? new VirtualAddress(slot, slot, slot, slot)
                            : new VirtualAddress(0, slot, slot, slot);
            composer.track(va);
            composer.track(new VirtualAddress(slot, 0, 0, 0));
        }
        return true;
    }

    /** Entries of L1 tables, which may have been unhooked. */
    boolean leaves(Forest forest) {
        int l1 = dice.oneOf(forest.tables(1));
        int slot = composer.guestSlot();
        long cpus = composer.someCpus();
        int target = forest.anyFrame(dice);
        scene.allow(
                forest, cpus, request(l1, slot, dice.chance(70) ? page(target) : readOnly(target)));
        scene.allow(forest, cpus, request(l1, slot, dice.chance(70) ? NONE : page(target)));
        return true;
    }

    boolean pins(Forest forest) {
        long cpus = composer.someCpus();
        for (int i = dice.between(1, 2); i > 0; i--) {
            int table = forest.anyTable(dice);
            scene.allow(forest, cpus, new Pin(forest.level(table), table));
            scene.allow(forest, cpus, new Unpin(table));
        }
        return true;
    }

    boolean bases(Forest forest) {
        long cpus = composer.someCpus();
        for (int table : forest.tables(forest.top())) {
            if (dice.chance(75)) {
                scene.allow(forest, cpus, new NewBaseptr(table));
            }
        }
        return true;
    }

    /**
     * A second linear map: an entry of the L4 that is loaded names another L4, whose tables are
     * then edited and read where the guest has them mapped (the alternate page tables of NetBSD).
     */
    boolean alternate(Forest forest) {
        if (forest.pv32) {
            return false;
        }
        int loaded = forest.tables(4).getFirst();
        int other = composer.tableOf(forest, 4);
        int at = composer.guestSlot();
        int slot = composer.guestSlot();
        long cpus = composer.someCpus();
        VirtualAddress below = new VirtualAddress(at, slot, 0, composer.guestSlot());
        if (dice.chance(65)) {
            composer.write(loaded, at, readOnly(other));
        } else {
            scene.allow(forest, cpus, edit(loaded, at, readOnly(other)));
        }
        composer.write(other, slot, table(dice.oneOf(forest.tables(3))));
        scene.allow(forest, cpus, edit(other, slot, NONE));
        for (int table : forest.tables(3)) {
            scene.allow(forest, cpus, edit(other, slot, table(table)));
        }
        if (dice.chance(30)) {
            scene.allow(forest, cpus, edit(loaded, at, NONE));
        }
        if (dice.chance(30)) {
            scene.allow(forest, cpus, new NewBaseptr(other));
            scene.allow(forest, cpus, new NewBaseptr(loaded));
        }
        long value = page(dice.oneOf(forest.pages));
        long readers = composer.someCpus();
        scene.allow(
                forest,
                readers,
                new UpdateVaMappingCall(below, value, Flush.NONE, new Scope.Local()));
        if (dice.chance(50)) {
            scene.allow(forest, readers, new LinearL1Read(below));
        }
        return true;
    }
}
