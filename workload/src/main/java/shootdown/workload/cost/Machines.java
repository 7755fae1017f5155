package shootdown.workload.cost;

import static shootdown.workload.cost.UnitCost.Basis.DERIVED;
import static shootdown.workload.cost.UnitCost.Basis.ESTIMATE;

import shootdown.workload.cost.UnitCost.Basis;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The machines whose costs come with the program.
 *
 * <p>Most figures are estimates, and say so: what papers publish is the cost of whole shootdowns in
 * Linux, on machines of their time. Who wants to decide by cycles measures them on his own machine.
 */
public final class Machines {
    private static final String AMIT =
            "order of magnitude of a shootdown, several thousand cycles, as in Amit, Optimizing the"
                    + " TLB Shootdown Algorithm with Page Access Tracking, USENIX ATC 2017; not a"
                    + " figure of it";
    private static final String LATR_IPI =
            "high: an IPI takes up to 2.7 us on 16 cores of 2 sockets (Kumar et al., LATR, ASPLOS"
                    + " 2018), at 2.4 GHz; the others are estimates";
    private static final String LATR_ALL =
            "typical: a whole shootdown takes up to 6 us there (LATR, ASPLOS 2018), so (6 - 2.7) us"
                    + " for the other 14 cores; the others are estimates";
    private static final String NESTED =
            "a walk in two dimensions reads up to 24 entries instead of 4 (Bhargava et al.,"
                    + " ASPLOS 2008): six times the bare walk at most";
    private static final String STLB =
            "high: the second-level TLB has 1536 entries (Intel's optimization manual, Skylake);"
                    + " typical is a guess: no recording tells it";

    private static final MachineCosts SKYLAKE = skylake();
    private static final List<MachineCosts> ALL = List.of(SKYLAKE, twoSockets(), virtual());

    private Machines() {}

    /** All of them, that of no name first. */
    public static List<MachineCosts> all() {
        return ALL;
    }

    /** The one that is taken if none is named. */
    public static MachineCosts byDefault() {
        return SKYLAKE;
    }

    /** The one of that name. */
    public static Optional<MachineCosts> find(String name) {
        return ALL.stream().filter(machine -> machine.name().equals(name)).findFirst();
    }

    private static MachineCosts skylake() {
        return new Table()
                .is(Unit.LOCAL_FLUSH, 150, 400, 900, ESTIMATE, "one write of CR3 to two of CR4")
                .is(
                        Unit.RANGE_FLUSH,
                        100,
                        200,
                        500,
                        ESTIMATE,
                        "as INVLPG or INVPCID of one PCID; no processor drops the linear range"
                                + " alone")
                .is(Unit.IPI_INITIATOR, 1000, 2500, 6000, ESTIMATE, AMIT)
                .is(Unit.IPI_FURTHER, 100, 300, 1000, ESTIMATE, "another write to the APIC")
                .is(Unit.IPI_TARGET, 500, 1200, 3000, ESTIMATE, "an interrupt, and back")
                .is(
                        Unit.REFILL,
                        20,
                        60,
                        300,
                        ESTIMATE,
                        "page tables in the first caches, in the last one, in memory")
                .is(Unit.WORKING_SET, 0, 64, 1536, ESTIMATE, STLB)
                .is(Unit.ROOT_COPY, 200, 500, 2000, ESTIMATE, "a copy of 4 KiB, warm to cold")
                .machine("skylake", "a server of one socket, Skylake or like it, bare metal");
    }

    private static MachineCosts twoSockets() {
        return new Table(SKYLAKE)
                .is(Unit.IPI_INITIATOR, 1500, 4000, 6480, DERIVED, LATR_IPI)
                .is(Unit.IPI_FURTHER, 150, 570, 1500, DERIVED, LATR_ALL)
                .is(Unit.REFILL, 20, 80, 500, ESTIMATE, "as of one socket, memory may be far")
                .machine("two-socket", "a server of two sockets, bare metal");
    }

    private static MachineCosts virtual() {
        String exits = "each end leaves the guest one or several times, some 1500 cycles each";
        return new Table(SKYLAKE)
                .is(
                        Unit.LOCAL_FLUSH,
                        150,
                        500,
                        4000,
                        ESTIMATE,
                        "as bare metal; high: it leaves the guest")
                .is(Unit.IPI_INITIATOR, 3000, 12_000, 60_000, ESTIMATE, exits)
                .is(Unit.IPI_FURTHER, 500, 3000, 20_000, ESTIMATE, exits)
                .is(Unit.IPI_TARGET, 1000, 5000, 20_000, ESTIMATE, exits)
                .is(Unit.REFILL, 40, 150, 1800, DERIVED, NESTED)
                .machine("virtual", "Xen inside a virtual machine, with nested paging");
    }

    private static final class Table {
        private final Map<Unit, UnitCost> costs = new EnumMap<>(Unit.class);

        Table() {}

        Table(MachineCosts like) {
            costs.putAll(like.costs());
        }

        Table is(Unit unit, long low, long typical, long high, Basis basis, String source) {
            costs.put(unit, new UnitCost(new Range(low, typical, high), basis, source));
            return this;
        }

        MachineCosts machine(String name, String title) {
            return new MachineCosts(name, title, costs);
        }
    }
}
