package shootdown.claims;

import static shootdown.checker.Property.P1;
import static shootdown.checker.Property.P2;
import static shootdown.checker.Property.P3;
import static shootdown.checker.Property.P5;
import static shootdown.checker.Property.P9;
import static shootdown.claims.Claim.claim;
import static shootdown.claims.Source.AC_6;
import static shootdown.claims.Source.AC_REPLY;
import static shootdown.claims.Source.AC_V1;
import static shootdown.claims.Source.AC_V2;
import static shootdown.claims.Source.BOTH;
import static shootdown.claims.Source.JB_LAST;
import static shootdown.claims.Source.JB_REVIEW;
import static shootdown.claims.Verdict.HOLDS;
import static shootdown.claims.Verdict.HOLDS_IF;
import static shootdown.claims.Verdict.NOT_A_MODEL_QUESTION;
import static shootdown.claims.Where.everywhere;
import static shootdown.claims.Where.everywhereWithXpti;
import static shootdown.claims.Where.everywhereWithoutXpti;
import static shootdown.claims.Where.in;
import static shootdown.claims.Where.lacking;

import shootdown.hypervisor.Defect;

import java.util.List;

/** Claims 30 to 45: the second posted version and its review, 2020-10-21. */
final class SecondVersionClaims {
    private SecondVersionClaims() {}

