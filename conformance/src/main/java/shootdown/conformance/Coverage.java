package shootdown.conformance;

import shootdown.conformance.Expected.Answer;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Errno;
import shootdown.hypervisor.Operation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which operations ended how, and how often. What the interface promises (facts 10) and no program
 * met is named.
 *
 * <p>Not thread-safe: one for each thread, added up afterwards.
 */
public final class Coverage {
    /**
     * Operations and how they can end, in any domain: what one kind of domain cannot meet is
     * missing from a campaign of that kind alone.
     */
    private static final String[][] FACTS = {
        {"mmu_update", "0 -EINVAL -EBUSY -EPERM -EACCES"},
        {"mmu_update preserve_ad", "0 -EINVAL -EBUSY -EPERM -EACCES"},
        {"mmu_update no_translate", "0 -EINVAL -EBUSY -EPERM -EACCES"},
        {"mmu_update machphys", "0 -EINVAL -EPERM"},
        {"mmu_update command 4..7", "-ENOSYS"},
        {"mmu_update, the call", "0 -EFAULT -ESRCH"},
        {"update_va_mapping", "0 -EINVAL -EBUSY -EPERM -EACCES -EFAULT"},
        {"update_va_mapping_otherdomain", "0 -EINVAL -EBUSY -EPERM -EFAULT -ESRCH"},
        {"mmuext_op, the call", "0 -EPERM -EFAULT -ESRCH"},
        {"pin l1", "0 -EINVAL -EBUSY -EPERM"},
        {"pin l2", "0 -EINVAL -EBUSY"},
        {"pin l3", "0 -EINVAL -EBUSY"},
        {"pin l4", "0 -EINVAL -EBUSY"},
        {"unpin", "0 -EINVAL"},
        {"new_baseptr", "0 -EINVAL -EPERM"},
        {"new_user_baseptr", "0 -EINVAL -EPERM"},
        {"tlb_flush", "0 -EINVAL -EPERM"},
        {"invlpg", "0 -EINVAL -EPERM"},
        {"flush_cache", "0 -EACCES -EPERM"},
        {"flush_cache global", "0 -EINVAL -EPERM"},
        {"set_ldt", "0 -EINVAL -EPERM"},
        {"clear_page", "0 -EINVAL"},
        {"copy_page", "0 -EINVAL"},
        {"mark_super", "-EOPNOTSUPP"},
        {"mmuext unknown", "-ENOSYS"},
        {"set_gdt", "0 -EINVAL"},
        {"update_descriptor", "0 -EINVAL"},
        {"load_selector", "done, #GP, #PF"},
        {"vm_assist", "0 -EINVAL -ENOSYS"},
        {"decrease_reservation", "1 0"},
        {"exchange", "0 -EINVAL"},
        {"map_grant_ref", "status 0, status -1, status -2, status -3, status -9"},
        {"unmap_grant_ref", "status 0, status -1, status -4"},
        {"unmap_and_replace", "status 0, status -1, status -4"},
        {"kernel read", "done, #PF"},
        {"kernel write", "done, #PF"},
        {"kernel execute", "done, #PF"},
        {"user read", "done, #PF"},
        {"user write", "done, #PF"},
        {"user execute", "done, #PF"},
        {"mov_to_cr3", "done, #GP"},
        {"invlpg_instruction", "#GP"},
        {"multicall", "0 -EINVAL -EFAULT"},
        {"unknown hypercall", "-ENOSYS"},
    };

    private static final int GENERAL_PROTECTION = 13;
    private static final int PAGE_FAULT = 14;

    private final Map<String, Map<String, Long>> seen = new LinkedHashMap<>();

    public Coverage() {
        for (String[] row : FACTS) {
            Map<String, Long> ends = new TreeMap<>();
            for (String end : row[1].split(row[1].contains(",") ? ", " : " ")) {
                ends.put(end, 0L);
            }
            seen.put(row[0], ends);
        }
    }

    /** For each operation how often it ended in each way; 0 where the facts name a way not met. */
    public Map<String, Map<String, Long>> counts() {
        return Collections.unmodifiableMap(seen);
    }

    /** Ways that the facts name and no program met, such as {@code pin l2: -EBUSY}. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        seen.forEach(
                (operation, ends) ->
                        ends.forEach(
                                (end, count) -> {
                                    if (count == 0) {
                                        missing.add(operation + ": " + end);
                                    }
                                }));
        return missing;
    }

    /** Adds what another one has seen. */
    public void add(Coverage other) {
        other.seen.forEach(
                (operation, ends) -> ends.forEach((end, count) -> count(operation, end, count)));
    }

    /** Notes that an operation ended so, so many times. */
    public void count(String operation, String end, long times) {
        seen.computeIfAbsent(operation, o -> new TreeMap<>()).merge(end, times, Long::sum);
    }

