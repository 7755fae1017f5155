package shootdown.checker;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What must hold in every state, or after every call, of every universe. */
public enum Property {
    /** Of walks by hardware, and of those that Xen does by software for a fault. */
    P1(
            "type-safety",
            "no CPU may write, through a guest address, a page that is in use as a table or"
                    + " descriptor page, no CPU may walk, as a table, a page that the guest may"
                    + " write, and a descriptor page in use has only what its owner may have"),
    P2(
            "root-copy",
            "whenever a CPU runs the guest, every guest slot of its root copy is legal for the"
                    + " loaded L4"),
    P3(
            "linear-freshness",
            "whatever Xen could read through the linear map between two sub-calls is legal"),
    P4(
            "guest-flush",
            "when a flush that the guest asked for returns, no CPU that it was for holds a result"
                    + " that uses a value replaced before the request"),
    P5(
            "progress",
            "a fresh walk from the root in use finds every entry that a finished call made"
                    + " present"),
    P6(
            "dirty-mask",
            "a CPU is in the dirty mask of the domain whose tables it has loaded and, outside of a"
                    + " context switch, in no other's"),
    P7("accounting", "the counts of every frame equal the references that exist"),
    P8(
            "ownership",
            "no CPU holds a translation to a frame of another domain than the one whose tables it"
                    + " has loaded, and every vCPU runs on tables of its own domain"),
    P9(
            "delivery",
            "every must-do flag of a call has been executed by every dirty CPU when the call"
                    + " returns"),
    /** Strict, and judged only when it is asked for. */
    S1(
            "linear-coherence",
            "when a call returns, no CPU has anything stale cached of its linear map, whether or"
                    + " not anybody could read it before it is flushed otherwise (only if asked)");

    private static final long ALL = (1L << values().length) - 1;

    private final String title;
    private final String says;

    Property(String title, String says) {
        this.title = title;
        this.says = says;
    }

    /** A short name, such as {@code linear-freshness}. */
    public String title() {
        return title;
    }

    /** Whether every check judges it; what is optional, Xen does not owe to anybody. */
    public boolean isOptional() {
        return this == S1;
    }

    /** Those that every check judges. */
    public static List<Property> byDefault() {
        return Arrays.stream(values()).filter(property -> !property.isOptional()).toList();
    }

    /** What must hold, in one sentence. */
    public String says() {
        return says;
    }

    /** Its number in the engine's masks and counters. */
    @SuppressWarnings("EnumOrdinal") // the one place
    public int index() {
        return ordinal();
    }

    @SuppressWarnings("EnumOrdinal") // the inverse
    static Property at(int index) {
        return values()[index];
    }

    /** Its bit in the engine's masks. */
    public long bit() {
        return 1L << index();
    }

    /** Those of a mask. */
    public static Set<Property> in(long mask) {
        Set<Property> properties = EnumSet.noneOf(Property.class);
        for (long left = mask & ALL; left != 0; left &= left - 1) {
            properties.add(at(Long.numberOfTrailingZeros(left)));
        }
        return properties;
    }

    /** The property with this id or title, in any case. */
    public static Optional<Property> find(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Property property : values()) {
            if (property.name().toLowerCase(Locale.ROOT).equals(wanted)
                    || property.title.equals(wanted)) {
                return Optional.of(property);
            }
        }
        return Optional.empty();
    }
}
