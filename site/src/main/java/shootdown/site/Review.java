package shootdown.site;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is wrong with one page: links that lead nowhere, headings out of order. */
record Review(Library library, Page page) {
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Reference reference : Reference.of(page)) {
            String problem = problem(reference);
            if (!problem.isEmpty()) {
                problems.add(page.file() + ":" + reference.line() + ": " + problem);
            }
        }
        problems.addAll(headings());
        return problems;
    }

    private String problem(Reference reference) {
        if (reference.isExternal()) {
            return reference.target().startsWith("https://")
                    ? ""
                    : reference.target() + " is not https";
        }
        Path file = Library.target(page, reference);
        if (library.sources().containsKey(file)) {
            return reference.anchor().isEmpty() ? "" : file + " has no anchors";
        }
        Optional<Page> target = library.page(file);
        if (target.isEmpty()) {
            return "there is no " + file;
        }
        return reference.anchor().isEmpty() || target.get().hasAnchor(reference.anchor())
                ? ""
                : "%s has no heading #%s".formatted(file, reference.anchor());
    }

    /** One of level 1, first; none deeper than the one before it by more than a level. */
    private List<String> headings() {
        List<String> problems = new ArrayList<>();
        int before = 0;
        for (Page.Title title : page.headings()) {
            boolean top = title.level() == 1;
            if (top != (before == 0) || title.level() > before + 1) {
                problems.add(
                        "%s: heading of level %d after one of %d: %s"
                                .formatted(page.file(), title.level(), before, title.text()));
            }
            before = title.level();
        }
        if (page.headings().isEmpty()) {
            problems.add(page.file() + ": no heading");
        }
        return problems;
    }
}
