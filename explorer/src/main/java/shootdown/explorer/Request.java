package shootdown.explorer;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What somebody asks for who has passed the {@link Door}.
 *
 * @param resource what stands behind the token in the link, such as {@code api/place}
 * @param query what stands behind the question mark
 */
record Request(String method, String resource, Map<String, String> query, String body) {
    /** The most steps of a path: each request takes all of them. */
    static final int LONGEST_PATH = 300;

    private static final Pattern PATH = Pattern.compile("([0-9]{1,6}(\\.[0-9]{1,6})*)?");

    /** Reads {@code path=0.3&id=1}. */
    static Map<String, String> query(String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            int sign = pair.indexOf('=');
            if (sign < 0) {
                throw new Refused(400, "the query must be of the form name=value");
            }
            String value;
            try {
                value = URLDecoder.decode(pair.substring(sign + 1), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new Refused(400, "the query has a broken % sequence");
            }
            if (query.put(pair.substring(0, sign), value) != null) {
                throw new Refused(400, "the query has a name twice");
            }
        }
        return query;
    }

    /** Refuses a query with other names. */
    Request allow(String... names) {
        if (!Set.of(names).containsAll(query.keySet())) {
            throw new Refused(
                    400,
                    names.length == 0
                            ? "this takes no query"
                            : "the query may have: " + String.join(", ", names));
        }
        return this;
    }

    /** The path that is asked about; no path is the first state. */
    List<Integer> path() {
        String text = query.getOrDefault("path", "");
        if (!PATH.matcher(text).matches()) {
            throw new Refused(400, "a path is numbers of steps with dots between, such as 0.3.1");
        }
        List<Integer> path = new ArrayList<>();
        for (String number : text.isEmpty() ? new String[0] : text.split("\\.")) {
            path.add(Integer.parseInt(number));
        }
        if (path.size() > LONGEST_PATH) {
            throw new Refused(
                    400,
                    "the path has %d steps; at most %d are taken"
                            .formatted(path.size(), LONGEST_PATH));
        }
        return path;
    }

    /** The number of a search. */
    int id() {
        String text = query.getOrDefault("id", "");
        if (!text.matches("[0-9]{1,9}")) {
            throw new Refused(400, "id must be the number of a search");
        }
        return Integer.parseInt(text);
    }
}
