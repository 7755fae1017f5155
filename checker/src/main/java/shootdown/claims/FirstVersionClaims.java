package shootdown.claims;

import static shootdown.checker.Property.P1;
import static shootdown.checker.Property.P2;
import static shootdown.checker.Property.P3;
import static shootdown.checker.Property.P4;
import static shootdown.checker.Property.P5;
import static shootdown.claims.Claim.claim;
import static shootdown.claims.Source.AC_FOLLOW_UP;
import static shootdown.claims.Source.AC_V1;
import static shootdown.claims.Verdict.HOLDS;
import static shootdown.claims.Verdict.HOLDS_IF;
import static shootdown.claims.Verdict.NOT_A_MODEL_QUESTION;
import static shootdown.claims.Verdict.REFUTED;
import static shootdown.claims.Where.everywhere;
import static shootdown.claims.Where.everywhereWithXpti;
import static shootdown.claims.Where.in;
import static shootdown.claims.Where.lacking;

import shootdown.hypervisor.Defect;

import java.util.List;

/** Claims 1 to 10: the first posted version and its follow-up, 2020-10-20. */
final class FirstVersionClaims {
    private FirstVersionClaims() {}

    static List<Claim> all() {
        return List.of(
                claim(
                                1,
                                AC_V1,
                                "upper-level edits are harmless to Xen itself",
                                "Editing upper-level tables is harmless to Xen itself; flushing"
                                        + " what the guest sees is the guest's duty.")
                        .expect(HOLDS_IF, "yes, with the double checks; no without")
                        .keepsUnflushed("sync-guest", everywhere(), P1)
                        .keepsUnflushed("prepare", everywhere(), P1)
                        .avoids("sync-guest", Scene.NO_TABLE, in("u10-ptwr-retype"))
                        .onlyIf(
                                "harm means a page of the wrong type: what Xen reads through the"
                                        + " linear map is checked again before it is used, or Xen"
                                        + " would edit data as a table; even so it may be the wrong"
                                        + " table (P3, claim 2)")
                        .keepsUnflushed("sync-guest", in("u1-linear-uvm"), P3)
                        .avoids(
                                "sync-guest",
                                Scene.NO_TABLE,
                                lacking(Defect.LINEAR_READ_NOT_CHECKED, "u10-ptwr-retype"))
                        .end(),
                claim(
                                2,
                                AC_V1,
                                "the guest's duties do not cover the linear map",
                                "The linear map is Xen's own choice, so the guest's duties do not"
                                        + " cover it; Xen must flush for it.")
                        .expect(HOLDS, "yes")
                        .breaks(
                                "sync-guest",
                                in("u1-linear-uvm-polite", "u1-linear-uvm-xpti-pcid-polite"),
                                P3)
                        .keepsUnflushed("sync-guest", in("u1-linear-uvm-polite"), P4)
                        .keeps(
                                "final",
                                in("u1-linear-uvm-polite", "u1-linear-uvm-xpti-pcid-polite"),
                                P3)
                        .remark(
                                "The polite guest follows every edit at once with the INVLPG that"
                                        + " the interface asks for, and that INVLPG does all that"
                                        + " it must (P4).")
                        .end(),
                claim(
                                3,
                                AC_V1,
                                "after a change of structure, flush the linear range",
                                "After a change of structure the linear range must be invalidated"
                                        + " before it is read again.")
                        .expect(HOLDS, "yes")
                        .breaks(
                                "sync-guest",
                                in(
                                        "u1-linear-uvm",
                                        "u4-smp-linear",
                                        "u5-recursive",
                                        "u7-pv32",
                                        "u10-ptwr",
                                        "u10-ptwr-ldt"),
                                P3)
                        .keeps("linear-range", everywhere(), P3)
                        .end(),
                claim(
                                4,
                                AC_V1,
                                "else guests read or change the wrong table",
                                "Otherwise interleaved requests of the guest read or change the"
                                        + " wrong table.")
                        .expect(HOLDS, "yes")
                        .meets("sync-guest", Scene.WRONG_TABLE, in("u1-linear-uvm"))
                        .meets("sync-guest", Scene.WRONG_TABLE, in("u1-linear-uvm-polite"))
                        .avoids(
                                "final",
                                Scene.WRONG_TABLE,
                                in("u1-linear-uvm", "u1-linear-uvm-polite"))
                        .breaks("sync-guest", in("u10-ptwr", "u10-ptwr-smp"), P3)
                        .keeps("final", in("u10-ptwr", "u10-ptwr-smp"), P3)
                        .end(),
                claim(
                                5,
                                AC_V1,
                                "a full flush after every L2+ update is enough",
                                "A full flush after every update of an L2 or above is enough.")
                        .expect(HOLDS_IF, "yes, for kernel-mode consumers")
                        .enough("final")
                        .keeps("v1", everywhere(), P3)
                        .keeps("final", everywhere(), P3)
                        .onlyIf(
                                "consumers run on the kernel's L4, as all of them do: Xen goes back"
                                        + " to it before it reads for a fault of user mode, and"
                                        + " stops a multicall that leaves it (XSA-213)")
                        .keeps(
                                "final",
                                lacking(
                                        Defect.CALLS_GO_ON_IN_USER_MODE,
                                        "u8-user-l4",
                                        "u8-user-l4-pcid",
                                        "u8-user-l4-xpti-pcid",
                                        "u8-user-l4-xpti-pcid-self"),
                                P3)
                        .end(),
                claim(
                                6,
                                AC_V1,
                                "flushing the 2^39 bytes of the window would do",
                                "Flushing the linear window alone (2^39 bytes) would do in"
                                        + " principle; there is no such primitive.")
                        .expect(HOLDS, "yes for I3")
                        .keeps("linear-range", everywhere(), P3)
                        .onlyIf("it is about what Xen reads through the linear map (P3)")
                        .keepsUnflushed("linear-range", in("u18-unfit-linear"), P1)
                        .differs(
                                HOLDS_IF,
                                "For the linear map it is as expected. But T also drops what a CPU"
                                        + " has cached of tables on the way of the guest's own"
                                        + " addresses. Where a table fails a validation after an"
                                        + " edit cut it off, the stamp is lost, its next type"
                                        + " change flushes nobody, and only that by-product of T"
                                        + " keeps types safe.")
                        .end(),
                claim(
                                7,
                                AC_V1,
                                "no point in leaving the current CPU out",
                                "The old sync case always needs a flush now, so there is no point"
                                        + " in leaving the current CPU out; the dirty mask will do"
                                        + " as it is.")
                        .expect(HOLDS_IF, "true for T, not for R")
                        .breaks("final~no-local-tlb", in("u1-linear-uvm"), P3)
                        .breaks("final~no-remote-tlb", in("u4-smp-linear"), P3)
                        .keeps("v1", everywhere(), P3)
                        .onlyIf(
                                "it is about the TLB flush: the root sync of the old sync case can"
                                        + " leave this CPU out, as long as the direct store stays")
                        .breaksSomewhere("v1-root-not-local", everywhereWithXpti(), P1, P2, P5)
                        .end(),
                claim(
                                8,
                                AC_V1,
                                "guests make global mappings: T is not enough",
                                "Guests can create global mappings, so no safe way to use a"
                                        + " non-global flush is seen.")
                        .expect(REFUTED, "no (withdrawn in v2)")
                        .breaks("v1-nonglobal", in("u1-linear-uvm-spares"), P3)
                        .onlyIf("guests could set G above L1, which Xen refuses")
                        .breaks("v1-nonglobal", in("u1-linear-uvm-g-spares"), P3)
                        .remark(
                                "In Xen FLUSH_TLB drops globals as well, so the question is put to"
                                        + " a machine where it spares them.")
                        .end(),
                claim(
                                9,
                                AC_V1,
                                "faster than the embargoed alternative",
                                "It is faster than the alternative of the embargo.")
                        .expect(NOT_A_MODEL_QUESTION, "not a model question")
                        .beyondTheModel(
                                "The model counts steps, not time, and the alternative was never"
                                        + " published.")
                        .end(),
                claim(
                                10,
                                AC_FOLLOW_UP,
                                "no flush if the old entry was not present",
                                "If the old entry was not present, the flush can be left out.")
                        .expect(HOLDS_IF, "yes, provided every P=1 to other edit is flushed")
                        .keeps("skip-not-present", everywhere(), P3)
                        .onlyIf(
                                "every edit of a present entry is flushed: if those that clear it"
                                        + " are left out too, the next one finds an older version"
                                        + " still cached")
                        .keeps("final~no-new~no-removal", in("u1-linear-uvm"), P3)
                        .end());
    }
}
