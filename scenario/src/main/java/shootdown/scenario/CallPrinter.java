package shootdown.scenario;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Scope;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** Writes operations, and what is peculiar about batches. */
final class CallPrinter {
    private final Names names;

    CallPrinter(Names names) {
        this.names = names;
    }

    static String va(VirtualAddress va) {
        return "va(%d, %d, %d, %d)".formatted(va.i4(), va.i3(), va.i2(), va.i1());
    }

    private String frame(long mfn) {
        return names.frame(mfn);
    }

    private String entry(long value) {
        return EntryText.text(value, names);
    }

    String operation(Operation operation) {
        return switch (operation) {
            case MmuUpdateRequest r -> "mmu_update " + request(r);
            case Operation.UpdateVaMappingCall u -> updateVaMapping(u);
            case Operation.Pin p -> "pin l%d %s".formatted(p.level(), frame(p.mfn()));
            case Operation.Unpin u -> "unpin " + frame(u.mfn());
            case Operation.NewBaseptr n -> "new_baseptr " + frame(n.mfn());
            case Operation.NewUserBaseptr n ->
                    "new_user_baseptr " + (n.mfn() < 0 ? "none" : frame(n.mfn()));
            case Operation.TlbFlush t -> "tlb_flush " + scope(t.scope());
            case Operation.Invlpg i -> "invlpg " + va(i.va()) + " " + scope(i.scope());
            case Operation.FlushCache f -> "flush_cache" + (f.global() ? " global" : "");
            case Operation.SetLdt l -> "set_ldt 0x%x entries %d".formatted(l.linear(), l.entries());
            case Operation.ClearPage c -> "clear_page " + frame(c.mfn());
            case Operation.CopyPage c -> "copy_page " + frame(c.to()) + " := " + frame(c.from());
            case Operation.MarkSuper m ->
                    (m.unmark() ? "unmark_super " : "mark_super ") + frame(m.mfn());
            case Operation.UnknownMmuext u -> "mmuext " + u.command();
            case Operation.SetGdt g -> setGdt(g);
            case Operation.UpdateDescriptor d ->
                    "update_descriptor %s[%d] := 0x%x"
                            .formatted(frame(d.mfn()), d.slot(), d.descriptor());
            case Operation.LoadSelector l -> "load_selector 0x%x".formatted(l.selector());
            case Operation.VmAssist a -> vmAssist(a);
            case Operation.Control c -> throw unsaid(c);
            case Operation.FaultingWrite f -> throw unsaid(f);
            case Operation.DecreaseReservation d -> "decrease_reservation " + frame(d.mfn());
            case Operation.Exchange e -> "exchange " + frame(e.mfn());
            case Operation.GrantAccess g ->
                    "grant %d := %s for %s%s"
                            .formatted(
                                    g.ref(),
                                    frame(g.mfn()),
                                    names.domain(g.domid()),
                                    g.readOnly() ? " ro" : "");
            case Operation.MapGrant m ->
                    "map_grant_ref %d of %s at %s%s"
                            .formatted(
                                    m.ref(),
                                    names.domain(m.domid()),
                                    target(m.target()),
                                    grantFlags(m.flags()));
            case Operation.UnmapGrant u ->
                    "unmap_grant_ref %s handle %s"
                            .formatted(target(u.target()), handle(u.handle()));
            case Operation.UnmapAndReplace u ->
                    "unmap_and_replace %s by %s handle %s"
                            .formatted(target(u.target()), va(u.replacement()), handle(u.handle()));
            case Operation.Access a -> access(a);
            case Operation.Iret i -> "iret";
            case Operation.Syscall c -> "syscall";
            case Operation.LdtFault l -> "ldt_fault " + va(l.va());
            case Operation.MovToCr3 m -> "mov_to_cr3 " + frame(m.mfn());
            case Operation.InvlpgInstruction i -> "invlpg_instruction " + va(i.va());
            case Operation.GuestRead r -> "guest_read " + va(r.va());
            case Operation.GuestWrite w ->
                    "guest_write %s[%d] := %s".formatted(va(w.va()), w.slot(), entry(w.value()));
            case Operation.LinearL1Read l -> "linear_l1_read " + va(l.va());
        };
    }

    private static IllegalArgumentException unsaid(Operation operation) {
        return new IllegalArgumentException("no scenario can say " + operation.text());
    }

    /** {@code L3a[0] := L2b}. */
    String request(MmuUpdateRequest r) {
        boolean pfn = r.command() == MmuUpdateRequest.MACHPHYS;
        String value = pfn ? "0x" + Long.toHexString(r.value()) : entry(r.value());
        String command =
                switch (r.command()) {
                    case MmuUpdateRequest.NORMAL -> "";
                    case MmuUpdateRequest.MACHPHYS -> " machphys";
                    case MmuUpdateRequest.PRESERVE_AD -> " preserve_ad";
                    case MmuUpdateRequest.NO_TRANSLATE -> " no_translate";
                    default -> " command " + r.command();
                };
        return "%s[%d] := %s%s".formatted(frame(r.table()), r.slot(), value, command);
    }

