package shootdown.site;

import org.commonmark.node.Heading;
import org.commonmark.node.Node;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the search box knows, as a script: a page opened from disk may load a script, but no data.
 *
 * <p>An array of pages, each {@code [place, title, sections]}, a section being {@code [anchor,
 * heading, text]}. No {@code <} is in it, so it may stand anywhere in HTML.
 */
final class SearchIndex {
    private SearchIndex() {}

    static String of(Library library) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json =
                new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartArray();
            library.pages().values().forEach(page -> page(json, library, page));
            library.sources().forEach((file, source) -> source(json, library, file, source));
            json.writeEndArray();
        }
        return "window.searchIndex = " + harmless(text.toString()) + ";\n";
    }

    /** All these stand within strings only. */
    private static String harmless(String json) {
        return json.replace("<", "\\u003c")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private static void page(JsonGenerator json, Library library, Page page) {
        json.writeStartArray();
        json.writeString(library.url(page.file()));
        json.writeString(page.title());
        json.writeStartArray();
        Map<Heading, String> anchors = page.anchors();
        String anchor = "";
        String heading = page.title();
        StringBuilder text = new StringBuilder();
        for (Node node = page.document().getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof Heading next) {
                section(json, anchor, heading, text.toString());
                anchor = next.getLevel() == 1 ? "" : anchors.getOrDefault(next, "");
                heading = Page.text(next);
                text.setLength(0);
            } else {
                text.append(Page.text(node)).append(' ');
            }
        }
        section(json, anchor, heading, text.toString());
        json.writeEndArray();
        json.writeEndArray();
    }

    private static void source(JsonGenerator json, Library library, Path file, String source) {
        json.writeStartArray();
        json.writeString(library.url(file));
        json.writeString(file.toString());
        json.writeStartArray();
        section(json, "", file.toString(), source);
        json.writeEndArray();
        json.writeEndArray();
    }

    private static void section(JsonGenerator json, String anchor, String heading, String text) {
        if (!text.isBlank() || !anchor.isEmpty()) {
            json.writeStartArray();
            json.writeString(anchor);
            json.writeString(heading);
            json.writeString(text.strip().replaceAll("\\s+", " "));
            json.writeEndArray();
        }
    }
}
