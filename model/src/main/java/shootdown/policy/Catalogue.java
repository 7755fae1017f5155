package shootdown.policy;

import java.util.List;
import java.util.Optional;

/**
 * All policies of the thread, in the order of its history: what was there before, the draft, the
 * posted versions with their variants, the two commits, and then ideas that were argued about or
 * that show what a part is for.
 *
 * <p>Each has a class, a test, a page in {@code docs/policies} and a row in the table there, all
 * under one name.
 */
public final class Catalogue {
    private static final List<CatalogueEntry> ENTRIES =
            List.of(
                    entry(
                            "none",
                            new None(),
                            "no flush at all",
                            "commit 178c9c3991, 2009-02-04",
                            Expectations.NONE),
                    entry(
                            "sync-guest",
                            new SyncGuest(),
                            "L4 with XPTI only: mark the local root copy if in use, G+R for the"
                                    + " others if used elsewhere",
                            "commits 18173843a5 and b7eb9d8bd6, 2018-05",
                            Expectations.SYNC_GUEST),
                    new CatalogueEntry(
                            "draft",
                            List.of("v1-no-explicit-root"),
                            new Draft(),
                            "L2 and above: G for all, +R if the L4 is used elsewhere; no direct"
                                    + " store",
                            "unpublished; told by Andrew Cooper, 2020-10-21 11:01",
                            false,
                            Expectations.DRAFT),
                    entry(
                            "draft-no-local",
                            new DraftNoLocal(),
                            "as draft, and the local CPU is left out if the L4 has a single use",
                            "unpublished; told by Andrew Cooper, 2020-10-21 11:01",
                            Expectations.DRAFT_NO_LOCAL),
                    entry(
                            "v1",
                            new V1(),
                            "L2 and above: G for all, +R if the L4 is used elsewhere; direct store"
                                    + " if it is in use here",
                            "first posted version, Andrew Cooper, 2020-10-20 16:24",
                            Expectations.SAFE),
                    entry(
                            "v1-root-not-local",
                            new V1RootNotLocal(),
                            "as v1, R for the others only",
                            "reply of Jan Beulich, 2020-10-20 16:48",
                            Expectations.SAFE),
                    entry(
                            "v1-nonglobal",
                            new V1Nonglobal(),
                            "as v1, T in place of G",
                            "replies of Jan Beulich, 2020-10-21",
                            Expectations.NOT_GLOBAL),
                    entry(
                            "beulich-matrix",
                            new BeulichMatrix(),
                            "L2 and above: T for all; +R here if in use; +R+G for the others if"
                                    + " used elsewhere",
                            "replies of Jan Beulich, 2020-10-21 07:55 and later",
                            Expectations.NOT_GLOBAL),
                    entry(
                            "v2",
                            new V2(),
                            "two sets, local and all: T in all; T+R in local if the L4 is in use;"
                                    + " R in all if used elsewhere",
                            "second posted version, Andrew Cooper, 2020-10-21 14:07",
                            Expectations.V2),
                    entry(
                            "v2-both-sets",
                            new V2BothSets(),
                            "as v2, but T in both sets, and G with the R of the others",
                            "review by Jan Beulich, 2020-10-21 14:56",
                            Expectations.NOT_GLOBAL),
                    entry(
                            "v2-superset",
                            new V2Superset(),
                            "as v2, but the local set takes over T from the common one before use",
                            "review by Jan Beulich, 2020-10-21 14:56",
                            Expectations.V2),
                    entry(
                            "local-may-skip",
                            new LocalMaySkip(),
                            "one set, and a mask of what the local CPU may skip; direct store if"
                                    + " the L4 is in use here",
                            "mail of Andrew Cooper, 2020-10-21 16:55 and later",
                            Expectations.NOT_GLOBAL),
                    entry(
                            "prepare",
                            new Prepare(),
                            "as sync-guest, R in place of G+R",
                            "commit 055e1c3a3d, Andrew Cooper, 2020-10-27",
                            Expectations.PREPARE),
                    entry(
                            "final",
                            new Final(),
                            "L2 and above: T for all; +R here if in use; +R for the others if used"
                                    + " elsewhere",
                            "commit 16a20963b3, Andrew Cooper, 2020-10-27",
                            Expectations.NOT_GLOBAL),
                    entry(
                            "skip-not-present",
                            new SkipNotPresent(),
                            "as final, no T if the old entry was not present",
                            "follow-up of Andrew Cooper, 2020-10-20",
                            Expectations.NOT_GLOBAL),
                    entry(
                            "linear-range",
                            new LinearRange(),
                            "as final, the linear range in place of T",
                            "first posted version, Andrew Cooper, 2020-10-20 16:24",
                            Expectations.LINEAR_RANGE),
                    entry(
                            "in-use-only",
                            new InUseOnly(),
                            "as final, but an L4 update flushes here only if the L4 is in use here",
                            "mail of Andrew Cooper, 2020-10-20 18:10",
                            Expectations.IN_USE_ONLY),
                    entry(
                            "in-use-cancels",
                            new InUseCancels(),
                            "as final, but no flush here if L4s were edited and none is in use"
                                    + " here",
                            "mail of Andrew Cooper, 2020-10-20 19:46",
                            Expectations.IN_USE_CANCELS),
                    entry(
                            "local-only",
                            new LocalOnly(),
                            "the local half of final",
                            "ours, to test the claims of 2020-10-20 17:20",
                            Expectations.LOCAL_ONLY),
                    entry(
                            "remote-only",
                            new RemoteOnly(),
                            "the remote half of final",
                            "ours, to test the claims of 2020-10-21 07:55",
                            Expectations.REMOTE_ONLY),
                    entry(
                            "per-entry",
                            new PerEntry(),
                            "as final, after each entry",
                            "ours, to test what both posted versions imply",
                            Expectations.NOT_GLOBAL),
                    entry(
                            "at-exit",
                            new AtExit(),
                            "as final, T at the next return to the guest",
                            "ours, to test the comment in commit 16a20963b3",
                            Expectations.AT_EXIT),
                    ideal(
                            "reaching-cpus",
                            new ReachingCpus(),
                            "as final, T only where the loaded L4 reaches the table",
                            "ours, for the mail of 2020-10-20 18:10, as a lower bound",
                            Expectations.REACHING_CPUS));

    private Catalogue() {}

    /** All entries, in the order of the thread. */
    public static List<CatalogueEntry> entries() {
        return ENTRIES;
    }

    /** Whether this very policy is one of the catalogue. */
    @SuppressWarnings("ReferenceEquality") // not one that only says that it is equal
    public static boolean contains(Policy policy) {
        return ENTRIES.stream().anyMatch(entry -> entry.policy() == policy);
    }

    /** The entry of that name or alias. */
    public static Optional<CatalogueEntry> find(String name) {
        return ENTRIES.stream()
                .filter(entry -> entry.name().equals(name) || entry.aliases().contains(name))
                .findFirst();
    }

    private static CatalogueEntry entry(
            String name,
            Policy policy,
            String rule,
            String source,
            List<Expectation> expectations) {
        return new CatalogueEntry(name, List.of(), policy, rule, source, false, expectations);
    }

    private static CatalogueEntry ideal(
            String name,
            Policy policy,
            String rule,
            String source,
            List<Expectation> expectations) {
        return new CatalogueEntry(name, List.of(), policy, rule, source, true, expectations);
    }
}
