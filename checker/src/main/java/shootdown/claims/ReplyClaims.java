package shootdown.claims;

import static shootdown.checker.Property.P1;
import static shootdown.checker.Property.P2;
import static shootdown.checker.Property.P3;
import static shootdown.checker.Property.P5;
import static shootdown.checker.Property.P6;
import static shootdown.checker.Property.P8;
import static shootdown.claims.Claim.claim;
import static shootdown.claims.Source.AC_2;
import static shootdown.claims.Source.AC_3;
import static shootdown.claims.Source.AC_4;
import static shootdown.claims.Source.AC_5;
import static shootdown.claims.Source.JB_1;
import static shootdown.claims.Source.JB_2;
import static shootdown.claims.Source.JB_3;
import static shootdown.claims.Source.JB_4;
import static shootdown.claims.Verdict.HOLDS;
import static shootdown.claims.Verdict.HOLDS_IF;
import static shootdown.claims.Verdict.NOT_A_MODEL_QUESTION;
import static shootdown.claims.Verdict.REFUTED;
import static shootdown.claims.Where.everywhere;
import static shootdown.claims.Where.everywhereWithXpti;
import static shootdown.claims.Where.in;

import java.util.List;

/** Claims 11 to 29: the replies to the first version, 2020-10-20 and 21. */
final class ReplyClaims {
    private ReplyClaims() {}

