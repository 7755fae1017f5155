package shootdown.scenario;

import shootdown.hardware.Pte;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Page-table entries in words: the frame, then how the flags differ from {@link #USUAL}.
 *
 * <p>Every 64-bit value has one text. What does not look like an entry is a number.
 */
final class EntryText {
    /** What guests write nearly always: present, writable, user, accessed and dirty. */
    static final long USUAL = Pte.PRESENT | Pte.RW | Pte.USER | Pte.ACCESSED | Pte.DIRTY;

    /** Words that take a usual bit away. */
    static final Map<String, Long> CLEARED = cleared();

    /** Words that add a bit. */
    static final Map<String, Long> ADDED = added();

    private EntryText() {}

    private static Map<String, Long> cleared() {
        Map<String, Long> words = new LinkedHashMap<>();
        words.put("np", Pte.PRESENT);
        words.put("ro", Pte.RW);
        words.put("su", Pte.USER);
        words.put("noa", Pte.ACCESSED);
        words.put("nod", Pte.DIRTY);
        return words;
    }

    private static Map<String, Long> added() {
        Map<String, Long> words = new LinkedHashMap<>();
        words.put("pwt", Pte.PWT);
        words.put("pcd", Pte.PCD);
        words.put("pat", Pte.PSE);
        words.put("g", Pte.GLOBAL);
        words.put("gk", Pte.GUEST_KERNEL);
        words.put("nx", Pte.NX);
        return words;
    }

    /** The flags after one more word. */
    static long with(long flags, String word) {
        return CLEARED.containsKey(word)
                ? flags & ~CLEARED.getOrDefault(word, 0L)
                : flags | ADDED.getOrDefault(word, 0L);
    }

    static String text(long value, Names names) {
        if (value == 0) {
            return "none";
        }
        long mfn = (value & Pte.MFN_MASK) >>> Pte.PAGE_SHIFT;
        boolean isEntry =
                Pte.isPresent(value)
                        ? mfn != 0 || (value & USUAL & ~Pte.RW) == (USUAL & ~Pte.RW)
                        : mfn != 0 && mfn < names.frameCount();
        return isEntry
                ? names.frame(mfn) + flags(Pte.flags(value))
                : "0x" + Long.toHexString(value);
    }

    private static String flags(long flags) {
        StringBuilder text = new StringBuilder();
        CLEARED.forEach((word, bit) -> text.append((flags & bit) == 0 ? " " + word : ""));
        long rest = flags & ~USUAL;
        for (Map.Entry<String, Long> word : ADDED.entrySet()) {
            if ((rest & word.getValue()) != 0) {
                text.append(' ').append(word.getKey());
                rest &= ~word.getValue();
            }
        }
        for (; rest != 0; rest &= rest - 1) {
            text.append(" bit(").append(Long.numberOfTrailingZeros(rest)).append(')');
        }
        return text.toString();
    }
}