    static List<Claim> all() {
        return List.of(
                claim(
                                30,
                                AC_V2,
                                "no G above L1, so FLUSH_TLB is enough",
                                "Guests cannot set G at L2 and above; so nothing in the linear map"
                                        + " is global, and FLUSH_TLB is enough.")
                        .expect(HOLDS, "yes")
                        .enough("final")
                        .keeps("v2", everywhere(), P3)
                        .keeps("v1-nonglobal", in("u1-linear-uvm-spares"), P3)
                        .breaks("v1-nonglobal", in("u1-linear-uvm-g-spares"), P3)
                        .end(),
                claim(
                                31,
                                JB_REVIEW,
                                "v2's local set must hold all of the common one",
                                "v2 relies on the local set, when it is not empty, containing all"
                                        + " of the common one: a trap for later editors.")
                        .expect(HOLDS, "yes")
                        .keeps("v2", everywhere(), P1, P2, P3, P5)
                        .breaks("v2", in("u3-must-do"), P9)
                        .breaks(ClaimPolicies.V2_SPRUNG, in("u1-linear-uvm"), P3)
                        .keeps("v1", in("u3-must-do"), P9)
                        .end(),
                claim(
                                32,
                                JB_REVIEW,
                                "remedy: T in both sets, or taken over",
                                "Remedy: put T into both sets, or let the local set take over T"
                                        + " from the common one before use.")
                        .expect(HOLDS, "yes")
                        .keeps("v2-both-sets", everywhere(), P1, P2, P3, P5)
                        .keeps("v2-superset", everywhere(), P1, P2, P3, P5)
                        .breaks(ClaimPolicies.V2_SPRUNG, in("u1-linear-uvm"), P3)
                        .keeps(ClaimPolicies.V2_SPRUNG_SUPERSET, everywhere(), P1, P2, P3, P5)
                        .end(),
                claim(
                                33,
                                JB_REVIEW,
                                "root_pgt_changed is harmless without XPTI",
                                "Setting root_pgt_changed without XPTI does no harm.")
                        .expect(HOLDS, "yes")
                        .keeps("v2", everywhereWithoutXpti(), P1, P3)
                        .sameVerdicts("v2", "final", everywhereWithoutXpti())
                        .end(),
                claim(
                                34,
                                AC_REPLY,
                                "that v2 set it so was an accident",
                                "That v2 set it without XPTI was an accident.")
                        .expect(NOT_A_MODEL_QUESTION, "not a model question")
                        .beyondTheModel("It is about what someone meant, not about what happens.")
                        .end(),
                claim(
                                35,
                                JB_REVIEW,
                                "the sync must carry G, or its commit overdid it",
                                "The root sync must carry G too, or else the commit that introduced"
                                        + " G went too far.")
                        .expect(HOLDS, "the second half is right: it went too far")
                        .keeps("prepare", everywhereWithXpti(), P1, P2, P5)
                        .keeps("final", everywhereWithXpti(), P1, P2, P3, P5)
                        .onlyIf(
                                "the linear map is flushed as well, as v2 does: where nothing else"
                                        + " flushes it, the G of the sync does so on other CPUs")
                        .sameVerdicts("sync-guest", "prepare", everywhereWithXpti())
                        .remark(
                                "Of the two halves the second is true: for root copies and the"
                                        + " guest's own view G did nothing, and beside T it does"
                                        + " nothing.")
                        .differs(
                                HOLDS_IF,
                                "Taken out by itself, as 055e1c3a3d did one commit before the"
                                    + " linear map was flushed, G is missed: an L4 edit under XPTI"
                                    + " without PCID then leaves what another CPU in Xen has cached"
                                    + " of the linear map, which sync-guest flushed by chance."
                                    + " Reading had called the two equally safe.")
                        .end(),
                claim(
                                36,
                                AC_REPLY,
                                "the common set may include this CPU",
                                "The common set must not be called remote: it may include the"
                                        + " current CPU.")
                        .expect(HOLDS, "yes")
                        .breaks(ClaimPolicies.V2_REMOTE, in("u1-linear-uvm", "u5-recursive"), P3)
                        .keeps("v2", in("u1-linear-uvm", "u5-recursive"), P3)
                        .end(),
                claim(
                                37,
                                AC_REPLY,
                                "who needs T, G and R, and who may skip them",
                                "T for changes of structure; G and R for XPTI; G and R may be"
                                        + " skipped here if no L4 in use was updated, elsewhere if"
                                        + " all references are held here.")
                        .expect(HOLDS_IF, "yes (G moot)")
                        .keeps("local-may-skip", everywhere(), P1, P2, P3, P5)
                        .keeps("beulich-matrix", everywhere(), P1, P2, P3, P5)
                        .breaks("final~no-local-root", in("u2-xpti-boot"), P2)
                        .breaks("final~no-remote-root", in("u3-xpti-smp"), P2)
                        .onlyIf("G is taken for enough and not for needed: final does without")
                        .breaksSomewhere("final", everywhereWithXpti(), P1, P2, P3, P5)
                        .end(),
                claim(
                                38,
                                AC_REPLY,
                                "a foreign pt_owner complicates everything",
                                "A foreign pt_owner, a toolstack that builds a domain, makes"
                                        + " everything complicated.")
                        .expect(HOLDS_IF, "partly: not while the owner is paused")
                        .breaks(ClaimPolicies.OWN_ONLY, in("u6-toolstack"), P3)
                        .keeps(
                                "final",
                                in("u6-toolstack", "u6-toolstack-xpti", "u6-toolstack-migrate"),
                                P1,
                                P3)
                        .onlyIf(
                                "the owner runs: while it is paused, or has never run, its edits"
                                        + " need nothing")
                        .breaksSomewhere(
                                ClaimPolicies.OWN_ONLY,
                                in(
                                        "u6-paused",
                                        "u6-paused-xpti-pcid",
                                        "u6-built",
                                        "u6-built-xpti-pcid"),
                                P1,
                                P2,
                                P3,
                                P5)
                        .end(),
                claim(
                                39,
                                AC_REPLY,
                                "the second half of \"all or local\" is redundant",
                                "The second half of \"all or local\" is redundant today: a"
                                    + " non-empty local set implies a non-empty common one. It is"
                                    + " not relied on.")
                        .expect(HOLDS, "yes")
                        .alike("v2", ClaimPolicies.V2_EITHER, everywhere())
                        .end(),
                claim(
                                40,
                                BOTH,
                                "bitwise or logical; copy and clear, or and-not",
                                "Bitwise or logical or; copying and clearing, or and-not.")
                        .expect(NOT_A_MODEL_QUESTION, "not a model question")
                        .beyondTheModel(
                                "They do the same; which is faster or clearer no run tells.")
                        .end(),
                claim(
                                41,
                                AC_6,
                                "taking T over still loses FLUSH_CACHE",
                                "Taking over T into the local set is still wrong if FLUSH_CACHE had"
                                        + " been accumulated: general accumulation, a local special"
                                        + " case and a catch-all do not go together.")
                        .expect(HOLDS, "yes")
                        .breaks("v2-superset", in("u3-must-do"), P9)
                        .keeps("v2-both-sets", in("u3-must-do"), P9)
                        .keeps("v2-superset", in("u3-must-do"), P1, P2)
                        .end(),
                claim(
                                42,
                                AC_6,
                                "one set and a mask to skip is less fragile",
                                "One set of flags, and a mask of what the local CPU may skip, would"
                                        + " be less fragile.")
                        .expect(HOLDS_IF, "partly: not without a second mechanism")
                        .keeps("local-may-skip", everywhere(), P1, P2, P3, P5)
                        .keeps("local-may-skip", in("u3-must-do"), P9)
                        .onlyIf(
                                "the direct store stays beside it: a mask can say \"not here\", but"
                                        + " not \"only here\"")
                        .keeps("local-may-skip~no-root-store", in("u2-xpti-boot"), P2)
                        .end(),
                claim(
                                43,
                                AC_V1,
                                "one flush at the end of the batch is enough",
                                "Flushing once, at the end of the batch, is enough; not after each"
                                        + " entry (implied by both versions).")
                        .expect(HOLDS, "yes")
                        .enough("final")
                        .keeps(
                                "final",
                                in(
                                        "u9-batches",
                                        "u9-batches-smp",
                                        "u9-batches-preempt",
                                        "u9-batches-smp-preempt",
                                        "u9-batches-xpti-pcid-preempt"),
                                P3)
                        .sameVerdicts("final", "per-entry", everywhere())
                        .breaks("none", in("u9-batches", "u9-batches-smp"), P3)
                        .onlyIf(
                                "the end is that of each invocation: a batch that is preempted"
                                        + " flushes before it is continued")
                        .keeps(
                                "final",
                                lacking(
                                        Defect.NO_FLUSH_BEFORE_CONTINUATION,
                                        "u9-batches-preempt",
                                        "u9-batches-smp-preempt"),
                                P3)
                        .differs(
                                HOLDS_IF,
                                "Reading took the end of the batch and the end of an invocation for"
                                        + " one. A batch may be preempted, and a handler of the"
                                        + " guest's may make hypercalls before it goes on; if the"
                                        + " flush waits for the very end, these read stale"
                                        + " entries. Xen flushes at the end of each invocation.")
                        .end(),
                claim(
                                44,
                                JB_LAST,
                                "a domain under construction needs no flush",
                                "While a domain is built its L4 cannot be in use, so nothing needs"
                                        + " flushing; the mask is empty, so a special case buys"
                                        + " nothing.")
                        .expect(HOLDS_IF, "yes for paused owners")
                        .keepsUnflushed(
                                "none",
                                in(
                                        "u6-paused",
                                        "u6-paused-xpti-pcid",
                                        "u6-built",
                                        "u6-built-xpti-pcid"),
                                P1,
                                P2,
                                P3,
                                P5)
                        .alike(
                                "final",
                                ClaimPolicies.OWN_ONLY,
                                in(
                                        "u6-paused",
                                        "u6-paused-xpti-pcid",
                                        "u6-built",
                                        "u6-built-xpti-pcid"))
                        .onlyIf("the owner is paused or has never run")
                        .keepsUnflushed("none", in("u6-toolstack"), P3)
                        .end(),
                claim(
                                45,
                                JB_LAST,
                                "T here even if the L4 is not in use here",
                                "v2 must not leave T out here when the L4 is not in use: it may"
                                        + " hang below the loaded one.")
                        .expect(HOLDS, "yes")
                        .breaks(
                                "in-use-only",
                                in("u10-ptwr-recursive", "u5-recursive", "u5-recursive-smp"),
                                P3)
                        .keeps(
                                "v2",
                                in("u10-ptwr-recursive", "u5-recursive", "u5-recursive-smp"),
                                P3)
                        .end());
    }
}
