package shootdown.claims;

import static shootdown.checker.Property.P1;
import static shootdown.checker.Property.P2;
import static shootdown.checker.Property.P3;
import static shootdown.checker.Property.P4;
import static shootdown.checker.Property.P5;
import static shootdown.claims.Claim.claim;
import static shootdown.claims.Source.COMMIT_055E;
import static shootdown.claims.Source.COMMIT_16A2;
import static shootdown.claims.Source.COMMIT_178C;
import static shootdown.claims.Source.COMMIT_1817;
import static shootdown.claims.Source.COMMIT_422E;
import static shootdown.claims.Source.COMMIT_5B71;
import static shootdown.claims.Source.COMMIT_8CC5;
import static shootdown.claims.Source.COMMIT_9D1D;
import static shootdown.claims.Source.COMMIT_A223;
import static shootdown.claims.Verdict.HOLDS;
import static shootdown.claims.Verdict.HOLDS_IF;
import static shootdown.claims.Verdict.REFUTED;
import static shootdown.claims.Where.everywhereWithXpti;
import static shootdown.claims.Where.everywhereWithoutXpti;
import static shootdown.claims.Where.in;
import static shootdown.claims.Where.lacking;

import shootdown.hypervisor.Defect;

import java.util.List;

/** Claims 46 to 57: what commit messages say. */
final class CommitClaims {
    private CommitClaims() {}

