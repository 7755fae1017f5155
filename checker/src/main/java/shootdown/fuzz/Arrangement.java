package shootdown.fuzz;

import shootdown.fuzz.Blueprint.Life;
import shootdown.hypervisor.DomId;

import java.util.Set;

/** Which domains there are, and where their vCPUs are at first. */
enum Arrangement {
    /** One 64-bit domain. */
    ALONE(62),
    /** One 32-bit domain. */
    NARROW(6),
    /** A privileged domain beside another; vCPUs are scheduled. */
    TOOLSTACK(15),
    /** Two domains that grant and transfer frames. */
    PEERS(10),
    /** The same, one of them a 32-bit one. */
    MIXED(7);

    private static final int FIRST = 0;
    private static final int SECOND = 1;

    private final int percent;

    Arrangement(int percent) {
        this.percent = percent;
    }

    static Arrangement any(Dice dice) {
        int left = dice.below(100);
        for (Arrangement arrangement : values()) {
            left -= arrangement.percent;
            if (left < 0) {
                return arrangement;
            }
        }
        throw new IllegalStateException("percentages");
    }

    int cpus(Dice dice) {
        int draw = dice.below(100);
        return switch (this) {
            case ALONE -> draw < 35 ? 1 : draw < 78 ? 2 : draw < 91 ? 3 : 4;
            case NARROW -> draw < 60 ? 1 : 2;
            case TOOLSTACK -> draw < 25 ? 1 : draw < 85 ? 2 : 3;
            case PEERS -> draw < 80 ? 2 : 3;
            case MIXED -> 2;
        };
    }

    void declare(Composer composer, int cpus, Dice dice) {
        switch (this) {
            case ALONE, NARROW -> {
                composer.domain(FIRST, false, this == NARROW, Life.RUNS);
                for (int cpu = 0; cpu < cpus; cpu++) {
                    composer.load(FIRST);
                }
            }
            case TOOLSTACK -> declareToolstack(composer, cpus, dice);
            case PEERS, MIXED -> {
                composer.domain(FIRST, false, false, Life.RUNS);
                composer.domain(SECOND, false, this == MIXED, Life.RUNS);
                for (int cpu = 0; cpu < cpus; cpu++) {
                    composer.load(cpu < 2 ? cpu : dice.below(2));
                }
            }
        }
    }

    private static void declareToolstack(Composer composer, int cpus, Dice dice) {
        boolean built = dice.chance(20);
        composer.domain(FIRST, true, false, Life.RUNS);
        composer.domain(SECOND, false, false, built ? Life.UNDER_CONSTRUCTION : Life.RUNS);
        composer.load(FIRST);
        boolean loaded = false;
        for (int cpu = 1; cpu < cpus; cpu++) {
            boolean idle = built || dice.chance(20);
            composer.load(idle ? DomId.IDLE : SECOND);
            loaded |= !idle;
        }
        if (!loaded || dice.chance(20)) {
            composer.vcpu(SECOND);
        }
    }

    /** Takes away what such a machine cannot have. */
    void restrict(Set<Switch> switches, Dice dice) {
        if (this != ALONE) {
            switches.remove(Switch.STORE_BUFFERS);
            switches.remove(Switch.POLITE);
            switches.remove(Switch.SHADOW_FILTER);
        }
        if (this == NARROW || this == MIXED) {
            switches.remove(Switch.XPTI);
            switches.remove(Switch.PCID);
            if (dice.chance(50)) {
                switches.add(Switch.SMEP);
            }
        }
        if (this == TOOLSTACK) {
            switches.remove(Switch.PREEMPTION);
        }
        if (this == TOOLSTACK && dice.chance(40)) {
            switches.add(Switch.TOOLSTACK_PAUSES);
        }
    }
}
