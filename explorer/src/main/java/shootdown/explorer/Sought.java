package shootdown.explorer;

import shootdown.checker.Goal;
import shootdown.checker.Property;
import shootdown.checker.Staleness;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;
import shootdown.hypervisor.CpuState;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.Stage;

import java.util.Set;

/** A place where an expression is true: the goal of a search. */
final class Sought implements Goal {
    private final Expression expression;

    Sought(Expression expression) {
        this.expression = expression;
    }

    @Override
    public Goal on(Hypervisor xen) {
        return new ForThread(expression, xen);
    }

    @Override
    public boolean isReached(Hypervisor xen, long[] state) {
        return on(xen).isReached(xen, state);
    }

    @Override
    public boolean mindsSteps() {
        return true;
    }

    @Override
    public boolean onlyAtEnds() {
        return false;
    }

    @SuppressWarnings("EnumOrdinal") // to compare, never kept
    static int number(Stage stage) {
        return stage.ordinal();
    }

    /** Has a machine of its own, and what it works with. */
    private static final class ForThread implements Goal {
        private final Expression expression;
        private final Hypervisor xen;
        private final CpuState cpus;
        private final PageInfo pages;
        private final Geometry geometry;
        private final Staleness staleness;

        ForThread(Expression expression, Hypervisor xen) {
            this.expression = expression;
            this.xen = xen;
            this.cpus = xen.cpus();
            this.pages = xen.pages();
            this.geometry = xen.layout().geometry();
            this.staleness = new Staleness(xen);
        }

        @Override
        public boolean isReached(Hypervisor machine, long[] state) {
            return isReached(machine, state, Set.of());
        }

        @Override
        public boolean isReached(Hypervisor machine, long[] state, Set<Property> broken) {
            return isTrue(expression, state, broken);
        }

        @Override
        public boolean mindsSteps() {
            return true;
        }

        @Override
        public boolean onlyAtEnds() {
            return false;
        }

        private boolean isTrue(Expression of, long[] s, Set<Property> broken) {
            return switch (of) {
                case Expression.And a ->
                        isTrue(a.left(), s, broken) && isTrue(a.right(), s, broken);
                case Expression.Or o -> isTrue(o.left(), s, broken) || isTrue(o.right(), s, broken);
                case Expression.Not n -> !isTrue(n.expression(), s, broken);
                case Expression.RunsIn r -> runsIn(s, r.cpu(), r.mode());
                case Expression.HasStale h -> staleness.isStale(s, h.cpu());
                case Expression.Breaks b -> b.properties().stream().anyMatch(broken::contains);
                case Expression.HasMark m ->
                        switch (m.mark()) {
                            case PINNED -> pages.pinned(s, m.mfn());
                            case LOCKED -> pages.locked(s, m.mfn());
                            case VALIDATED -> pages.validated(s, m.mfn());
                        };
                case Expression.Compares c ->
                        c.relation().holds(value(c.left(), s), value(c.right(), s));
            };
        }

        /** Where entering and leaving Xen change nothing, a CPU between calls is in both. */
        private boolean runsIn(long[] s, int cpu, Expression.Mode mode) {
            boolean between =
                    cpus.stage(s, cpu) == Stage.IDLE && !xen.layout().machine().entryMatters();
            boolean guest = cpus.inGuest(s, cpu) || between;
            return switch (mode) {
                case GUEST -> guest;
                case USER -> guest && (cpus.inUserMode(s, cpu) || cpus.stage(s, cpu) == Stage.USER);
                case XEN -> !cpus.inGuest(s, cpu);
            };
        }

        private long value(Expression.Operand operand, long[] s) {
            return switch (operand) {
                case Expression.Constant c -> c.value();
                case Expression.EntryOf e -> named(geometry.read(s, e.mfn(), e.slot()));
                case Expression.RootOf r -> cpus.root(s, r.cpu());
                case Expression.TypeCountOf c -> pages.typeCount(s, c.mfn());
                case Expression.CountOf c -> pages.refs(s, c.mfn());
                case Expression.TypeOf t -> pages.type(s, t.mfn());
                case Expression.StageOf o -> number(cpus.stage(s, o.cpu()));
            };
        }

        private static long named(long entry) {
            return Pte.isPresent(entry) ? Pte.mfn(entry) : Expression.NO_FRAME;
        }
    }
}
