package shootdown.site;

import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Block;
import org.commonmark.node.Code;
import org.commonmark.node.CustomNode;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Markdown file, parsed.
 *
 * @param file in the repository, such as {@code docs/tutorial.md}
 * @param headings in their order
 */
record Page(Path file, Node document, List<Title> headings) {
    static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
    private static final Parser PARSER =
            Parser.builder()
                    .extensions(EXTENSIONS)
                    .includeSourceSpans(IncludeSourceSpans.BLOCKS_AND_INLINES)
                    .build();

    /** A heading, with what a link to it says behind {@code #}. */
    record Title(int level, String text, String anchor, Heading node) {}

    static Page of(Path file, String markdown) {
        Node document = PARSER.parse(markdown);
        Anchors anchors = new Anchors();
        List<Title> titles = new ArrayList<>();
        document.accept(
                new AbstractVisitor() {
                    @Override
                    public void visit(Heading heading) {
                        String text = text(heading);
                        titles.add(
                                new Title(heading.getLevel(), text, anchors.next(text), heading));
                    }
                });
        return new Page(file, document, List.copyOf(titles));
    }

    /** The first heading, or the name of a file that has none. */
    String title() {
        return headings.isEmpty() ? file.toString() : headings.getFirst().text();
    }

    boolean hasAnchor(String anchor) {
        return headings.stream().anyMatch(title -> title.anchor().equals(anchor));
    }

    Map<Heading, String> anchors() {
        Map<Heading, String> anchors = new HashMap<>();
        headings.forEach(title -> anchors.put(title.node(), title.anchor()));
        return anchors;
    }

    /** What a reader sees of the node, in one line; blocks of code keep their lines. */
    static String text(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(
                new AbstractVisitor() {
                    @Override
                    public void visit(Text part) {
                        text.append(part.getLiteral());
                    }

                    @Override
                    public void visit(Code code) {
                        text.append(code.getLiteral());
                    }

                    @Override
                    public void visit(FencedCodeBlock code) {
                        text.append(code.getLiteral());
                    }

                    @Override
                    public void visit(IndentedCodeBlock code) {
                        text.append(code.getLiteral());
                    }

                    @Override
                    public void visit(HtmlInline html) {
                        text.append(Rendering.shown(html.getLiteral()));
                    }

                    @Override
                    public void visit(HtmlBlock html) {
                        text.append(Rendering.shown(html.getLiteral()));
                    }

                    @Override
                    public void visit(SoftLineBreak end) {
                        text.append(' ');
                    }

                    @Override
                    public void visit(HardLineBreak end) {
                        text.append(' ');
                    }

                    @Override
                    protected void visitChildren(Node parent) {
                        for (Node child = parent.getFirstChild();
                                child != null;
                                child = child.getNext()) {
                            child.accept(this);
                            if (child instanceof Block || child instanceof CustomNode) {
                                text.append(' ');
                            }
                        }
                    }
                });
        return text.toString().strip();
    }
}
