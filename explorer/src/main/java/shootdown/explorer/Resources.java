package shootdown.explorer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the page: these and no others, read when the server starts. */
final class Resources {
    /** What draws a story, the same as on its page. */
    private static final String STORY = "/shootdown/pages/";

    private final Map<String, Reply> replies = new LinkedHashMap<>();

    Resources() {
        add("", "explore.html", "text/html");
        add("explore.js", "explore.js", "text/javascript");
        add("explore.css", "explore.css", "text/css");
        add("story.js", STORY + "story.js", "text/javascript");
        add("story.css", STORY + "story.css", "text/css");
    }

    private void add(String name, String file, String type) {
        replies.put(name, new Reply(200, type + "; charset=utf-8", read(file)));
    }

    private static byte[] read(String file) {
        try (InputStream in = Resources.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its file " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<Reply> find(String name) {
        return Optional.ofNullable(replies.get(name));
    }
}
