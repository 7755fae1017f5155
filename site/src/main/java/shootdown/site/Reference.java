package shootdown.site;

import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;

import java.util.ArrayList;
import java.util.List;

/**
 * A link or image as a page has it.
 *
 * @param line from 1
 * @param target all before {@code #}, empty for a place on the same page
 * @param anchor what follows, or empty
 */
record Reference(int line, String target, String anchor) {
    static List<Reference> of(Page page) {
        List<Reference> all = new ArrayList<>();
        page.document()
                .accept(
                        new AbstractVisitor() {
                            @Override
                            public void visit(Link link) {
                                all.add(of(link.getDestination(), link));
                                visitChildren(link);
                            }

                            @Override
                            public void visit(Image image) {
                                all.add(of(image.getDestination(), image));
                            }
                        });
        return all;
    }

    static Reference of(String destination, Node node) {
        int hash = destination.indexOf('#');
        List<SourceSpan> spans = node.getSourceSpans();
        return new Reference(
                spans.isEmpty() ? 0 : spans.getFirst().getLineIndex() + 1,
                hash < 0 ? destination : destination.substring(0, hash),
                hash < 0 ? "" : destination.substring(hash + 1));
    }

    /** Whether it leaves the repository: it has a scheme. */
    boolean isExternal() {
        return target.matches("[A-Za-z][A-Za-z0-9+.-]*:.*");
    }
}
