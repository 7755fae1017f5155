package shootdown.capture.raw;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/**
 * What a line of Linux's trace says behind the event's name, in the kernel's words or in those of
 * {@code trace-cmd report}, which cannot carry out the kernel's formats and prints fields instead:
 * hexadecimal with 0x, else decimal.
 */
final class LinuxBody {
    private static final String UNFORMATTED = "[FAILED TO PARSE]";
    private static final int ARGUMENTS = 6;

    private static final int PIN_L1 = 0;
    private static final int UNPIN = 4;

    /** Linux counts levels from the top, the L4 twice: PT_PTE. */
    private static final int LOWEST = 4;

    /** XEN_MC_XE_OK. */
    private static final long TAKEN = 0;

    private final String text;
    private final boolean unformatted;

    LinuxBody(String text) {
        this.text = text;
        this.unformatted = text.startsWith(UNFORMATTED);
    }

    /** A field with a wrong value; whoever reads the line adds where it is. */
    static final class BadField extends Exception {
        private static final long serialVersionUID = 1L;

        BadField(String field, String problem) {
            super("field " + field + ": " + problem);
        }
    }

    /** What an event of this name says, or null if it is of no use. */
    static @Nullable LinuxEvent read(String event, String body) throws BadField {
        LinuxBody fields = new LinuxBody(body);
        return switch (event) {
            case "xen_mmu_set_pte" -> fields.set(LinuxEvent.Setter.PTE);
            case "xen_mmu_set_pmd" -> fields.set(LinuxEvent.Setter.PMD);
            case "xen_mmu_set_pud" -> fields.set(LinuxEvent.Setter.PUD);
            case "xen_mmu_set_p4d" -> fields.set(LinuxEvent.Setter.P4D);
            case "xen_mmu_ptep_modify_prot_commit" -> fields.set(LinuxEvent.Setter.MODIFY);
            case "p_xen_set_pte_0" -> fields.probe(LinuxEvent.Setter.PTE);
            case "p_xen_set_pmd_0" -> fields.probe(LinuxEvent.Setter.PMD);
            case "p_xen_set_pud_0" -> fields.probe(LinuxEvent.Setter.PUD);
            case "p_xen_set_p4d_0" -> fields.probe(LinuxEvent.Setter.P4D);
            case "p_xen_ptep_modify_prot_commit_0" -> fields.probe(LinuxEvent.Setter.MODIFY);
            case "p_xen_do_pin_0" -> fields.pin();
            case "p_xen_flush_tlb_0" -> new LinuxEvent.FlushLocal();
            case "xen_mmu_alloc_ptpage" -> fields.pinOfTable(PIN_L1);
            case "xen_mmu_release_ptpage" -> fields.pinOfTable(UNPIN);
            case "xen_mmu_flush_tlb_one_user" -> new LinuxEvent.FlushPage(fields.number("addr"));
            case "xen_mmu_flush_tlb_multi" -> fields.flushMany();
            case "xen_mmu_write_cr3" ->
                    new LinuxEvent.Base(body.startsWith("kernel"), fields.number("cr3"));
            case "xen_mc_entry" -> fields.entry();
            case "xen_mc_extend_args" -> fields.extend();
            case "xen_mc_flush" -> new LinuxEvent.Issue(fields.small("flushing"));
            default -> null;
        };
    }

    private LinuxEvent set(LinuxEvent.Setter setter) throws BadField {
        String pointer = setter.word + "p";
        long kva = kernelAddress(setter == LinuxEvent.Setter.P4D ? "p4dp" : pointer);
        long userKva = 0;
        if (setter == LinuxEvent.Setter.P4D && number("user_p4dp") != 0) {
            userKva = kernelAddress("user_p4dp");
        }
        return new LinuxEvent.Set(
                setter, kva, userKva, number(unformatted ? setter.word + "val" : "raw"));
    }

    private LinuxEvent probe(LinuxEvent.Setter setter) throws BadField {
        boolean oldKnown = !text.contains("old=(fault)");
        return new LinuxEvent.Probe(
                setter,
                kernelAddress("ptr"),
                number("val"),
                oldKnown,
                oldKnown ? number("old") : 0);
    }

    private LinuxEvent pin() throws BadField {
        long command = number("level");
        if (command < 0 || command > 4) {
            throw new BadField("level", "%d is no pin or unpin (0 to 4)".formatted(command));
        }
        return new LinuxEvent.Pin((int) command, number("pfn"));
    }

