package shootdown.cli;

import shootdown.policy.Update;

/** Passes on what a policy asks, and remembers whether it asks what Xen cannot know cheaply. */
final class WatchedUpdate implements Update {
    private final Update update;
    private boolean askedTooMuch;

    WatchedUpdate(Update update) {
        this.update = update;
    }

    boolean askedTooMuch() {
        return askedTooMuch;
    }

    @Override
    public boolean reaches(int cpu) {
        askedTooMuch = true;
        return update.reaches(cpu);
    }

    @Override
    public int level() {
        return update.level();
    }

    @Override
    public int table() {
        return update.table();
    }

    @Override
    public int slot() {
        return update.slot();
    }

    @Override
    public long oldEntry() {
        return update.oldEntry();
    }

    @Override
    public long newEntry() {
        return update.newEntry();
    }

    @Override
    public long typeCount() {
        return update.typeCount();
    }

    @Override
    public boolean pinned() {
        return update.pinned();
    }

    @Override
    public boolean xpti() {
        return update.xpti();
    }

    @Override
    public boolean pv32() {
        return update.pv32();
    }

    @Override
    public boolean kernelBase() {
        return update.kernelBase();
    }

    @Override
    public boolean userBase() {
        return update.userBase();
    }

    @Override
    public boolean ownDomain() {
        return update.ownDomain();
    }

    @Override
    public long dirtyMask() {
        return update.dirtyMask();
    }

    @Override
    public int mustDo() {
        return update.mustDo();
    }
}
