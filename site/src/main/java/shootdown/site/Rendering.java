package shootdown.site;

import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.html.HtmlWriter;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The HTML of one page: headings with anchors, links to where the site has their pages, sessions
 * with their commands marked.
 *
 * <p>HTML within Markdown is shown as text, but for {@code <br>} and comments, which are left out.
 */
final class Rendering {
    private static final String PROMPT = "$ ";
    private static final String BREAK = "<br>";

    private final Library library;
    private final Page page;
    private final Map<Heading, String> anchors;

    private Rendering(Library library, Page page) {
        this.library = library;
        this.page = page;
        this.anchors = page.anchors();
    }

    static String of(Library library, Page page) {
        Rendering rendering = new Rendering(library, page);
        return HtmlRenderer.builder()
                .extensions(Page.EXTENSIONS)
                .escapeHtml(true)
                .sanitizeUrls(true)
                .attributeProviderFactory(context -> rendering.attributes())
                .nodeRendererFactory(Blocks::new)
                .build()
                .render(page.document());
    }

    private AttributeProvider attributes() {
        return (node, tag, attributes) -> {
            switch (node) {
                case Heading heading -> attributes.put("id", anchors.getOrDefault(heading, ""));
                case Link link -> place(link.getDestination(), link, "href", attributes);
                case Image image -> place(image.getDestination(), image, "src", attributes);
                case TableBlock table -> attributes.put("class", "wide");
                default -> {}
            }
        };
    }

    /**
     * A link to a file of the repository leads to the page that the site has of it. Any other stays
     * as the library has made it harmless.
     */
    private void place(
            String destination, Node node, String attribute, Map<String, String> attributes) {
        Reference reference = Reference.of(destination, node);
        if (reference.isExternal()) {
            return;
        }
        String anchor = reference.anchor().isEmpty() ? "" : "#" + reference.anchor();
        Path target = Library.target(page, reference);
        String way = reference.target().isEmpty() ? "" : library.way(page.file(), target);
        attributes.put(attribute, way + anchor);
        attributes.remove("rel");
    }

    /** What a reader sees of HTML within Markdown. */
    static String shown(String html) {
        return html.startsWith("<!--") ? "" : html.replace(BREAK, " ");
    }

    /** What this site shows otherwise than the library's own rendering. */
    private record Blocks(HtmlNodeRendererContext context) implements NodeRenderer {
        @Override
        public Set<Class<? extends Node>> getNodeTypes() {
            return Set.of(FencedCodeBlock.class, HtmlBlock.class, HtmlInline.class);
        }

        @Override
        public void render(Node node) {
            switch (node) {
                case FencedCodeBlock code -> code(code);
                case HtmlBlock html -> html(html.getLiteral());
                case HtmlInline html -> html(html.getLiteral());
                default -> throw new IllegalArgumentException(node.toString());
            }
        }

        private void html(String literal) {
            if (literal.equals(BREAK)) {
                context.getWriter().tag("br");
            } else {
                context.getWriter().text(shown(literal));
            }
        }

        private void code(FencedCodeBlock code) {
            HtmlWriter writer = context.getWriter();
            boolean session = code.getInfo().equals("console");
            writer.line();
            writer.tag("pre", Map.of("class", session ? "session" : "code"));
            writer.tag("code");
            if (session) {
                code.getLiteral().lines().forEach(line -> sessionLine(writer, line));
            } else {
                writer.text(code.getLiteral());
            }
            writer.tag("/code");
            writer.tag("/pre");
            writer.line();
        }

        private static void sessionLine(HtmlWriter writer, String line) {
            if (line.startsWith(PROMPT)) {
                writer.tag("span", Map.of("class", "prompt"));
                writer.text(PROMPT);
                writer.tag("/span");
                writer.tag("kbd");
                writer.text(line.substring(PROMPT.length()));
                writer.tag("/kbd");
                writer.raw("\n");
            } else {
                writer.text(line + "\n");
            }
        }
    }
}
