package shootdown.site;

import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BulletList;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sections of the site: on the entry page, each heading of level 3 that a list follows, and the
 * pages with whose links its items begin.
 */
record Navigation(List<Section> sections) {
    record Section(String title, List<Item> items) {}

    record Item(String text, Path file) {}

    static Navigation of(Page entry) {
        List<Section> sections = new ArrayList<>();
        for (Page.Title title : entry.headings()) {
            if (title.level() == 3 && list(title.node()) instanceof BulletList list) {
                sections.add(new Section(title.text(), items(entry, list)));
            }
        }
        return new Navigation(List.copyOf(sections));
    }

    private static Node list(Heading heading) {
        Node next = heading.getNext();
        return next == null ? heading : next;
    }

    private static List<Item> items(Page entry, BulletList list) {
        List<Item> items = new ArrayList<>();
        for (Node item = list.getFirstChild(); item != null; item = item.getNext()) {
            item.accept(
                    new AbstractVisitor() {
                        @Override
                        public void visit(ListItem listItem) {
                            Node paragraph = listItem.getFirstChild();
                            if (paragraph != null && paragraph.getFirstChild() instanceof Link l) {
                                Reference reference = Reference.of(l.getDestination(), l);
                                items.add(new Item(Page.text(l), Library.target(entry, reference)));
                            }
                        }
                    });
        }
        return items;
    }

    /** All pages in their order. */
    List<Item> items() {
        return sections.stream().flatMap(section -> section.items().stream()).toList();
    }

    /** Where in the navigation a page is: its own item, or that of its folder's index. */
    Optional<Item> placeOf(Path file) {
        Path index = file.resolveSibling("README.md");
        return items().stream()
                .filter(item -> item.file().equals(file))
                .findFirst()
                .or(() -> items().stream().filter(item -> item.file().equals(index)).findFirst());
    }
}
