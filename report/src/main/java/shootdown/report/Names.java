package shootdown.report;

import shootdown.policy.CatalogueEntry;

import java.util.Locale;

/** How policies are called. */
public final class Names {
    private Names() {}

    /** The name, and the mark of a policy that asks more than Xen can know cheaply. */
    public static String of(CatalogueEntry policy) {
        return isIdeal(policy) ? policy.name() + " (ideal)" : policy.name();
    }

    /** Whether it is known to ask more than Xen can know cheaply, or did. */
    public static boolean isIdeal(CatalogueEntry policy) {
        return policy.ideal()
                || (policy.policy() instanceof IdealInUse found && found.askedTooMuch());
    }

    /** A name from a file, without what would command a terminal. */
    public static String printable(String name) {
        if (name.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            return name;
        }
        StringBuilder text = new StringBuilder();
        name.codePoints()
                .forEach(
                        c -> {
                            if (Character.isISOControl(c)
                                    || Character.getType(c) == Character.FORMAT
                                    || Character.getType(c) == Character.SURROGATE
                                    || Character.getType(c) == Character.LINE_SEPARATOR
                                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                                    || Character.getType(c) == Character.UNASSIGNED) {
                                text.append(String.format(Locale.ROOT, "\\u%04x", c));
                            } else {
                                text.appendCodePoint(c);
                            }
                        });
        return text.toString();
    }
}