    private String updateVaMapping(Operation.UpdateVaMappingCall u) {
        boolean plain = u.flush() == Flush.NONE && u.scope() instanceof Scope.Local;
        String flush =
                switch (u.flush()) {
                    case NONE -> "none";
                    case TLB_FLUSH -> "tlb";
                    case INVLPG -> "invlpg";
                    case BOTH -> "both";
                };
        return "update_va_mapping %s := %s%s%s"
                .formatted(
                        va(u.va()),
                        entry(u.value()),
                        plain ? "" : " flush " + flush + " " + scope(u.scope()),
                        u.domid() == DomId.SELF ? "" : " for " + names.domain(u.domid()));
    }

    private static String scope(Scope scope) {
        return switch (scope) {
            case Scope.Local l -> "local";
            case Scope.All a -> "all";
            case Scope.Unreadable u -> "unreadable";
            case Scope.Multi m -> {
                StringJoiner vcpus = new StringJoiner(", ", "vcpus(", ")");
                for (long left = m.vcpus(); left != 0; left &= left - 1) {
                    vcpus.add(Integer.toString(Long.numberOfTrailingZeros(left)));
                }
                yield vcpus.toString();
            }
        };
    }

    private String setGdt(Operation.SetGdt g) {
        StringBuilder text = new StringBuilder("set_gdt {");
        List<Integer> frames = g.frames();
        frames.forEach(mfn -> text.append(' ').append(frame(mfn)));
        return text.append(" } entries ").append(g.entries()).toString();
    }

    private static String vmAssist(Operation.VmAssist a) {
        String command =
                switch (a.command()) {
                    case 0 -> "enable";
                    case 1 -> "disable";
                    default -> Integer.toString(a.command());
                };
        String type = Names.key(Names.ASSISTS, a.type()).orElseGet(() -> "" + a.type());
        return "vm_assist " + command + " " + type;
    }

    private String target(GrantTarget target) {
        return switch (target) {
            case GrantTarget.Linear l -> va(l.va());
            case GrantTarget.Entry e -> frame(e.table()) + "[" + e.slot() + "]";
        };
    }

    private static String grantFlags(int flags) {
        StringBuilder text = new StringBuilder();
        int rest = flags;
        for (Map.Entry<String, Integer> flag : Names.GRANT_FLAGS.entrySet()) {
            if ((rest & flag.getValue()) != 0) {
                text.append(' ').append(flag.getKey());
                rest &= ~flag.getValue();
            }
        }
        return rest == 0 ? text.toString() : text + " flags 0x" + Integer.toHexString(rest);
    }

    private static String handle(int handle) {
        return handle < 0 ? "none" : Integer.toString(handle);
    }

    private String access(Operation.Access a) {
        String who = a.user() ? "user " : "";
        String verb = a.kind().name().toLowerCase(Locale.ROOT);
        String slot = a.slot() == 0 ? "" : "[" + a.slot() + "]";
        String value = a.kind() == Operation.AccessKind.WRITE ? " := " + entry(a.value()) : "";
        return who + verb + " " + va(a.va()) + slot + value;
    }

    // Batches.

    String ofBatch(Call.MmuUpdate batch) {
        int tables = batch.foreigndom() >>> 16;
        return forPages(batch.foreigndom() & 0xFFFF)
                + (tables == 0 ? "" : " tables of " + names.domain(tables - 1))
                + arguments(batch.arguments());
    }

    String ofBatch(Call.MmuextOp batch) {
        return forPages(batch.foreigndom()) + arguments(batch.arguments());
    }

    String ofMulticall(Call.Multicall multicall) {
        return array(multicall.array()) + (multicall.writable() ? "" : " results_unwritable");
    }

    private String forPages(int domid) {
        return domid == DomId.SELF ? "" : " for " + names.domain(domid);
    }

    private static String arguments(Call.Arguments arguments) {
        String done =
                switch (arguments.done()) {
                    case WRITABLE -> "";
                    case UNWRITABLE -> " pdone unwritable";
                    case NULL -> " pdone null";
                };
        String continued = arguments.continued() < 0 ? "" : " continued " + arguments.continued();
        return array(arguments.array()) + done + continued;
    }

    private static String array(Call.Array array) {
        return switch (array) {
            case READABLE -> "";
            case ENDS_EARLY -> " array ends_early";
            case BAD_HANDLE -> " array bad_handle";
            case NULL -> " array null";
        };
    }
}