    /**
     * A table gets into a pinned tree, or leaves one. Linux pins each L1 on its own, to lock them
     * one by one, and does so here without the function that has a probe.
     */
    private @Nullable LinuxEvent pinOfTable(int command) throws BadField {
        boolean pinned = text.endsWith(" pinned");
        return pinned && small("level") == LOWEST
                ? new LinuxEvent.Pin(command, number("pfn"))
                : null;
    }

    private LinuxEvent flushMany() throws BadField {
        return new LinuxEvent.FlushMany(
                (int) number("ncpus"), number("mm"), number("addr"), number("end"));
    }

    private LinuxEvent entry() throws BadField {
        return new LinuxEvent.Entry(small("op"), unformatted ? argumentBytes() : arguments());
    }

    private LinuxEvent extend() throws BadField {
        boolean taken = unformatted ? number("res") == TAKEN : text.endsWith("res OK");
        return new LinuxEvent.Extend(small("op"), taken);
    }

    /** {@code args [ffff888005e08000, 8000000035e08061, 0, 0, 0, 0]}. */
    private long[] arguments() throws BadField {
        List<String> words = list("args [");
        long[] arguments = new long[ARGUMENTS];
        for (int i = 0; i < Math.min(ARGUMENTS, words.size()); i++) {
            arguments[i] = parse("args", words.get(i), 16);
        }
        return arguments;
    }

    /** {@code args=ARRAY[00, 80, e0, 05, …]}: bytes, the lowest first. */
    private long[] argumentBytes() throws BadField {
        List<String> bytes = list("args=ARRAY[");
        long[] arguments = new long[ARGUMENTS];
        for (int i = 0; i < Math.min(ARGUMENTS * Long.BYTES, bytes.size()); i++) {
            arguments[i / Long.BYTES] |=
                    parse("args", bytes.get(i), 16) << (i % Long.BYTES * Byte.SIZE);
        }
        return arguments;
    }

    private List<String> list(String opening) throws BadField {
        int from = text.indexOf(opening);
        int to = text.indexOf(']', Math.max(0, from) + opening.length());
        if (from < 0 || to < 0) {
            throw new BadField("args", "no list in [ ]");
        }
        return List.of(text.substring(from + opening.length(), to).split(", *"));
    }

    /** An address in Linux's half; anything else is one that the kernel has hidden. */
    private long kernelAddress(String field) throws BadField {
        long address = number(field);
        if (address >>> 47 != 0x1ffff) {
            throw new BadField(
                    field,
                    "%x is no address of the kernel; boot Linux with no_hash_pointers"
                            .formatted(address));
        }
        return address;
    }

    /** A number that is decimal in all forms: a count, or the number of a hypercall. */
    private int small(String field) throws BadField {
        String word = word(field);
        int end = 0;
        while (end < word.length() && Character.isDigit(word.charAt(end))) {
            end++;
        }
        long number = parse(field, word.substring(0, end), 10);
        if (number < 0 || number > 1 << 20) {
            throw new BadField(field, "%d is out of range".formatted(number));
        }
        return (int) number;
    }

    long number(String field) throws BadField {
        String word = word(field);
        if (word.startsWith("0x")) {
            return parse(field, word.substring(2), 16);
        }
        return parse(field, word, unformatted ? 10 : 16);
    }

    private static long parse(String field, String digits, int radix) throws BadField {
        try {
            return Long.parseUnsignedLong(digits, radix);
        } catch (NumberFormatException e) {
            throw new BadField(
                    field,
                    String.format(
                            Locale.ROOT,
                            "'%s' is no %s number of 64 bits",
                            digits,
                            radix == 16 ? "hexadecimal" : "decimal"));
        }
    }

    /** The word behind a field's name and a blank or an equals sign. */
    private String word(String field) throws BadField {
        int at = text.indexOf(field);
        while (at >= 0 && !isName(at, field.length())) {
            at = text.indexOf(field, at + 1);
        }
        if (at < 0) {
            throw new BadField(field, "is missing");
        }
        int from = at + field.length() + 1;
        int to = from;
        while (to < text.length() && " ,)".indexOf(text.charAt(to)) < 0) {
            to++;
        }
        return text.substring(from, to);
    }

    private boolean isName(int at, int length) {
        boolean begins = at == 0 || " (".indexOf(text.charAt(at - 1)) >= 0;
        int behind = at + length;
        return begins
                && behind + 1 < text.length()
                && (text.charAt(behind) == ' ' || text.charAt(behind) == '=');
    }
}