    static List<Claim> all() {
        return List.of(
                claim(
                                46,
                                COMMIT_178C,
                                "the linear map is double-checked: no flush",
                                "What the linear map yields is checked again, so no flush is needed"
                                        + " when a table dies.")
                        .expect(HOLDS_IF, "true for type safety, false for freshness")
                        .keepsUnflushed("none", everywhereWithoutXpti(), P1)
                        .onlyIf(
                                "only types are meant (P1), not which table is read (P3), and no"
                                        + " table fails a validation between two uses")
                        .keepsUnflushed("none", in("u1-linear-uvm"), P3)
                        .keepsUnflushed("none", in("u18-unfit-linear"), P1)
                        .remark(
                                "What keeps types safe is the flush when a dead table becomes"
                                        + " something else, and that one asks the table's stamp. A"
                                        + " failed validation writes its progress over the stamp"
                                        + " and leaves no type: the next type change flushes"
                                        + " nobody, and a CPU that still has the table cached walks"
                                        + " what the guest writes. Since 16a20963b3 the flush of"
                                        + " the edit comes before the table can die.")
                        .end(),
                claim(
                                47,
                                COMMIT_A223,
                                "all references are ours: no remote sync",
                                "If all references to an L4 are this vCPU's, no other CPU has it"
                                        + " loaded, and none needs a sync.")
                        .expect(HOLDS, "yes")
                        .keeps("prepare", everywhereWithXpti(), P1, P2, P5)
                        .keeps("final", everywhereWithXpti(), P1, P2, P5)
                        .breaks("final", lacking(Defect.LOCK_NOT_COUNTED, "u3-xpti-smp"), P2)
                        .remark(
                                "With the page lock left out of the count, an L4 with one more use"
                                        + " looks like one with none, and the sync is missed.")
                        .end(),
                claim(
                                48,
                                COMMIT_9D1D,
                                "the sync must be a global flush",
                                "Without a global flush on entry the sync must be a global flush,"
                                    + " so that Xen picks up L4 changes; entry keeps interrupts off"
                                    + " until CR3 is switched.")
                        .expect(REFUTED, "first half refuted by 055e1c3a3d; second half yes")
                        .breaks("prepare", in("u8-user-l4-xpti-smp"), P3)
                        .keeps("sync-guest", in("u8-user-l4-xpti-smp"), P3)
                        .onlyIf(
                                "nothing else flushes the linear map: once every edit above L1"
                                        + " flushes T, the sync needs no flush of its own")
                        .breaksSomewhere("final", everywhereWithXpti(), P1, P2, P3, P5)
                        .remark(
                                "The first half is judged; with XPTI no translation is global, so"
                                        + " any full flush would do. Interrupts on entry are no"
                                        + " step of the model, so the second half is not judged.")
                        .differs(
                                HOLDS_IF,
                                "Xen picks up L4 changes through the linear map too. Without the"
                                        + " global flush another CPU in Xen reads through entries"
                                        + " from before the edit. 055e1c3a3d could drop it because"
                                        + " the next commit flushes the linear map; by itself it"
                                        + " refutes nothing.")
                        .end(),
                claim(
                                49,
                                COMMIT_1817,
                                "copy only after a CR3 load or an L4 change",
                                "A root copy is needed only after a CR3 load or an L4 change.")
                        .expect(HOLDS, "yes, given all setters")
                        .keeps("final", everywhereWithXpti(), P2)
                        .breaks(
                                "final",
                                lacking(
                                        Defect.ROOT_COPY_KEPT_ON_CR3_LOAD,
                                        "u12-life-xpti",
                                        "u8-user-l4-xpti"),
                                P2)
                        .breaks(
                                "final",
                                lacking(Defect.ROOT_COPY_KEPT_ON_TOGGLE, "u8-user-l4-xpti"),
                                P2)
                        .breaks("none", in("u2-xpti-boot"), P2)
                        .end(),
                claim(
                                50,
                                COMMIT_422E,
                                "paired toggles inside Xen need no sync",
                                "Paired toggles between the user's and the kernel's L4 inside Xen"
                                        + " need no root sync.")
                        .expect(HOLDS, "yes (pairs restore v->arch.cr3)")
                        .keeps(
                                "final",
                                in(
                                        "u8-user-l4-xpti",
                                        "u8-user-l4-xpti-pcid",
                                        "u8-user-l4-xpti-pcid-self",
                                        "u8-user-l4-xpti-smp"),
                                P2,
                                P5)
                        .meets("final", Scene.PAIRED_TOGGLE, in("u8-user-l4-xpti"))
                        .breaks(
                                "final",
                                lacking(Defect.ROOT_COPY_KEPT_ON_TOGGLE, "u8-user-l4-xpti"),
                                P2)
                        .remark(
                                "The pair is Xen's, around the read for a fault of user mode; it"
                                        + " asks for no copy. A toggle of the guest's own does, and"
                                        + " needs to.")
                        .end(),
                claim(
                                51,
                                COMMIT_055E,
                                "only new L4 entries must be delivered",
                                "Only new L4 entries must be delivered; established ones are the"
                                        + " guest's duty, and a concurrent call may use old ones"
                                        + " until the guest's flush is done; whatever is global.")
                        .expect(HOLDS, "yes")
                        .keeps("prepare", everywhereWithXpti(), P1, P2, P4, P5)
                        .onlyIf(
                                "it is about what the guest sees: the linear map is no duty of the"
                                        + " guest's (claim 2), and G happened to flush it")
                        .sameVerdicts("sync-guest", "prepare", everywhereWithXpti())
                        .differs(
                                HOLDS_IF,
                                "Reading looked at the guest's view, where it is true. The flush"
                                        + " that was taken out also dropped what other CPUs had of"
                                        + " the linear map after an L4 edit: under XPTI without"
                                        + " PCID the policy before was safe there, and this one is"
                                        + " not, until the next commit.")
                        .end(),
                claim(
                                52,
                                COMMIT_16A2,
                                "T must happen now, not on the way out",
                                "The TLB flush must happen now, not on the way out to the guest,"
                                        + " because of multicalls.")
                        .expect(HOLDS, "yes as a contract; see forced continuation")
                        .breaks(
                                "at-exit",
                                in(
                                        "u4-smp-linear",
                                        "u9-batches-smp-preempt",
                                        "u1-linear-uvm-self",
                                        "u1-linear-uvm-unforced"),
                                P3)
                        .keeps(
                                "final",
                                in(
                                        "u4-smp-linear",
                                        "u9-batches-smp-preempt",
                                        "u1-linear-uvm-self",
                                        "u1-linear-uvm-unforced"),
                                P3)
                        .keeps("at-exit", in("u1-linear-uvm"), P3)
                        .remark(
                                "On one CPU the forced continuation hides it (u1-linear-uvm): it"
                                        + " leaves Xen between the edit and the next sub-call. Not"
                                        + " after an edit of a self-reference, and not on another"
                                        + " CPU that is in Xen at that time.")
                        .end(),
                claim(
                                56,
                                COMMIT_5B71,
                                "retyping a table must interrupt its targets",
                                "A type-change flush away from a table type must interrupt its"
                                        + " targets.")
                        .expect(HOLDS, "yes (T14)")
                        .breaks(
                                "final",
                                lacking(
                                        Defect.NO_FLUSH_REFUSES_ASSIST,
                                        "u17-spurious-assist",
                                        "u17-spurious-xpti-assist"),
                                P1)
                        .keepsUnflushed(
                                "none", in("u17-spurious-assist", "u17-spurious-xpti-assist"), P1)
                        .keepsUnflushed(
                                "none", lacking(Defect.NO_FLUSH_REFUSES_ASSIST, "u17-spurious"), P1)
                        .remark(
                                "The target walks the table by software with interrupts off, so"
                                        + " only an interrupt waits for it. Where no hypervisor"
                                        + " below assists, every flush interrupts anyway"
                                        + " (u17-spurious). A policy's own flush of the edit may be"
                                        + " assisted, so none is needed for it and none helps.")
                        .end(),
                claim(
                                57,
                                COMMIT_8CC5,
                                "flush after the new type is published",
                                "The type-change flush must follow the publication of the new"
                                        + " type.")
                        .expect(HOLDS, "yes (T8)")
                        .breaks(
                                "final",
                                lacking(Defect.FLUSH_BEFORE_PUBLISH, "u13-types", "u3-xpti-smp"),
                                P1)
                        .keepsUnflushed("final", in("u13-types", "u3-xpti-smp"), P1)
                        .remark(
                                "In u13-types nobody edits above L1, so the policy has no say: what"
                                        + " keeps P1 is the flush of the type change alone.")
                        .end());
    }
}
