package shootdown.hypervisor;

import shootdown.hardware.KeyTree;
import shootdown.hypervisor.Operation.GuestRead;
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.Invlpg;
import shootdown.hypervisor.Operation.LinearL1Read;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.NewBaseptr;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.Unpin;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.Arrays;
import java.util.List;

/**
 * The operations of a machine and of the programs that run on it, in arrays, with what a search
 * would else look up again in every state: who may begin them, when, and the numbers of their
 * addresses ({@code CheckRate}).
 */
final class Alphabet {
    /** When an operation can begin. */
    enum When {
        ALWAYS,
        /** Never by itself: it does not change anything. */
        NEVER,
        /** While the table that it edits is not locked. */
        TABLE_UNLOCKED,
        /** While nothing below the table that it unpins is locked. */
        DROP_POSSIBLE,
        /** While the scheduler or the toolstack can do it, and it changes anything. */
        CONTROL,
        /** While the guest kernel runs. */
        IN_GUEST,
        /** While guest user mode runs. */
        IN_USER_MODE,
        /** While the guest runs and its store changes a page. */
        STORE_POSSIBLE,
        /** While the guest kernel runs and its access may fault. */
        FAULT_POSSIBLE
    }

    private final int allowed;
    private final long[] cpus;
    private final int[] callers;
    private final int[] about;
    private final int[] programs;
    private Operation[] operations;
    private When[] when;
    private int[] address;
    private int[] window;

    Alphabet(Machine machine, KeyTree keys) {
        List<Machine.Allowed> list = machine.operations();
        allowed = list.size();
        programs = new int[machine.cpus];
        operations = new Operation[allowed];
        cpus = new long[allowed];
        callers = new int[allowed];
        about = new int[allowed];
        when = new When[allowed];
        address = new int[allowed];
        window = new int[allowed];
        for (int op = 0; op < allowed; op++) {
            operations[op] = list.get(op).operation();
            cpus[op] = list.get(op).cpus();
            callers[op] = list.get(op).caller();
            about[op] = list.get(op).about();
            when[op] = when(operations[op]);
            address[op] = address(operations[op], keys);
            window[op] = window(operations[op], keys);
        }
    }

    /** Makes the operations of programs known behind those that are allowed. */
    void setPrograms(GuestProgram[] all) {
        int size = allowed;
        for (int cpu = 0; cpu < all.length; cpu++) {
            programs[cpu] = size;
            size += all[cpu].operations();
        }
        if (operations.length < size) {
            operations = Arrays.copyOf(operations, size);
            when = Arrays.copyOf(when, size);
            address = Arrays.copyOf(address, size);
            window = Arrays.copyOf(window, size);
        }
        for (int cpu = 0; cpu < all.length; cpu++) {
            for (int i = 0; i < all[cpu].operations(); i++) {
                int op = programs[cpu] + i;
                operations[op] = all[cpu].operation(i);
                when[op] = all[cpu].when(i);
                address[op] = all[cpu].address(i);
                window[op] = all[cpu].window(i);
            }
        }
    }

    /** From now on this number is that of another operation, which needs no address tracked. */
    void replace(int op, Operation operation) {
        operations[op] = operation;
        when[op] = When.ALWAYS;
        address[op] = operation instanceof Invlpg ? 0 : -1;
        window[op] = -1;
    }

    static When when(Operation operation) {
        return switch (operation) {
            case MmuUpdateRequest r -> When.TABLE_UNLOCKED;
            case Unpin u -> When.DROP_POSSIBLE;
            case GuestWrite w -> When.STORE_POSSIBLE;
            case GuestRead r -> When.NEVER;
            case LinearL1Read r -> When.NEVER;
            case UpdateVaMappingCall u -> When.ALWAYS;
            case Pin p -> When.ALWAYS;
            case NewBaseptr b -> When.ALWAYS;
            case NewUserBaseptr b -> When.ALWAYS;
            case TlbFlush t -> When.ALWAYS;
            case Invlpg i -> When.ALWAYS;
            case Operation.Mmuext o -> When.ALWAYS;
            case Operation.Grant o -> When.ALWAYS;
            case Operation.Segment o -> When.ALWAYS;
            case Operation.Reservation o -> When.ALWAYS;
            case Operation.VmAssist o -> When.ALWAYS;
            case Operation.Iret o -> When.ALWAYS;
            case Operation.FaultingWrite o -> When.FAULT_POSSIBLE;
            case Operation.UserInstruction o -> When.IN_USER_MODE;
            case Operation.Control o -> When.CONTROL;
            case Operation.Instruction o -> When.IN_GUEST;
        };
    }

    static int address(Operation operation, KeyTree keys) {
        return switch (operation) {
            case UpdateVaMappingCall u ->
                    u.flush() == Operation.Flush.INVLPG ? keys.indexOf(u.va()) : -1;
            case GuestWrite w -> keys.indexOf(w.va());
            case GuestRead r -> keys.indexOf(r.va());
            case Invlpg i -> keys.indexOf(i.va());
            case Operation.Access a -> Vocabulary.isXensAlone(a.va()) ? -1 : keys.indexOf(a.va());
            case Operation.FaultingWrite f -> keys.indexOf(f.va());
            case LinearL1Read r -> -1;
            case MmuUpdateRequest r -> -1;
            case Pin p -> -1;
            case Unpin u -> -1;
            case NewBaseptr b -> -1;
            case NewUserBaseptr b -> -1;
            case TlbFlush t -> -1;
            case Operation.Mmuext o -> -1;
            case Operation.Grant o -> -1;
            case Operation.Segment o -> -1;
            case Operation.Reservation o -> -1;
            case Operation.VmAssist o -> -1;
            case Operation.Iret o -> -1;
            case Operation.Control o -> -1;
            case Operation.Instruction o -> -1;
        };
    }

    static int window(Operation operation, KeyTree keys) {
        return switch (operation) {
            case UpdateVaMappingCall u -> keys.indexOf(LinearMap.l2Window(u.va()));
            case Operation.Access a -> keys.indexOf(LinearMap.l1Window(a.va()));
            case Operation.LdtFault l -> keys.indexOf(LinearMap.l1Window(l.va()));
            default -> -1;
        };
    }

    /** How many operations are allowed; those of programs have higher numbers. */
    int size() {
        return allowed;
    }

    /** Number of the first operation of the program of a CPU. */
    int program(int cpu) {
        return programs[cpu];
    }

    Operation get(int op) {
        return operations[op];
    }

    /** Whether this domain may begin the operation on this CPU. */
    boolean isAllowed(int op, int cpu, int caller) {
        boolean his = callers[op] == Machine.Allowed.ANYBODY || callers[op] == caller;
        return his && (cpus[op] >>> cpu & 1) != 0;
    }

    /** The domain that the operation is about. */
    int about(int op, int caller) {
        return op >= allowed || about[op] == Machine.Allowed.ITSELF ? caller : about[op];
    }

    When when(int op) {
        return when[op];
    }

    /** Number of the guest address that the operation accesses or flushes; -1 if none, or all. */
    int address(int op) {
        return address[op];
    }

    /** Number of the linear page through which Xen reads an entry for the operation, or -1. */
    int window(int op) {
        return window[op];
    }
}
