package shootdown.scenario;

import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;

import shootdown.hardware.VirtualAddress;
import shootdown.scenario.grammar.ScenarioParser;
import shootdown.scenario.grammar.ScenarioParser.DomidContext;
import shootdown.scenario.grammar.ScenarioParser.NamedContext;
import shootdown.scenario.grammar.ScenarioParser.NumberedContext;
import shootdown.scenario.grammar.ScenarioParser.PlaceContext;
import shootdown.scenario.grammar.ScenarioParser.RawVaContext;
import shootdown.scenario.grammar.ScenarioParser.SignedContext;
import shootdown.scenario.grammar.ScenarioParser.SlotsOfVaContext;
import shootdown.scenario.grammar.ScenarioParser.VaContext;
import shootdown.scenario.grammar.ScenarioParser.ValueContext;
import shootdown.words.Nearest;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** Reads the small things: numbers, names, frames, addresses and entries. Says where they fail. */
final class WordReader {
    static final int SLOTS = 512;

    /** The largest frame number that an entry can name. */
    private static final long MOST_MFN = 0xFF_FFFF_FFFFL;

    private final String file;

    WordReader(String file) {
        this.file = file;
    }

    ScenarioError at(Token token, String problem) {
        return ScenarioError.at(file, token.getLine(), token.getCharPositionInLine() + 1, problem);
    }

    ScenarioError at(ParserRuleContext rule, String problem) {
        return at(rule.getStart(), problem);
    }

    /** A name that is not there: says which one is nearest. */
    ScenarioError unknown(Token token, String kind, Collection<String> known) {
        String nearest = Nearest.of(token.getText(), known);
        String hint = nearest.isEmpty() ? "; there is none" : "; did you mean '" + nearest + "'?";
        return at(token, "there is no %s '%s'%s".formatted(kind, token.getText(), hint));
    }

    /** The number that a word stands for. */
    int word(Token token, String kind, Map<String, Integer> words) {
        Integer number = words.get(token.getText());
        if (number == null) {
            throw unknown(token, kind, words.keySet());
        }
        return number;
    }

    // Numbers.

    /** Any 64-bit number. */
    long number(TerminalNode node) {
        return number(node.getSymbol());
    }

    long number(Token token) {
        String text = token.getText();
        try {
            return text.startsWith("0x")
                    ? Long.parseUnsignedLong(text.substring(2), 16)
                    : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw at(token, "%s is more than 64 bits".formatted(shortened(text)));
        }
    }

    /** A number of at most so much. */
    int number(TerminalNode node, String kind, long most) {
        return number(node.getSymbol(), kind, most);
    }

    int number(Token token, String kind, long most) {
        long number = number(token);
        if (number < 0 || number > most) {
            throw at(
                    token,
                    "%s must be 0..%d, not %s".formatted(kind, most, shortened(token.getText())));
        }
        return (int) number;
    }

    int slot(TerminalNode node) {
        return number(node, "a slot", SLOTS - 1);
    }

    int slot(Token token) {
        return number(token, "a slot", SLOTS - 1);
    }

    int signed(SignedContext c) {
        int number = number(c.NUMBER(), "a number", Integer.MAX_VALUE);
        return c.getChildCount() > 1 ? -number : number;
    }

    private static String shortened(String text) {
        return text.length() <= 24 ? text : text.substring(0, 20) + "…";
    }

    int level(TerminalNode node) {
        return node.getText().charAt(1) - '0';
    }

    /** The number of a CPU that the machine has. */
    int cpu(TerminalNode node, int cpus) {
        return cpu(node.getSymbol(), cpus);
    }

    int cpu(Token token, int cpus) {
        String digits = token.getText().substring(3);
        if (digits.length() > 2 || Integer.parseInt(digits) >= cpus) {
            throw at(
                    token,
                    "there is no %s: this machine has %s"
                            .formatted(
                                    shortened(token.getText()),
                                    cpus == 1 ? "one CPU, cpu0" : cpus + " CPUs, from cpu0"));
        }
        return Integer.parseInt(digits);
    }

    String string(Token token) {
        String text = token.getText();
        return text.substring(1, text.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\");
    }

    // Frames, addresses, entries, domains.

    int frame(TerminalNode node, Names names) {
        return frame(node.getSymbol(), names);
    }

    int frame(Token token, Names names) {
        int mfn = names.frame(token.getText());
        if (mfn < 0) {
            throw unknown(token, "frame", names.frames());
        }
        return mfn;
    }

    /** A frame as an operand of a hypercall. */
    int frame(PlaceContext c, Names names) {
        return (int) mfn(c, names, Integer.MAX_VALUE);
    }

    private long mfn(PlaceContext c, Names names, long most) {
        return switch (c) {
            case NamedContext named -> frame(named.NAME(), names);
            case NumberedContext numbered -> {
                long mfn = number(numbered.NUMBER());
                if (mfn < 0 || mfn > most) {
                    throw at(c, "a frame number here is at most 0x" + Long.toHexString(most));
                }
                yield mfn;
            }
            default -> throw new AssertionError(c);
        };
    }

    VirtualAddress va(VaContext c) {
        return switch (c) {
            case SlotsOfVaContext s ->
                    new VirtualAddress(
                            slot(s.NUMBER(0)),
                            slot(s.NUMBER(1)),
                            slot(s.NUMBER(2)),
                            slot(s.NUMBER(3)));
            case RawVaContext raw -> {
                long address = number(raw.NUMBER());
                VirtualAddress va = VirtualAddress.of(address);
                if (va.va() != address) {
                    throw at(c, "not the canonical address of a page");
                }
                yield va;
            }
            default -> throw new AssertionError(c);
        };
    }

    /** A byte address, be it one of a page or not. */
    long address(VaContext c) {
        return c instanceof RawVaContext raw ? number(raw.NUMBER()) : va(c).va();
    }

    long value(ValueContext c, Names names) {
        return switch (c) {
            case ScenarioParser.NoEntryContext none -> 0;
            case ScenarioParser.RawContext raw -> number(raw.NUMBER());
            case ScenarioParser.EntryContext entry -> entry(entry, names);
            default -> throw new AssertionError(c);
        };
    }

    private long entry(ScenarioParser.EntryContext c, Names names) {
        long flags = EntryText.USUAL;
        for (ScenarioParser.EntryFlagContext flag : c.entryFlag()) {
            if (flag.NUMBER() == null) {
                flags = EntryText.with(flags, flag.getText());
            } else {
                int bit = number(flag.NUMBER(), "a bit", 63);
                if (bit >= 12 && bit < 52) {
                    throw at(flag, "bits 12 to 51 name the frame");
                }
                flags |= 1L << bit;
            }
        }
        return (mfn(c.place(), names, MOST_MFN) << 12) | flags;
    }

    int domid(DomidContext c, Names names) {
        if (c.NUMBER() != null) {
            return number(c.NUMBER(), "a domain id", 0xFFFF);
        }
        if (c.NAME() != null) {
            return word(c.NAME().getSymbol(), "domain", names.ownDomains());
        }
        return Names.DOMAINS.getOrDefault(c.getText().toLowerCase(Locale.ROOT), 0);
    }
}
