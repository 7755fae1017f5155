package shootdown.checker;

import shootdown.checker.Exhibit.Harm.Breaks;
import shootdown.checker.Exhibit.Harm.Wastes;
import shootdown.checker.Exhibit.Setting;
import shootdown.hypervisor.Defect;
import shootdown.policy.Catalogue;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Defects that Xen has had, each with the universe in which exploration finds it, by number.
 *
 * <p>An exhibit restores the old behaviour, never a wrong state: its first state is legal, and what
 * goes wrong is reached by steps that guests may take. Two of them break nothing: they do work that
 * is good for nothing.
 */
public final class Museum {
    private static final List<Exhibit> ALL =
            Stream.of(
                            withDefect(
                                    2,
                                    "grant-unmap",
                                    "606ab7a468, 2007-10-04",
                                    "an unmapped grant is given back before the flush",
                                    "An unmap took the entry away, dropped what it held, and"
                                        + " flushed once at the end of its batch. Before that the"
                                        + " granter makes the frame a page table; the flush of this"
                                        + " type change is for the granter's CPUs, and the mapper's"
                                        + " still has a writable translation.",
                                    "A batch of entries is taken away, then flushed, and only then"
                                            + " the references are dropped.",
                                    "One unmap is a batch.",
                                    Defect.GRANT_DROPPED_BEFORE_FLUSH,
                                    "u11-grants-foreign",
                                    Property.P1),
                            withDefect(
                                    4,
                                    "grant-transfer",
                                    "61730c75ce, 2008-05-28",
                                    "a frame is handed over and the donor keeps its translation",
                                    "A guest unmaps a page without a flush and transfers it to"
                                            + " another domain. Xen moved it to its new owner while"
                                            + " the donor's CPUs could still write to it.",
                                    "The donor's CPUs are flushed before the frame has its new"
                                            + " owner.",
                                    "",
                                    Defect.NO_TRANSFER_FLUSH,
                                    "u6-transfer",
                                    Property.P8),
                            withDefect(
                                    14,
                                    "xsa-182",
                                    "e1bff4c2ea, 2016-07-26, XSA-182",
                                    "a recursive entry becomes writable",
                                    "A change of an entry's flags alone takes a fast path without"
                                            + " validation, and RW was among these flags: a guest"
                                            + " sets it on a read-only entry that names its own"
                                            + " table, and writes its page tables.",
                                    "The fast path takes a list of harmless flags only.",
                                    "",
                                    Defect.FAST_PATH_IGNORES_RW,
                                    "u14-self-reference",
                                    Property.P1),
                            withDefect(
                                    17,
                                    "xsa-214",
                                    "eaf537342c, 2017-05-02, XSA-214",
                                    "a page of descriptors stays valid in other hands",
                                    "A page that nothing uses any more keeps its last type, and"
                                        + " that its descriptors are valid for it. A 64-bit guest"
                                        + " may have segments of 64-bit code, a 32-bit one may not:"
                                        + " transferred from one to the other, such a page becomes"
                                        + " part of the receiver's GDT without being looked at.",
                                    "A frame that is taken from its owner loses its type.",
                                    "The descriptor itself is what is wrong: no guest runs the code"
                                            + " that it would allow.",
                                    Defect.TYPE_KEPT_ON_TRANSFER,
                                    "u16-descriptors",
                                    Property.P1),
                            withDefect(
                                    18,
                                    "xsa-213",
                                    "22c096c99d, 2017-05-02, XSA-213",
                                    "a multicall goes on in user mode",
                                    "A sub-call of a multicall returns to user mode, and the next"
                                        + " sub-call runs on the user's tables, which no hypercall"
                                        + " expects: NEW_USER_BASEPTR drops the L4 that is loaded,"
                                        + " and the guest makes a page of it that it may write.",
                                    "A multicall ends with the sub-call that leaves for user mode.",
                                    "",
                                    Defect.CALLS_GO_ON_IN_USER_MODE,
                                    "u8-user-l4",
                                    Property.P1),
                            withDefect(
                                    22,
                                    "xsa-234",
                                    "16b1414de9, 2017-09-12, XSA-234",
                                    "an unmap of a grant looks at the frame only",
                                    "An entry that maps a grant read-only can be made writable, or"
                                        + " a handle be used with another entry. The unmap checked"
                                        + " only that the entry names the grant's frame, and"
                                        + " dropped what its handle says: a reference of the type"
                                        + " too many, or one too few, so that the frame becomes a"
                                        + " table while it is mapped writable.",
                                    "The entry must be present and have the handle's rights.",
                                    "",
                                    Defect.GRANT_ENTRY_MATCHED_BY_FRAME,
                                    "u11-grants-entry",
                                    Property.P1),
                            withDefect(
                                    23,
                                    "xsa-241",
                                    "23a183607a, 2017-10-12, XSA-241",
                                    "the stamp is older than a flush that does not cover it",
                                    "A frame that loses its last use is stamped with the TLB clock,"
                                        + " and a later type change spares the CPUs that have"
                                        + " flushed since. The clock was read, and the stamp stored"
                                        + " later: a CPU that flushed in between, and after that"
                                        + " still saw the mapping that was being removed, is"
                                        + " spared.",
                                    "Interrupts are off from the reading to the storing.",
                                    "The removed entry is in a store buffer until a locked"
                                        + " instruction. With the fix, reading, storing and the"
                                        + " locked drop of the reference are one step, behind the"
                                        + " store; that a clock is read before a store that"
                                        + " precedes it is seen, for an instant and without any"
                                        + " interrupt, is left out.",
                                    Defect.STAMP_IN_TWO_STEPS,
                                    "u13-types-tso",
                                    Property.P1),
                            withDefect(
                                    24,
                                    "xsa-309",
                                    "2c458dfcb5, e40b0219a8, 77beba7c92, 2019-11-25, XSA-309,"
                                            + " which mend 6987fc7558 (XSA-240)",
                                    "the linear count starts anew",
                                    "A count in each table keeps linear page tables one level deep."
                                        + " A validation that is preempted and goes on later set it"
                                        + " to 0 again, and forgot the linear entries that it had"
                                        + " counted: tables can be chained, and taking the chain"
                                        + " down recurses without bound.",
                                    "The count is left alone when a validation goes on.",
                                    "Preempted behind every entry, and only in the outermost"
                                            + " table.",
                                    Defect.LINEAR_COUNT_RESET_ON_RESUME,
                                    "u15-linear-chains-preempt",
                                    Property.P7),
                            withDefect(
                                    25,
                                    "xsa-242",
                                    "6410733a8a, 2017-10-12, XSA-242",
                                    "the lock is the last reference",
                                    "The lock of a table counts as a reference. If another CPU"
                                        + " drops the last real one in the meantime, unlocking"
                                        + " brings the count to 0 without devalidating the table,"
                                        + " and what its entries hold is never given back.",
                                    "Whoever would leave the lock as the last reference waits for"
                                            + " it.",
                                    "",
                                    Defect.UNLOCK_DROPS_LAST_REFERENCE,
                                    "u13-types-lock",
                                    Property.P7),
                            new Exhibit(
                                    29,
                                    "lazy-sync",
                                    "c64bf2d2a6, 78e47fd0b9, 2018-01-23 and 24",
                                    "every flush IPI switches idle CPUs away",
                                    "A CPU that goes idle keeps the tables of its last vCPU: if"
                                        + " that is the next to run, nothing need be loaded. Every"
                                        + " flush IPI made it load the idle tables, though all that"
                                        + " was asked for was a flush.",
                                    "A flush IPI switches only if it asks for the vCPU's state.",
                                    "Two callers asked for a TLB flush together with the state, and"
                                            + " did not need it; this part is left out.",
                                    setting("final", "u6-toolstack")
                                            .with(Defect.EVERY_FLUSH_SYNCS_STATE),
                                    setting("final", "u6-toolstack"),
                                    new Wastes(Work.UNASKED_SWITCH)),
                            new Exhibit(
                                    30,
                                    "xsa-254-sync",
                                    "5784de3e20, 2018-01-16, with XSA-254 (Meltdown)",
                                    "other CPUs run on old root copies",
                                    "Guests run on a copy of their L4, one a CPU. A CPU that stays"
                                        + " in guest mode while another removes an L4 entry keeps"
                                        + " the entry in its copy, and the L3 that it names is"
                                        + " freed and becomes data.",
                                    "An IPI without any work makes the others leave the guest, and"
                                            + " the way back makes the copy anew.",
                                    "The model copies only when asked to, as Xen does since"
                                            + " 18173843a5; the policy without the IPI is"
                                            + " local-only, that with it sync-guest.",
                                    setting("local-only", "u3-xpti-smp"),
                                    setting("sync-guest", "u3-xpti-smp"),
                                    new Breaks(Property.P1)),
                            withDefect(
                                    37,
                                    "xsa-292",
                                    "6e5f22ba43, 2019-03-05, XSA-292",
                                    "a flush before the change of tables",
                                    "With PCIDs a base pointer load flushed first and then wrote"
                                        + " CR3 with NOFLUSH. What the CPU caches of the old tables"
                                        + " in between stays under the PCID that the new ones have"
                                        + " as well, the linear map among it.",
                                    "The flush follows the CR3 write.",
                                    "NEW_BASEPTR of one vCPU; a switch to another vCPU goes the"
                                            + " same way.",
                                    Defect.FLUSH_BEFORE_CR3_WRITE,
                                    "u8-user-l4-pcid",
                                    Property.P3),
                            withDefect(
                                    38,
                                    "xsa-294",
                                    "329b00e4d4, 2019-03-05, XSA-294",
                                    "the root of the other PCID has changed",
                                    "With PCIDs a change between kernel and user mode flushes"
                                        + " nothing. In shadow mode the root of a mode may be"
                                        + " replaced, and used for something else, while the other"
                                        + " mode runs: user mode comes back to what its PCID has"
                                        + " cached of the old one.",
                                    "In shadow mode a change of mode flushes.",
                                    "Without shadow tables: a table stands for its shadow, and its"
                                        + " change of type does not flush, as in shadow mode."
                                        + " Outside of it that flush makes the old root harmless.",
                                    Defect.NOFLUSH_WITH_SHADOWS,
                                    "u8-user-l4-pcid-shadow",
                                    Property.P1),
                            withDefect(
                                    45,
                                    "assisted-flush",
                                    "5b718d24e8, 2020-07-02, which mends e9aca9470e",
                                    "a flush from below does not wait for a walk of Xen's",
                                    "For a fault that may be spurious Xen walks the tables of its"
                                        + " CPU with interrupts off, and relies on that: whoever"
                                        + " makes a table a page flushes first, and the flush IPI"
                                        + " waits for the walk. Where Xen itself runs on a"
                                        + " hypervisor, that one flushed instead, without any"
                                        + " interrupt, and the walk went on in a page of the"
                                        + " guest's.",
                                    "A type change away from a table forbids the assist"
                                            + " (FLUSH_FORCE_IPI, today FLUSH_NO_ASSIST).",
                                    "Xen reads one level a step, and what it makes of the walk is"
                                            + " left out.",
                                    Defect.NO_FLUSH_REFUSES_ASSIST,
                                    "u17-spurious-assist",
                                    Property.P1),
                            new Exhibit(
                                    47,
                                    "global-sync",
                                    "055e1c3a3d, 2020-10-27, with XSA-286",
                                    "the sync of root copies flushes global translations too",
                                    "When an L4 changes under XPTI, an IPI makes the other CPUs"
                                        + " copy their root anew. It asked for a global flush as"
                                        + " well.",
                                    "The IPI asks for the root copy only.",
                                    "Beside the flush of XSA-286, which is one commit younger: the"
                                        + " policies are final, and final with the global flush in"
                                        + " the sync, beulich-matrix. When it was taken out, the"
                                        + " global flush was not needless for Xen: in the same"
                                        + " universe sync-guest has it and keeps P3, and prepare,"
                                        + " the same without it, breaks P3 (claims 35 and 51).",
                                    setting("beulich-matrix", "u8-user-l4-xpti-smp"),
                                    setting("final", "u8-user-l4-xpti-smp"),
                                    new Wastes(Work.REMOTE_GLOBAL_FLUSH)),
                            new Exhibit(
                                    48,
                                    "xsa-286",
                                    "16a20963b3, 2020-10-27, XSA-286",
                                    "the linear map outlives an edit of upper tables",
                                    "Xen reads page tables through a recursive slot of the guest's"
                                        + " own L4. An edit of an L2, L3 or L4 entry leaves what is"
                                        + " cached of that map stale, and the guest's INVLPG does"
                                        + " not reach it: update_va_mapping then edits the wrong L1"
                                        + " table.",
                                    "Every such edit flushes all CPUs that may have the tables"
                                            + " loaded, before the call goes on.",
                                    "",
                                    setting("prepare", "u1-linear-uvm-polite"),
                                    setting("final", "u1-linear-uvm-polite"),
                                    new Breaks(Property.P3)),
                            withDefect(
                                    51,
                                    "xsa-401",
                                    "8cc5036bc3, 2022-06-09, XSA-401",
                                    "the flush of a type change comes before the type",
                                    "A frame without uses is flushed and then gets its new type. In"
                                            + " between another CPU maps it writable, writes, and"
                                            + " unmaps it: the count is 0 again, the type is taken,"
                                            + " and the other CPU's translation stays.",
                                    "The new type is published first, then the flush, then the"
                                            + " validation.",
                                    "",
                                    Defect.FLUSH_BEFORE_PUBLISH,
                                    "u13-types",
                                    Property.P1),
                            withDefect(
                                    53,
                                    "xsa-408",
                                    "a9949efb28, 2022-07-26, XSA-408, which mends 8cc5036bc3",
                                    "the filter of shadow mode looks at the new type",
                                    "In shadow mode a type change flushes only if the frame was"
                                        + " writable, as CPUs walk shadows and not the guest's own"
                                        + " tables. With the new order the type was replaced before"
                                        + " it was looked at: a page that became a table was not"
                                        + " flushed, and CPUs go on writing to it.",
                                    "The old type decides.",
                                    "Without shadows: the table that changes is one that no CPU"
                                            + " walks, and only the condition is modelled.",
                                    Defect.SHADOW_FILTER_SEES_NEW_TYPE,
                                    "u13-types-shadow",
                                    Property.P1))
                    .sorted(Comparator.comparingInt(Exhibit::row))
                    .toList();

    private Museum() {}

    public static List<Exhibit> all() {
        return ALL;
    }

    /** The exhibit with this name or number, such as {@code xsa-401}, {@code 401} or {@code 51}. */
    public static Optional<Exhibit> find(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return ALL.stream()
                .filter(
                        exhibit ->
                                exhibit.name().equals(wanted)
                                        || exhibit.name().equals("xsa-" + wanted)
                                        || String.valueOf(exhibit.row()).equals(wanted))
                .findFirst();
    }

    /** One whose fix is a rule of the model; the policy is the one in force today. */
    private static Exhibit withDefect(
            int row,
            String name,
            String origin,
            String title,
            String bug,
            String fix,
            String model,
            Defect defect,
            String universe,
            Property property) {
        Setting sound = setting("final", universe);
        Setting old = sound.with(defect);
        return new Exhibit(
                row, name, origin, title, bug, fix, model, old, sound, new Breaks(property));
    }

    static Setting setting(String policy, String universe) {
        return new Setting(
                Catalogue.find(policy).orElseThrow(), Universes.find(universe).orElseThrow());
    }
}
