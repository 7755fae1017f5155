package shootdown.checker;

import static java.util.stream.Collectors.joining;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.Pte;

import java.util.ArrayList;
import java.util.List;

/**
 * What a person needs to see of a state. All that is shown of it anywhere, as text, as JSON or on a
 * page, is taken from here.
 *
 * @param tables one for each frame of the universe
 * @param cpus what each CPU does and may have cached
 * @param domains whose frames these are, where there are several domains; else empty
 */
public record Picture(List<Table> tables, List<CpuView> cpus, List<DomainView> domains) {
    public Picture {
        tables = List.copyOf(tables);
        cpus = List.copyOf(cpus);
        domains = List.copyOf(domains);
    }

    /**
     * A frame and, if it is a table, what is in it.
     *
     * @param name such as {@code L3a}
     * @param type such as {@code l3}, {@code writable}, {@code none}; that which it was last used
     *     as if the type count is 0
     * @param typeCount how often it is used as that
     * @param count of the general references
     * @param linear linear page tables: above 0 a container, below 0 a target
     * @param owner the domain it belongs to, or -1
     * @param entries those of the tracked slots that are not 0
     */
    public record Table(
            String name,
            int mfn,
            String type,
            long typeCount,
            long count,
            boolean pinned,
            boolean validated,
            boolean locked,
            int linear,
            int owner,
            List<Entry> entries) {
        public Table {
            entries = List.copyOf(entries);
        }

        /** What is in use as, such as {@code l3, count 2, pinned}. */
        public String use() {
            if (typeCount == 0) {
                return type.equals("none") ? "no type" : "free, was " + type;
            }
            return "%s, count %d%s%s%s"
                    .formatted(
                            type,
                            typeCount,
                            pinned ? ", pinned" : "",
                            locked ? ", locked" : "",
                            validated ? "" : ", not validated");
        }

        /** {@code L3a (l3, count 2, pinned): [0] -> L2a}. */
        public String text() {
            String line = name + " (" + use() + ")";
            String inside = Entry.texts(entries);
            return inside.isEmpty() ? line : line + ": " + inside;
        }
    }

    /**
     * An entry of a table.
     *
     * @param target the name of the frame that it names, empty if it is not present
     * @param xens whether it is in a slot of Xen's, not the guest's
     */
    public record Entry(int slot, long value, String target, boolean xens) {
        /** The frame that it names, marked if it is read-only or global; or what else is there. */
        public String text() {
            if (!Pte.isPresent(value)) {
                return value == 0 ? "none" : "0x%016x".formatted(value);
            }
            return target
                    + (Pte.isWritable(value) ? "" : " ro")
                    + (Pte.isGlobal(value) ? " g" : "");
        }

        /** The flags that are set, of those that matter here. */
        public List<String> flags() {
            List<String> flags = new ArrayList<>();
            name(flags, Pte.PRESENT, "present");
            name(flags, Pte.RW, "writable");
            name(flags, Pte.USER, "user");
            name(flags, Pte.GLOBAL, "global");
            name(flags, Pte.PSE, "pse");
            name(flags, Pte.GUEST_KERNEL, "guest-kernel");
            name(flags, Pte.NX, "nx");
            return flags;
        }

        private void name(List<String> flags, long flag, String name) {
            if ((value & flag) != 0) {
                flags.add(name);
            }
        }

        /** Those of the guest's slots, such as {@code [0] -> L2a [1] -> L2b ro}. */
        static String texts(List<Entry> entries) {
            return entries.stream()
                    .filter(entry -> !entry.xens)
                    .map(
                            entry ->
                                    "[%d] %s %s"
                                            .formatted(
                                                    entry.slot,
                                                    Pte.isPresent(entry.value) ? "->" : "=",
                                                    entry.text()))
                    .collect(joining("  "));
        }
    }

    /**
     * Whether guest code runs on a CPU, in which of its modes, or Xen; EITHER where it is alike.
     */
    public enum Mode {
        KERNEL("guest kernel"),
        USER("guest user"),
        XEN("Xen"),
        EITHER("guest or Xen");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * One CPU.
     *
     * @param cpu its number
     * @param vcpu the vCPU whose tables it has loaded, such as {@code d1v0}
     * @param stage where it is in its call, as the model has it
     * @param where the same in a few words, such as {@code in Xen between sub-calls}
     * @param call the call in progress, or empty
     * @param root the table in CR3, and the {@code pcid} there, or -1 without PCIDs
     * @param kernelBase the vCPU's {@code guest_table}, or empty
     * @param userBase its {@code guest_table_user}, or empty
     * @param copy its root copy or monitor table, or null without
     * @param cached what it may have cached for the addresses that matter to the property
     */
    public record CpuView(
            int cpu,
            String vcpu,
            String stage,
            String where,
            Mode mode,
            String call,
            String root,
            int pcid,
            String kernelBase,
            String userBase,
            @Nullable RootCopy copy,
            Pending pending,
            List<Cached> cached) {
        public CpuView {
            cached = List.copyOf(cached);
        }

        /** The table in CR3, with the PCID where there are any. */
        public String rootText() {
            return pcid < 0 ? root : root + " (PCID " + pcid + ")";
        }

        /** The guest slots of its root copy, such as {@code [0] -> L3a}; empty without XPTI. */
        public String copyText() {
            if (copy == null || copy.monitor()) {
                return "";
            }
            String inside = Entry.texts(copy.entries());
            return copy.due() ? "to be made anew" : inside.isEmpty() ? "empty" : inside;
        }
    }

    /**
     * A root that belongs to a CPU.
     *
     * @param name such as {@code copy0}
     * @param monitor whether it is the monitor L4 of a 32-bit guest, and no copy of XPTI's
     * @param due whether it will be made anew on the way to the guest
     */
    public record RootCopy(String name, boolean monitor, boolean due, List<Entry> entries) {
        public RootCopy {
            entries = List.copyOf(entries);
        }
    }

    /**
     * What a CPU has still to do. Empty texts: nothing.
     *
     * @param source who asked for the flush in progress, such as {@code policy}
     * @param local flags of its own part of the flush
     * @param others flags for the {@code targets}
     * @param targets CPUs that have not served the flush IPI yet
     * @param page the address, if only one is to be flushed
     * @param atExit flags due at the next return to the guest
     * @param parked the table that will be dropped
     * @param holds the table that the call works on
     */
    public record Pending(
            String source,
            String local,
            String others,
            List<Integer> targets,
            String page,
            String atExit,
            String parked,
            String holds) {
        /** Nothing. */
        public static final Pending NONE = new Pending("", "", "", List.of(), "", "", "", "");

        public Pending {
            targets = List.copyOf(targets);
        }
    }

    /**
     * What a CPU may use for an address.
     *
     * @param what the address in words, such as {@code linear L2 of 0x0000000000000000}
     * @param members the frames that an access may reach, and {@code fault} if it may meet a
     *     non-present entry
     */
    public record Cached(String what, List<Member> members) {
        public Cached {
            members = List.copyOf(members);
        }
    }

    /**
     * One possible result of an access.
     *
     * @param name of the frame, or {@code fault}
     * @param writable whether a store may go there
     * @param stale whether no legal walk gives it, or what breaks forbids it
     */
    public record Member(String name, boolean writable, boolean stale) {}

    /**
     * A domain.
     *
     * @param dirty the CPUs in its dirty mask
     */
    public record DomainView(int domid, List<Integer> dirty) {
        public DomainView {
            dirty = List.copyOf(dirty);
        }
    }
}
