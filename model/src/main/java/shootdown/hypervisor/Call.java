package shootdown.hypervisor;

import shootdown.hardware.Models;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing that a program of a guest does from beginning to end: a hypercall with all of its
 * arguments, or an instruction.
 *
 * <p>A search combines single {@link Operation}s; a program, of a scenario or of a conformance run,
 * is a list of calls for each CPU.
 */
@Models(
        value = "public/xen.h: the hypercalls of the MMU",
        simplified = "one array for all requests")
public sealed interface Call {
    /**
     * One operation by itself. A request of mmu_update or mmuext_op becomes a hypercall with just
     * this one request, for the caller's own domain, with {@code pdone}.
     */
    record Alone(Operation operation) implements Call {}

    /**
     * mmu_update (1).
     *
     * @param requests in order; the hypercall stops at the first error
     * @param foreigndom as in the interface: low half whose frames, high half 0 or 1 + whose tables
     */
    record MmuUpdate(List<Operation.MmuUpdateRequest> requests, int foreigndom, Arguments arguments)
            implements Call {
        public MmuUpdate {
            requests = List.copyOf(requests);
        }
    }

    /**
     * mmuext_op (26).
     *
     * @param operations in order; the hypercall stops at the first error
     * @param foreigndom whose frames
     */
    record MmuextOp(List<Operation.Mmuext> operations, int foreigndom, Arguments arguments)
            implements Call {
        public MmuextOp {
            operations = List.copyOf(operations);
        }
    }

    /**
     * multicall (13): does all calls, whatever each returns.
     *
     * @param array where the list of calls is
     * @param writable whether results can be stored in it
     */
    record Multicall(List<Call> calls, Array array, boolean writable) implements Call {
        public Multicall {
            calls = List.copyOf(calls);
        }

        public Multicall(List<Call> calls) {
            this(calls, Array.READABLE, true);
        }
    }

    /** A hypercall by a number that Xen does not have. */
    record Unknown(int number) implements Call {}

    /**
     * What is peculiar about the arguments of a batch.
     *
     * @param array where the array of requests is
     * @param done where the pointer to the count of done requests leads
     * @param continued what {@code *pdone} was before, for a guest that sets MMU_UPDATE_PREEMPTED
     *     in the count itself; -1 for one that does not
     */
    record Arguments(Array array, Done done, int continued) {
        /** What nearly every guest passes. */
        public static final Arguments PLAIN = new Arguments(Array.READABLE, Done.WRITABLE, -1);
    }

    /** How many numbers the calls of a program take: each has one, entries of multicalls too. */
    static int count(List<Call> program) {
        int count = 0;
        for (Call call : program) {
            count += 1 + (call instanceof Multicall m ? count(m.calls) : 0);
        }
        return count;
    }

    /** All operations of a program, in order. */
    static List<Operation> operations(List<Call> program) {
        List<Operation> operations = new ArrayList<>();
        for (Call call : program) {
            switch (call) {
                case Alone a -> operations.add(a.operation);
                case MmuUpdate u -> operations.addAll(u.requests);
                case MmuextOp m -> operations.addAll(m.operations);
                case Multicall m -> operations.addAll(operations(m.calls));
                case Unknown u -> {}
            }
        }
        return operations;
    }

    /** Where an array of requests is. */
    enum Array {
        READABLE,
        /** Behind its last request the array goes on where nothing can be read. */
        ENDS_EARLY,
        /** Its address is not one that a guest may pass. */
        BAD_HANDLE,
        /** No array at all. */
        NULL
    }

    /** Where the pointer to the count of done requests leads. */
    enum Done {
        WRITABLE,
        UNWRITABLE,
        NULL
    }
}