    static List<Claim> all() {
        return List.of(
                claim(
                                11,
                                JB_1,
                                "R is not needed on the local CPU",
                                "FLUSH_ROOT_PGTBL is not needed on the local CPU.")
                        .expect(HOLDS_IF, "yes, if r! stays")
                        .keeps("v1-root-not-local", everywhereWithXpti(), P1, P2, P5)
                        .onlyIf("the direct store to root_pgt_changed stays")
                        .keeps("final~no-local-root", in("u2-xpti-boot"), P2)
                        .end(),
                claim(
                                12,
                                JB_1,
                                "the unpublished draft was better in this",
                                "The unpublished draft was better in this respect.")
                        .expect(REFUTED, "no (it crashed)")
                        .keeps("draft", everywhereWithXpti(), P2, P5)
                        .end(),
                claim(
                                13,
                                AC_2,
                                "R here if in use here, elsewhere if used elsewhere",
                                "The root sync must happen here if the L4 is in use here, and"
                                        + " elsewhere if it has other uses.")
                        .expect(HOLDS, "yes")
                        .keeps("final", everywhereWithXpti(), P1, P2, P5)
                        .breaks("final~no-local-root", in("u2-xpti-boot", "u3-xpti-smp"), P2)
                        .breaks("final~no-remote-root", in("u3-xpti-smp"), P1, P2)
                        .end(),
                claim(
                                14,
                                AC_2,
                                "T must go to all dirty CPUs",
                                "The TLB flush must go to all dirty CPUs, because it is not easily"
                                        + " known whether the edited table is part of the structure"
                                        + " in use.")
                        .expect(HOLDS_IF, "sufficient; necessary only as an approximation")
                        .enough("final")
                        .keeps("final", everywhere(), P3)
                        .breaksSomewhere(ClaimPolicies.REACHING_ONLY, everywhere(), P3)
                        .breaks("final~no-local-tlb", in("u1-linear-uvm"), P3)
                        .breaks("final~no-remote-tlb", in("u4-smp-linear"), P3)
                        .keeps(
                                ClaimPolicies.REACHING_ONLY,
                                in("u1-linear-uvm-rich", "u5-recursive", "u12-life"),
                                P3)
                        .differs(
                                HOLDS,
                                "An exact test of reachability was expected to be enough, and on"
                                    + " one CPU it is. On two it is not: one CPU unhooks a table"
                                    + " and has not flushed yet, the other edits the table, finds"
                                    + " that no loaded L4 leads to it any more, and flushes nobody;"
                                    + " what is cached of the old path still leads through it. A"
                                    + " test would have to know what was reachable at any time"
                                    + " since each CPU's last flush.")
                        .end(),
                claim(
                                15,
                                AC_3,
                                "for an L4 the sync test tells if to flush here",
                                "For an L4 one can know whether a local flush is needed, by the"
                                        + " test of the sync logic.")
                        .expect(REFUTED, "no, see 45")
                        .keeps(
                                "in-use-only",
                                in(
                                        "u1-linear-uvm",
                                        "u9-batches",
                                        "u12-life",
                                        "u10-ptwr-recursive",
                                        "u5-recursive"),
                                P3)
                        .end(),
                claim(
                                16,
                                AC_3,
                                "unlike the store of a flag, a flush costs",
                                "Unlike the store of a flag, flushing here costs something, so it"
                                        + " cannot be written in place for free.")
                        .expect(NOT_A_MODEL_QUESTION, "not a model question")
                        .beyondTheModel("The model counts flushes; what one costs it cannot say.")
                        .end(),
                claim(
                                17,
                                AC_4,
                                "it is not even safe: levels accumulate",
                                "Nor would it be safe: levels accumulate over a batch, and pt_owner"
                                        + " may be foreign.")
                        .expect(HOLDS, "yes for batches; foreign owners add nothing, see 20")
                        .breaks("in-use-cancels", in("u9-batches", "u9-batches-preempt"), P3)
                        .keeps("final", in("u9-batches", "u9-batches-preempt"), P3)
                        .remark(
                                "The batch decides it. A foreign owner adds nothing: the local CPU"
                                        + " is not in its mask (claim 20).")
                        .end(),
                claim(
                                18,
                                JB_2,
                                "non-leaf entries cannot be global",
                                "Only the guest's view and non-leaf entries matter; those cannot be"
                                        + " global, and bit 8 means nothing else there.")
                        .expect(HOLDS_IF, "yes, thanks to the refusal of G above L1")
                        .keeps("v1-nonglobal", in("u1-linear-uvm-spares"), P3)
                        .onlyIf(
                                "Xen refuses G above L1: in the linear map non-leaf entries are"
                                        + " leaves, and their G would count")
                        .keeps("v1-nonglobal", in("u1-linear-uvm-g-spares"), P3)
                        .end(),
                claim(
                                19,
                                JB_3,
                                "all dirty CPUs need the flush, and T is enough",
                                "All dirty CPUs need the flush, the local one too; FLUSH_TLB is"
                                        + " enough.")
                        .expect(HOLDS, "yes")
                        .enough("final")
                        .keeps("v1-nonglobal", everywhere(), P3)
                        .keeps("final", everywhere(), P3)
                        .breaks("final~no-local-tlb", in("u1-linear-uvm"), P3)
                        .breaks("final~no-remote-tlb", in("u4-smp-linear"), P3)
                        .end(),
                claim(
                                20,
                                JB_3,
                                "a foreign owner's dirty mask lacks this CPU",
                                "The dirty mask of a foreign pt_owner cannot contain the local"
                                        + " CPU.")
                        .expect(HOLDS, "yes")
                        .avoids(
                                "final",
                                Scene.FOREIGN_MASK_HAS_THIS_CPU,
                                in(
                                        "u6-toolstack",
                                        "u6-toolstack-xpti",
                                        "u6-toolstack-migrate",
                                        "u6-shared"))
                        .keeps(
                                "final",
                                in("u6-toolstack", "u6-toolstack-xpti", "u6-toolstack-migrate"),
                                P6)
                        .end(),
                claim(
                                21,
                                JB_3,
                                "nor is a foreign L4 in use here",
                                "Nor can the edited L4 be in use here then: domains do not share"
                                        + " tables.")
                        .expect(HOLDS, "yes")
                        .avoids(
                                "final",
                                Scene.FOREIGN_L4_IS_IN_USE_HERE,
                                in(
                                        "u6-toolstack",
                                        "u6-toolstack-xpti",
                                        "u6-toolstack-migrate",
                                        "u6-shared"))
                        .keeps(
                                "final",
                                in("u6-toolstack", "u6-toolstack-xpti", "u6-toolstack-migrate"),
                                P8)
                        .end(),
                claim(
                                22,
                                JB_3,
                                "R on the local CPU repeats the explicit store",
                                "FLUSH_ROOT_PGTBL on the local CPU is redundant with the explicit"
                                        + " store.")
                        .expect(HOLDS, "yes")
                        .keeps("v1-root-not-local", everywhereWithXpti(), P1, P2, P5)
                        .keeps("v1", everywhereWithXpti(), P1, P2, P5)
                        .sameVerdicts("v1", "v1-root-not-local", everywhereWithXpti())
                        .breaks("draft", in("u2-xpti-boot"), P2)
                        .end(),
                claim(
                                23,
                                JB_3,
                                "then drop the explicit store instead",
                                "Perhaps the explicit store should go instead, now that a local"
                                        + " flush happens anyway.")
                        .expect(REFUTED, "no (T6)")
                        .keeps("draft", everywhereWithXpti(), P1, P2, P5)
                        .end(),
                claim(
                                24,
                                JB_3,
                                "the others still need G and R",
                                "In the old sync case the other CPUs still need the global flush"
                                        + " and the root sync.")
                        .expect(HOLDS_IF, "R yes, G no")
                        .breaks("final~no-remote-root", in("u3-xpti-smp"), P1, P2)
                        .keeps("beulich-matrix", everywhereWithXpti(), P1, P2, P3, P5)
                        .onlyIf("it is about R: without G nothing breaks")
                        .breaksSomewhere("final", everywhereWithXpti(), P1, P2, P3, P5)
                        .end(),
                claim(
                                25,
                                JB_3,
                                "the local CPU does not need G",
                                "The global part of the flush is not needed on the local CPU.")
                        .expect(HOLDS, "yes")
                        .keeps("beulich-matrix", everywhere(), P1, P2, P3, P5)
                        .keeps("beulich-matrix", in("u1-linear-uvm-spares"), P3)
                        .end(),
                claim(
                                26,
                                JB_3,
                                "by flush_local or by hand, the flag is the same",
                                "Setting the local flag through flush_local or directly makes no"
                                        + " difference.")
                        .expect(HOLDS, "yes")
                        .alike("final", ClaimPolicies.FINAL_WITH_STORE, everywhereWithXpti())
                        .sameVerdicts("final", ClaimPolicies.FINAL_WITH_STORE, everywhereWithXpti())
                        .sameVerdicts("v1", "v1-root-not-local", everywhereWithXpti())
                        .breaks("final~no-local-root", in("u2-xpti-boot"), P2)
                        .remark(
                                "The comparison counts a store as the flag; v1-root-not-local also"
                                        + " stores at another time, with each entry and not at the"
                                        + " end.")
                        .end(),
                claim(
                                27,
                                AC_5,
                                "without the explicit store dom0 crashes early",
                                "Without the explicit store dom0 crashes very early.")
                        .expect(HOLDS, "yes")
                        .breaks("draft", in("u2-xpti-boot"), P5, P2)
                        .breaks("draft-no-local", in("u2-xpti-boot"), P5)
                        .keeps("v1", in("u2-xpti-boot"), P2, P5)
                        .end(),
                claim(
                                28,
                                AC_5,
                                "the cause: a single use never raises R",
                                "The cause: with a single use of the L4 nobody raises the root"
                                        + " flag, so the local CPU is left out.")
                        .expect(HOLDS, "yes")
                        .breaks("draft", in("u2-xpti-boot"), P2)
                        .keeps("draft", in("u3-xpti-smp", "u3-xpti-smp-pcid"), P1, P2, P5)
                        .keeps(ClaimPolicies.DRAFT_ALWAYS_ROOT, everywhereWithXpti(), P1, P2, P5)
                        .remark(
                                "The L4 has a single use in u2, two in u3; with the condition"
                                        + " dropped, the same draft is safe.")
                        .end(),
                claim(
                                29,
                                JB_4,
                                "T for all, R here, R and G for the others",
                                "Needed: T for everybody; here R as well; on the others R and G as"
                                        + " well.")
                        .expect(HOLDS_IF, "sufficient; G is not necessary")
                        .enough("final")
                        .keeps("beulich-matrix", everywhere(), P1, P2, P3, P5)
                        .breaks("final~no-local-tlb", in("u1-linear-uvm"), P3)
                        .breaks("final~no-remote-tlb", in("u4-smp-linear"), P3)
                        .breaks("final~no-local-root", in("u2-xpti-boot"), P2)
                        .breaks("final~no-remote-root", in("u3-xpti-smp"), P2)
                        .onlyIf("G is taken for enough and not for needed: final does without")
                        .breaksSomewhere("final", everywhereWithXpti(), P1, P2, P3, P5)
                        .end());
    }
}
