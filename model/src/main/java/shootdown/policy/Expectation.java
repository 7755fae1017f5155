package shootdown.policy;

import java.util.List;

/**
 * A break that is expected by reading: a policy breaks a property in some variants of a universe.
 *
 * @param universe family of universes, such as {@code u1-linear-uvm}
 * @param variant {@code *} for all of the family, or words separated by blanks: a word must be part
 *     of the variant's name, one behind {@code !} must not; {@code xpti !pcid} means XPTI without
 *     PCID
 * @param property id of the property, such as {@code P3}
 * @param reason why, in one line
 */
public record Expectation(String universe, String variant, String property, String reason) {

    /** Whether this speaks of the universe with the full name {@code universeName}. */
    public boolean appliesTo(String universeName) {
        if (!universeName.equals(universe) && !universeName.startsWith(universe + "-")) {
            return false;
        }
        if (variant.equals("*")) {
            return true;
        }
        List<String> words = List.of(universeName.substring(universe.length()).split("-"));
        for (String word : variant.split(" ")) {
            boolean excluded = word.startsWith("!");
            if (words.contains(excluded ? word.substring(1) : word) == excluded) {
                return false;
            }
        }
        return true;
    }
}
