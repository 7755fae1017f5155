package shootdown.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import shootdown.report.Template;

import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;

/** What all index pages share: their style, their script, and how a filter stands in a link. */
final class Index {
    private static final String STYLE = Template.resource(Index.class, "index.css");
    private static final String SCRIPT = Template.resource(Index.class, "index.js");
    private static final String STYLE_HASH = Template.hash(STYLE);
    private static final String SCRIPT_HASH = Template.hash(SCRIPT);

    private Index() {}

    /** The values of a page so far: its style and script, and what alone may run. */
    static Map<String, Object> values() {
        Map<String, Object> values = new HashMap<>();
        values.put("style", STYLE);
        values.put("script", SCRIPT);
        values.put("styleHash", STYLE_HASH);
        values.put("scriptHash", SCRIPT_HASH);
        return values;
    }

    /** A link that sets filters, such as {@code #policy=none&universe=u1-*}. */
    static String filter(String... keysAndValues) {
        StringBuilder link = new StringBuilder();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            link.append(i == 0 ? '#' : '&').append(keysAndValues[i]).append('=');
            link.append(URLEncoder.encode(keysAndValues[i + 1], UTF_8).replace("+", "%20"));
        }
        return link.toString();
    }
}
