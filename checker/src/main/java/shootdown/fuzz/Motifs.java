package shootdown.fuzz;

/**
 * Adds operations to a universe, a few that belong together at a time: an entry that is hooked and
 * unhooked, a frame that is a table and a page in turn, a grant that is mapped and unmapped. Which
 * ones come together is left to the dice, but for what the {@link Theme} is about.
 */
final class Motifs {
    private final Scene scene;
    private final Composer composer;
    private final Dice dice;
    private final TableMotifs tables;
    private final RetypeMotifs retypes;
    private final ReadMotifs reads;
    private final TrapMotifs traps;
    private final DescriptorMotifs descriptors;
    private final GrantMotifs grants;
    private final ToolstackMotifs toolstack;

    Motifs(Composer composer, Dice dice) {
        this.composer = composer;
        this.dice = dice;
        scene = new Scene(composer, dice);
        tables = new TableMotifs(scene);
        retypes = new RetypeMotifs(scene);
        reads = new ReadMotifs(scene);
        traps = new TrapMotifs(scene);
        descriptors = new DescriptorMotifs(scene);
        grants = new GrantMotifs(scene);
        toolstack = new ToolstackMotifs(scene);
    }

    /** Adds what the theme and the arrangement are there for, and a few more. */
    void add(Theme theme, Arrangement arrangement) {
        theme(theme);
        switch (arrangement) {
            case ALONE, NARROW -> {}
            case TOOLSTACK -> {
                scene.toolstack = composer.forests().getFirst().domid;
                toolstack.schedule();
            }
            case PEERS, MIXED -> {
                if (dice.chance(50)) {
                    grants.grantToOther();
                }
                if (dice.chance(50)) {
                    grants.transfer();
                }
            }
        }
        int count = theme == Theme.ANYTHING ? dice.between(2, 6) : dice.between(0, 3);
        while (count > 0 || composer.isIdle()) {
            scene.foreign = scene.toolstack >= 0 && dice.chance(60);
            Forest forest =
                    scene.toolstack >= 0
                            ? composer.forests().getLast()
                            : dice.oneOf(composer.forests());
            if (any(forest, arrangement)) {
                count--;
            }
        }
    }

    private void theme(Theme theme) {
        Forest forest = composer.forests().getFirst();
        switch (theme) {
            case ANYTHING -> {}
            case ALTERNATE_TABLES -> tables.alternate(forest);
            case PROCESSES -> {
                traps.userMode(forest);
                retypes.exit(forest);
            }
            case UNFIT_TABLES -> retypes.unfit(forest);
            case LATE_STORES -> {
                retypes.retype(forest);
                reads.flushes(forest);
            }
            case NESTED -> retypes.walked(forest);
            case GLOBAL_ENTRIES -> {
                tables.rehook(forest);
                tables.rehook(forest);
                reads.readLinear(forest);
            }
        }
    }

    /** One that the dice choose, or none if it does not go with the machine. */
    private boolean any(Forest forest, Arrangement arrangement) {
        boolean shadows = composer.has(Switch.SHADOW_FILTER);
        boolean alone = arrangement == Arrangement.ALONE;
        int draw = dice.below(100);
        if (draw < 22) {
            return !shadows && tables.rehook(forest);
        } else if (draw < 35) {
            return reads.readLinear(forest);
        } else if (draw < 48) {
            return retypes.retype(forest);
        } else if (draw < 53) {
            return !shadows && tables.linear(forest);
        } else if (draw < 55) {
            return !shadows && tables.alternate(forest);
        } else if (draw < 57) {
            return retypes.exit(forest);
        } else if (draw < 58) {
            return !shadows && retypes.unfit(forest);
        } else if (draw < 63) {
            return tables.pins(forest);
        } else if (draw < 68) {
            return tables.bases(forest);
        } else if (draw < 75) {
            return alone && !scene.schedules && traps.userMode(forest);
        } else if (draw < 79) {
            return reads.flushes(forest);
        } else if (draw < 84) {
            return traps.stores(forest);
        } else if (draw < 87) {
            return alone && !scene.schedules && traps.ldt(forest);
        } else if (draw < 90) {
            return (alone || arrangement == Arrangement.PEERS) && traps.fault(forest);
        } else if (draw < 93) {
            return grants.grantToItself(forest);
        } else if (draw < 95) {
            boolean possible = alone || arrangement == Arrangement.MIXED;
            return possible && !scene.schedules && descriptors.descriptors();
        } else if (draw < 98) {
            return tables.leaves(forest);
        }
        return scene.toolstack >= 0 && toolstack.frames();
    }
}
