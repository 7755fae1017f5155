package shootdown.fuzz;

import java.util.Set;

/**
 * A mechanism and all that touches it, so that they come together more often than by chance. Each
 * is something a kernel or a machine does; none knows a policy or a defect.
 */
enum Theme {
    /** Whatever the dice bring together. */
    ANYTHING(60),
    /** A guest that edits address spaces other than the one that it runs on. */
    ALTERNATE_TABLES(8),
    /** Processes come and go in a guest with a user mode. */
    PROCESSES(9),
    /** Tables that fail a validation between two uses. */
    UNFIT_TABLES(5),
    /** Stores that other CPUs see late, to frames that change their type. */
    LATE_STORES(6),
    /** Xen in a virtual machine, whose hypervisor flushes; Xen walks tables for faults. */
    NESTED(5),
    /** A hypothetical guest with global entries, and flushes that spare them. */
    GLOBAL_ENTRIES(7);

    private final int percent;

    Theme(int percent) {
        this.percent = percent;
    }

    static Theme any(Dice dice) {
        int left = dice.below(100);
        for (Theme theme : values()) {
            left -= theme.percent;
            if (left < 0) {
                return theme;
            }
        }
        throw new IllegalStateException("percentages");
    }

    /** Where its domains are. */
    Arrangement arrangement(Dice dice) {
        return this == ANYTHING ? Arrangement.any(dice) : Arrangement.ALONE;
    }

    int cpus(Arrangement arrangement, Dice dice) {
        return switch (this) {
            case ANYTHING -> arrangement.cpus(dice);
            case LATE_STORES, NESTED -> dice.between(2, 3);
            case ALTERNATE_TABLES, PROCESSES, UNFIT_TABLES, GLOBAL_ENTRIES -> dice.between(1, 2);
        };
    }

    /** Switches what belongs to it on, and what does not go with it off. */
    void set(Set<Switch> switches, Dice dice) {
        switch (this) {
            case ANYTHING -> {}
            case ALTERNATE_TABLES, UNFIT_TABLES -> switches.remove(Switch.NO_LINEAR_PAGE_TABLES);
            case PROCESSES -> {
                if (dice.chance(40)) {
                    switches.add(Switch.SHADOW_FILTER);
                    switches.add(Switch.PCID);
                }
            }
            case LATE_STORES -> switches.add(Switch.STORE_BUFFERS);
            case NESTED -> switches.add(Switch.ASSISTED_FLUSH);
            case GLOBAL_ENTRIES -> {
                switches.add(Switch.FLUSH_TLB_SPARES_GLOBAL);
                switches.add(Switch.GUEST_MAY_GLOBAL);
                switches.remove(Switch.XPTI);
                switches.remove(Switch.PCID);
                switches.remove(Switch.NO_GLOBAL_PAGES);
            }
        }
    }
}
