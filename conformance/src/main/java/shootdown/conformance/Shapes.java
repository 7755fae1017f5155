package shootdown.conformance;

import shootdown.conformance.Program.Cell;
import shootdown.conformance.Program.Step;
import shootdown.hardware.Pte;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.MmuUpdateRequest;

import java.util.ArrayList;
import java.util.List;

/**
 * How a program begins: what the frames hold, and the first calls, which bring the machine into a
 * state that random calls alone would hardly reach.
 */
final class Shapes {
    private final Arena arena;
    private final Dice dice;
    private final Entries entries;
    private final List<Cell> memory = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();

    /** A random order of the pool; tables are taken from its front. */
    private final int[] frames = new int[Arena.POOL_FRAMES];

    private int used;

    Shapes(Arena arena, Dice dice, Entries entries) {
        this.arena = arena;
        this.dice = dice;
        this.entries = entries;
        for (int i = 0; i < frames.length; i++) {
            int j = dice.below(i + 1);
            frames[i] = frames[j];
            frames[j] = i;
        }
        switch (dice.weighted(55, 15, 15, 10, 5)) {
            case 0 -> loadedTree();
            case 1 -> treeBelowBootBase();
            case 2 -> twoTrees();
            case 3 -> garbage(12);
            default -> {}
        }
        if (dice.percent(20)) {
            garbage(3);
        }
    }

    List<Cell> memory() {
        return memory;
    }

    List<Step> steps() {
        return steps;
    }

    private int take() {
        return frames[used++ % frames.length];
    }

    private void cell(int frame, int slot, long value) {
        memory.add(new Cell(frame, slot, value));
    }

    private void step(Operation operation) {
        steps.add(new Step(dice.below(arena.cpus()), new Call.Alone(operation)));
    }

    private void loadedTree() {
        int l4 = l4Above(l3(take()));
        pinSome(l4);
        for (int cpu = 0; cpu < arena.cpus(); cpu++) {
            if (cpu == 0 || dice.percent(60)) {
                Operation load = new Operation.NewBaseptr(l4);
                steps.add(new Step(cpu, new Call.Alone(load)));
            }
            if (dice.percent(30)) {
                Operation load = new Operation.NewUserBaseptr(l4);
                steps.add(new Step(cpu, new Call.Alone(load)));
            }
        }
    }

    private int l4Above(int l3) {
        int l4 = take();
        cell(l4, 0, Pte.of(l3, Entries.TABLE));
        cell(l4, Arena.AGENT_SLOT, Arena.AGENT_ENTRY);
        if (dice.percent(35)) {
            cell(l4, 1, dice.percent(50) ? Pte.of(l4, Entries.LINEAR) : Pte.of(l3, Entries.TABLE));
        }
        return l4;
    }

    private void pinSome(int l4) {
        if (dice.percent(60)) {
            step(new Operation.Pin(4, l4));
        }
    }

    private void treeBelowBootBase() {
        int l3 = l3(take());
        long entry = Pte.of(l3, Entries.TABLE);
        step(new MmuUpdateRequest(Arena.BOOT_L4, dice.below(2), entry, MmuUpdateRequest.NORMAL));
    }

    /** Two L4s that share what is below them, the second one pinned, loaded or neither. */
    private void twoTrees() {
        int l3 = l3(take());
        int first = l4Above(l3);
        int second = l4Above(dice.percent(70) ? l3 : l3(take()));
        step(new Operation.Pin(4, first));
        steps.add(new Step(0, new Call.Alone(new Operation.NewBaseptr(first))));
        switch (dice.weighted(40, 30, 30)) {
            case 0 -> step(new Operation.Pin(4, second));
            case 1 -> step(new Operation.NewUserBaseptr(second));
            default -> step(new Operation.NewBaseptr(second));
        }
    }

    private int l3(int l3) {
        int l2 = l2(take());
        cell(l3, 0, Pte.of(l2, Entries.TABLE));
        if (dice.percent(40)) {
            boolean self = dice.percent(40);
            cell(l3, 1, self ? Pte.of(l3, Entries.LINEAR) : Pte.of(l2, Entries.TABLE));
        }
        return l3;
    }

    private int l2(int l2) {
        int l1 = l1(take());
        cell(l2, 0, Pte.of(l1, Entries.TABLE));
        if (dice.percent(50)) {
            cell(
                    l2,
                    1,
                    switch (dice.weighted(30, 40, 30)) {
                        case 0 -> Pte.of(l2, Entries.LINEAR);
                        case 1 -> Pte.of(l1(take()), Entries.TABLE);
                        default -> Pte.of(l1, Entries.TABLE);
                    });
        }
        return l2;
    }

    private int l1(int l1) {
        for (int slot = 0; slot < 3; slot++) {
            if (dice.percent(75)) {
                cell(l1, slot, l1Entry(l1));
            }
        }
        return l1;
    }

    /** Data pages writable, tables read-only, and now and then anything. */
    private long l1Entry(int l1) {
        return switch (dice.weighted(45, 35, 12, 8)) {
            case 0 -> Pte.of(frames[frames.length - 1 - dice.below(3)], Entries.TABLE);
            case 1 -> Pte.of(frames[dice.below(4)], Entries.TABLE & ~Pte.RW);
            case 2 -> Pte.of(l1, Entries.TABLE & ~Pte.RW);
            default -> entries.leaf();
        };
    }

    private void garbage(int cells) {
        for (int i = 0; i < cells; i++) {
            cell(dice.below(Arena.POOL_FRAMES), dice.below(3), entries.any());
        }
        if (dice.percent(20)) {
            step(new Operation.VmAssist(0, 2));
        }
    }
}
