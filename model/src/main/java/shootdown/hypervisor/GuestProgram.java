package shootdown.hypervisor;

import shootdown.hardware.KeyTree;
import shootdown.hypervisor.Call.Arguments;
import shootdown.hypervisor.Operation.Access;
import shootdown.hypervisor.Operation.AccessKind;
import shootdown.hypervisor.Operation.GuestRead;
import shootdown.hypervisor.Operation.GuestWrite;
import shootdown.hypervisor.Operation.Instruction;
import shootdown.hypervisor.Operation.LinearL1Read;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Mmuext;

import java.util.ArrayList;
import java.util.List;

/**
 * What one vCPU does, made ready to run: a row for each call in the order of its number, and the
 * operations of all calls one after the other.
 *
 * <p>Immutable; shared by all threads.
 */
public final class GuestProgram {
    /** What a call is. */
    enum Kind {
        /** A hypercall or an instruction that is one operation. */
        SINGLE,
        MMU_UPDATE,
        MMUEXT_OP,
        MULTICALL,
        UNKNOWN
    }

    /**
     * One call.
     *
     * @param parent number of the multicall that it is an entry of, or -1
     * @param end number of the first call behind it and all in it
     * @param first number of its first operation in this program
     * @param operations how many operations it has
     */
    record Row(
            Kind kind,
            int parent,
            int end,
            int first,
            int operations,
            int foreigndom,
            Arguments arguments) {

        /** Whether the hypercall finds another request after so many. */
        boolean hasRequest(int done) {
            return done < operations || arguments.array() == Call.Array.ENDS_EARLY;
        }
    }

    private static final Arguments NO_ARGUMENTS =
            new Arguments(Call.Array.READABLE, Call.Done.NULL, -1);

    private final List<Row> rows = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();
    private final Alphabet.When[] when;
    private final int[] address;
    private final int[] window;

    /**
     * @throws IllegalArgumentException if an operation cannot stand in a program, or not where it
     *     stands, or is about an address that the machine does not track
     */
    GuestProgram(List<Call> calls, KeyTree keys) {
        add(calls, -1);
        int n = operations.size();
        when = new Alphabet.When[n];
        address = new int[n];
        window = new int[n];
        for (int i = 0; i < n; i++) {
            when[i] = Alphabet.when(operations.get(i));
            address[i] = Alphabet.address(operations.get(i), keys);
            window[i] = Alphabet.window(operations.get(i), keys);
        }
    }

    private void add(List<Call> calls, int parent) {
        for (Call call : calls) {
            switch (call) {
                case Call.Alone a -> addAlone(a.operation(), parent);
                case Call.MmuUpdate u ->
                        add(Kind.MMU_UPDATE, parent, u.requests(), u.foreigndom(), u.arguments());
                case Call.MmuextOp m ->
                        add(Kind.MMUEXT_OP, parent, m.operations(), m.foreigndom(), m.arguments());
                case Call.Multicall m -> addMulticall(m, parent);
                case Call.Unknown u -> add(Kind.UNKNOWN, parent, List.of(), 0, NO_ARGUMENTS);
            }
        }
    }

    private void addAlone(Operation operation, int parent) {
        List<Operation> one = List.of(operation);
        switch (operation) {
            case MmuUpdateRequest r ->
                    add(Kind.MMU_UPDATE, parent, one, DomId.SELF, Arguments.PLAIN);
            case Mmuext m -> add(Kind.MMUEXT_OP, parent, one, DomId.SELF, Arguments.PLAIN);
            case GuestRead r -> addAlone(new Access(AccessKind.READ, false, r.va(), 0, 0), parent);
            case GuestWrite w ->
                    addAlone(
                            new Access(AccessKind.WRITE, false, w.va(), w.slot(), w.value()),
                            parent);
            case LinearL1Read r ->
                    throw new IllegalArgumentException("not for programs: " + r.text());
            case Instruction i -> {
                if (parent >= 0) {
                    throw new IllegalArgumentException("no hypercall: " + i.text());
                }
                add(Kind.SINGLE, parent, one, DomId.SELF, NO_ARGUMENTS);
            }
            default -> add(Kind.SINGLE, parent, one, DomId.SELF, NO_ARGUMENTS);
        }
    }

    private void addMulticall(Call.Multicall m, int parent) {
        int number = rows.size();
        Call.Done results = m.writable() ? Call.Done.WRITABLE : Call.Done.UNWRITABLE;
        add(Kind.MULTICALL, parent, List.of(), 0, new Arguments(m.array(), results, -1));
        add(m.calls(), number);
        Row row = rows.get(number);
        rows.set(number, new Row(row.kind, parent, rows.size(), row.first, 0, 0, row.arguments));
    }

    private void add(
            Kind kind,
            int parent,
            List<? extends Operation> of,
            int foreigndom,
            Arguments arguments) {
        int end = rows.size() + 1;
        rows.add(new Row(kind, parent, end, operations.size(), of.size(), foreigndom, arguments));
        operations.addAll(of);
    }

    /** How many calls there are, entries of multicalls included. */
    public int calls() {
        return rows.size();
    }

    Row row(int call) {
        return rows.get(call);
    }

    int operations() {
        return operations.size();
    }

    Operation operation(int i) {
        return operations.get(i);
    }

    Alphabet.When when(int i) {
        return when[i];
    }

    int address(int i) {
        return address[i];
    }

    int window(int i) {
        return window[i];
    }
}
