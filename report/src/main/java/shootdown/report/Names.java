package shootdown.report;

import shootdown.policy.CatalogueEntry;

/** How policies are called. */
final class Names {
    private Names() {}

    /** The name, and the mark of a policy that asks more than Xen can know cheaply. */
    static String of(CatalogueEntry policy) {
        return isIdeal(policy) ? policy.name() + " (ideal)" : policy.name();
    }

    /** Whether it is known to ask more than Xen can know cheaply, or did. */
    static boolean isIdeal(CatalogueEntry policy) {
        return policy.ideal()
                || (policy.policy() instanceof IdealInUse found && found.askedTooMuch());
    }
}
