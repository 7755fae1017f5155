package shootdown.site;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The anchors of one page's headings, by the rules of GitHub, so that a link works there too. */
final class Anchors {
    private final Map<String, Integer> used = new HashMap<>();

    /** Letters, digits, underscores and hyphens stay, blanks become hyphens, the rest goes. */
    String next(String heading) {
        StringBuilder anchor = new StringBuilder();
        heading.strip()
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .map(c -> c == ' ' ? '-' : c)
                .filter(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_')
                .forEach(anchor::appendCodePoint);
        String base = anchor.toString();
        int before = used.merge(base, 1, Integer::sum) - 1;
        return before == 0 ? base : base + "-" + before;
    }
}
