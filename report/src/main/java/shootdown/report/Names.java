package shootdown.report;

import shootdown.policy.CatalogueEntry;

/** How policies are called. */
final class Names {
    private Names() {}

    /** The name, and the mark of a policy that asks more than Xen can know cheaply. */
    static String of(CatalogueEntry policy) {
        return policy.ideal() ? policy.name() + " (ideal)" : policy.name();
    }
}
