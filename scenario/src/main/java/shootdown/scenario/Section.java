package shootdown.scenario;

import java.util.List;

/**
 * Expectations, and when they are asked.
 *
 * @param policies the policies that they are for; empty for every policy
 * @param where on what
 * @param version of Xen, such as {@code 4.17}; empty for any
 * @param expectations at least one
 */
public record Section(
        List<String> policies, Where where, String version, List<Expectation> expectations) {
    /** On what expectations hold. */
    public enum Where {
        ANYWHERE,
        MODEL,
        XEN
    }

    public Section {
        policies = List.copyOf(policies);
        expectations = List.copyOf(expectations);
    }

    /** Whether it is asked when a policy runs on the model. */
    boolean appliesOnModel(String policy) {
        return where != Where.XEN && (policies.isEmpty() || policies.contains(policy));
    }

    /** Whether it is asked on a hypervisor of this version that flushes as the policy does. */
    boolean appliesOnXen(String policy, String xen) {
        boolean here = where == Where.ANYWHERE || (where == Where.XEN && isVersion(xen));
        return here && (policies.isEmpty() || policies.contains(policy));
    }

    private boolean isVersion(String xen) {
        return version.isEmpty() || xen.equals(version) || xen.startsWith(version + ".");
    }
}
