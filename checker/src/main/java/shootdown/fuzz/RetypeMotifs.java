package shootdown.fuzz;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Operation.FaultingWrite;
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;

/** Groups of operations after which a frame is a table and a page in turn. */
final class RetypeMotifs {
    private final Scene scene;
    private final Composer composer;
    private final Dice dice;

    RetypeMotifs(Scene scene) {
        this.scene = scene;
        this.composer = scene.composer;
        this.dice = scene.dice;
    }

    boolean retype(Forest forest) {
        boolean shadows = composer.has(Switch.SHADOW_FILTER);
        int level = shadows ? dice.between(1, 2) : dice.between(1, forest.top());
        int dual = forest.tables(level).getLast();
        int l1 = forest.tables(1).getFirst();
        int slot = composer.guestSlot();
        long cpus = composer.someCpus();
        VirtualAddress asPage = new VirtualAddress(0, 0, 0, slot);
        if (dice.chance(85) && dual != l1) {
            scene.allow(forest, cpus, edit(l1, slot, page(dual)));
            scene.allow(forest, cpus, edit(l1, slot, NONE));
            composer.write(l1, slot, NONE);
        }
        if (dice.chance(75) && !scene.schedules) {
            scene.allow(forest, cpus, new GuestWrite(asPage, 0, NONE));
            long content =
                    level == 1
                            ? page(dice.oneOf(forest.pages))
                            : table(dice.oneOf(forest.tables(level - 1)));
            scene.allow(forest, cpus, new GuestWrite(asPage, 0, content));
        }
        if (dice.chance(60) || level == forest.top()) {
            scene.allow(forest, cpus, new Pin(level, dual));
            scene.allow(forest, cpus, new Unpin(dual));
        }
        if (level < forest.top() && !shadows && dice.chance(65)) {
            int parent = forest.tables(level + 1).getFirst();
            int at = composer.guestSlot();
            scene.allow(forest, cpus, edit(parent, at, table(dual)));
            scene.allow(forest, cpus, edit(parent, at, NONE));
            if (dice.chance(60)) {
                composer.write(parent, at, table(dual));
            }
            composer.track(Scene.below(level + 1, at));
        }
        if (dice.chance(25)) {
            scene.allow(forest, cpus, new TlbFlush(new Scope.Local()));
        }
        composer.track(asPage);
        return true;
    }

    /** A table comes and goes, and becomes a page, while Xen may walk it for a fault. */
    boolean walked(Forest forest) {
        int level = dice.between(1, forest.top() - 1);
        int table = composer.tableOf(forest, level);
        int parent = forest.tables(level + 1).getFirst();
        int l1 = forest.tables(1).getFirst();
        int hook = composer.lastSlot();
        long cpus = composer.someCpus();
        long content =
                level == 1
                        ? page(dice.oneOf(forest.pages))
                        : table(dice.oneOf(forest.tables(level - 1)));
        composer.leaveUnpinned(table);
        composer.write(table, 0, content);
        composer.write(parent, hook, table(table));
        scene.allow(forest, cpus, edit(parent, hook, table(table)));
        scene.allow(forest, cpus, edit(parent, hook, NONE));
        asPage(forest, cpus, l1, composer.guestSlot(), table, content);
        scene.allow(forest, composer.someCpus(), new FaultingWrite(Scene.below(level + 1, hook)));
        return true;
    }

    /** A process ends: a table that only its address space had becomes a page. */
    boolean exit(Forest forest) {
        if (forest.pv32) {
            return false;
        }
        int root = composer.tableOf(forest, 4);
        int own = composer.tableOf(forest, 3);
        int other = forest.tables(4).getFirst();
        int l1 = forest.tables(1).getFirst();
        int slot = composer.guestSlot();
        long cpus = composer.someCpus();
        composer.write(root, 0, table(own));
        composer.write(own, 0, table(dice.oneOf(forest.tables(2))));
        composer.leaveUnpinned(root);
        composer.leaveUnpinned(own);
        if (scene.hasUserMode) {
            composer.loadUser(root);
            scene.allow(forest, cpus, new NewUserBaseptr(root));
            scene.allow(forest, cpus, new NewUserBaseptr(other));
        } else {
            scene.allow(forest, cpus, new NewBaseptr(root));
            scene.allow(forest, cpus, new NewBaseptr(other));
        }
        asPage(forest, cpus, l1, slot, own, table(dice.oneOf(forest.tables(2))));
        composer.track(new VirtualAddress(0, 0, 0, 0));
        return true;
    }

    /** A table that is in use again and again, but not while one of its entries does not fit. */
    boolean unfit(Forest forest) {
        if (forest.pv32) {
            return false;
        }
        int parent = forest.tables(3).getFirst();
        int table = composer.tableOf(forest, 2);
        int child = composer.tableOf(forest, 1);
        int l1 = forest.tables(1).getFirst();
        int hook = composer.guestSlot();
        int slot = composer.guestSlot();
        long cpus = composer.someCpus();
        composer.leaveUnpinned(table);
        composer.leaveUnpinned(child);
        if (dice.chance(50)) {
            int target = composer.pageOf(forest); // writable, or an L1 table
            composer.write(child, 0, page(target));
            composer.write(table, 0, table(child));
            scene.allow(forest, cpus, new Pin(1, target));
            scene.allow(forest, cpus, new Unpin(target));
        } else {
            int linear = composer.tableOf(forest, 2); // may have a linear entry, or be named by one
            composer.write(table, 0, readOnly(linear));
            composer.write(table, composer.lastSlot(), table(child));
            scene.allow(forest, cpus, edit(linear, 0, readOnly(dice.oneOf(forest.tables(2)))));
            scene.allow(forest, cpus, edit(linear, 0, NONE));
        }
        composer.write(parent, hook, table(table));
        scene.allow(forest, cpus, edit(parent, hook, table(table)));
        scene.allow(forest, cpus, edit(parent, hook, NONE));
        asPage(forest, cpus, l1, slot, table, NONE);
        composer.track(new VirtualAddress(0, hook, 0, 0));
        composer.track(new VirtualAddress(0, hook, composer.lastSlot(), 0));
        return true;
    }

    /** A frame is mapped as a page, written, and unmapped. */
    private void asPage(Forest forest, long cpus, int l1, int slot, int mfn, long content) {
        VirtualAddress va = new VirtualAddress(0, 0, 0, slot);
        composer.write(l1, slot, NONE);
        scene.allow(forest, cpus, edit(l1, slot, page(mfn)));
        scene.allow(forest, cpus, edit(l1, slot, NONE));
        if (!scene.schedules && dice.chance(60)) {
            scene.allow(forest, cpus, new GuestWrite(va, 0, content));
        }
        composer.track(va);
    }
}
