package shootdown.scenario;

import shootdown.hypervisor.DomId;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The words that a text gives to numbers, or that the interface of Xen does. Both directions. */
final class Names {
    /** What hypercalls return, by name. */
    static final Map<String, Integer> ERRORS = errors();

    /** Exceptions, by name. */
    static final Map<String, Integer> VECTORS =
            new TreeMap<>(Map.of("UD", 6, "TS", 10, "NP", 11, "SS", 12, "GP", 13, "PF", 14));

    /** Bits of a page fault's error code, from bit 0. */
    static final List<String> FAULT_BITS = List.of("present", "write", "user", "reserved", "fetch");

    /** VMASST_TYPE_*, by name. */
    static final Map<String, Integer> ASSISTS =
            new TreeMap<>(
                    Map.of(
                            "segments_4gb", 0,
                            "segments_4gb_notify", 1,
                            "writable_pagetables", 2,
                            "pae_extended_cr3", 3,
                            "architectural_iopl", 4,
                            "runstate_update_flag", 5,
                            "m2p_strict", 32));

    /** GNTMAP_*, by name, without contains_pte, which the target of a mapping tells. */
    static final Map<String, Integer> GRANT_FLAGS = grantFlags();

    /** Reserved domain ids, by name. */
    static final Map<String, Integer> DOMAINS = domains();

    private final List<String> frames;
    private final Map<String, Integer> domains = new LinkedHashMap<>();

    Names(Setting setting) {
        frames = setting.frameNames();
        setting.allDomains().forEach(domain -> domains.put(domain.name(), domain.id()));
    }

    /** The number of a frame, or -1. */
    int frame(String name) {
        return frames.indexOf(name);
    }

    /** The frame's name, or {@code mfn(0x…)} if there is none with this number. */
    String frame(long mfn) {
        return mfn >= 0 && mfn < frames.size() ? frames.get((int) mfn) : "mfn(0x%x)".formatted(mfn);
    }

    int frameCount() {
        return frames.size();
    }

    List<String> frames() {
        return frames;
    }

    Map<String, Integer> ownDomains() {
        return domains;
    }

    String domain(int domid) {
        return key(domains, domid)
                .or(() -> key(DOMAINS, domid))
                .orElseGet(() -> "domid(%d)".formatted(domid));
    }

    static String code(int rc) {
        return key(ERRORS, -rc).map(name -> "-" + name).orElseGet(() -> Integer.toString(rc));
    }

    static Optional<String> key(Map<String, Integer> words, int number) {
        return words.entrySet().stream()
                .filter(word -> word.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Map<String, Integer> errors() {
        Map<String, Integer> errors = new LinkedHashMap<>();
        errors.put("EPERM", 1);
        errors.put("ENOENT", 2);
        errors.put("ESRCH", 3);
        errors.put("EINTR", 4);
        errors.put("E2BIG", 7);
        errors.put("EAGAIN", 11);
        errors.put("ENOMEM", 12);
        errors.put("EACCES", 13);
        errors.put("EFAULT", 14);
        errors.put("EBUSY", 16);
        errors.put("EEXIST", 17);
        errors.put("ENODEV", 19);
        errors.put("EINVAL", 22);
        errors.put("ENOSPC", 28);
        errors.put("ERANGE", 34);
        errors.put("ENOSYS", 38);
        errors.put("EOPNOTSUPP", 95);
        return errors;
    }

    private static Map<String, Integer> grantFlags() {
        Map<String, Integer> flags = new LinkedHashMap<>();
        flags.put("device", 1);
        flags.put("host", 2);
        flags.put("ro", 4);
        flags.put("application", 8);
        flags.put("can_fail", 32);
        return flags;
    }

    private static Map<String, Integer> domains() {
        Map<String, Integer> domains = new LinkedHashMap<>();
        domains.put("self", DomId.SELF);
        domains.put("io", DomId.IO);
        domains.put("xen", DomId.XEN);
        domains.put("cow", DomId.COW);
        domains.put("invalid", DomId.INVALID);
        return domains;
    }
}