    void see(Call call, Answer answer) {
        if (answer.end() == Expected.End.NONE) {
            return;
        }
        switch (call) {
            case Call.Alone a -> see(a.operation(), answer);
            case Call.MmuUpdate u -> seeBatch("mmu_update", u.requests(), u.arguments(), answer);
            case Call.MmuextOp m -> seeBatch("mmuext_op", m.operations(), m.arguments(), answer);
            case Call.Unknown u -> count("unknown hypercall", end(answer), 1);
            case Call.Multicall m -> {
                count("multicall", end(answer), 1);
                for (int i = 0; i < m.calls().size(); i++) {
                    see(m.calls().get(i), answer.entries().get(i));
                }
            }
        }
    }

    /** How many requests were done is what {@code *pdone} has gained. */
    private void seeBatch(
            String call,
            List<? extends Operation> requests,
            Call.Arguments arguments,
            Answer answer) {
        long gained = answer.done() - Math.max(0, arguments.continued());
        boolean known = gained >= 0 && answer.end() == Expected.End.RETURNED;
        int done = known ? (int) Math.min(gained, requests.size()) : 0;
        for (int i = 0; i < done; i++) {
            count(name(requests.get(i)), "0", 1);
        }
        boolean failed = known && answer.code() < 0 && done < requests.size();
        boolean byItself = answer.code() == Errno.EFAULT || answer.code() == Errno.ESRCH || !failed;
        count(byItself ? call + ", the call" : name(requests.get(done)), end(answer), 1);
    }

    private void see(Operation operation, Answer answer) {
        boolean grant =
                operation instanceof Operation.Grant
                        && !(operation instanceof Operation.GrantAccess);
        boolean returned = answer.end() == Expected.End.RETURNED;
        if (grant && returned) {
            count(name(operation), "status " + answer.value(), 1);
        } else if (operation instanceof Operation.Instruction && returned) {
            count(name(operation), "done", 1);
        } else {
            count(name(operation), end(answer), 1);
        }
    }

    private static String end(Answer answer) {
        return switch (answer.end()) {
            case NONE -> "nothing";
            case RETURNED -> Errno.toString(answer.code());
            case CRASHED -> "crash";
            case FAULTED ->
                    switch (answer.code()) {
                        case GENERAL_PROTECTION -> "#GP";
                        case PAGE_FAULT -> "#PF";
                        default -> "exception " + answer.code();
                    };
        };
    }

    private static String name(Operation operation) {
        return switch (operation) {
            case Operation.MmuUpdateRequest r ->
                    switch (r.command()) {
                        case 0 -> "mmu_update";
                        case 1 -> "mmu_update machphys";
                        case 2 -> "mmu_update preserve_ad";
                        case 3 -> "mmu_update no_translate";
                        default -> "mmu_update command 4..7";
                    };
            case Operation.UpdateVaMappingCall u ->
                    u.domid() == DomId.SELF ? "update_va_mapping" : "update_va_mapping_otherdomain";
            case Operation.Pin p -> "pin l" + p.level();
            case Operation.Unpin u -> "unpin";
            case Operation.NewBaseptr b -> "new_baseptr";
            case Operation.NewUserBaseptr b -> "new_user_baseptr";
            case Operation.TlbFlush t -> "tlb_flush";
            case Operation.Invlpg i -> "invlpg";
            case Operation.FlushCache f -> f.global() ? "flush_cache global" : "flush_cache";
            case Operation.SetLdt l -> "set_ldt";
            case Operation.ClearPage c -> "clear_page";
            case Operation.CopyPage c -> "copy_page";
            case Operation.MarkSuper m -> "mark_super";
            case Operation.UnknownMmuext u -> "mmuext unknown";
            case Operation.SetGdt g -> "set_gdt";
            case Operation.UpdateDescriptor d -> "update_descriptor";
            case Operation.LoadSelector l -> "load_selector";
            case Operation.VmAssist a -> "vm_assist";
            case Operation.Control c -> "control";
            case Operation.DecreaseReservation d -> "decrease_reservation";
            case Operation.Exchange e -> "exchange";
            case Operation.GrantAccess g -> "grant entry";
            case Operation.MapGrant m -> "map_grant_ref";
            case Operation.UnmapGrant u -> "unmap_grant_ref";
            case Operation.UnmapAndReplace u -> "unmap_and_replace";
            case Operation.Access a ->
                    (a.user() ? "user " : "kernel ")
                            + switch (a.kind()) {
                                case READ -> "read";
                                case WRITE -> "write";
                                case EXECUTE -> "execute";
                            };
            case Operation.Iret i -> "iret";
            case Operation.Syscall c -> "syscall";
            case Operation.LdtFault l -> "ldt_fault";
            case Operation.FaultingWrite f -> "faulting write";
            case Operation.MovToCr3 m -> "mov_to_cr3";
            case Operation.InvlpgInstruction i -> "invlpg_instruction";
            case Operation.GuestRead r -> "kernel read";
            case Operation.GuestWrite w -> "kernel write";
            case Operation.LinearL1Read r -> "linear read";
        };
    }
}
