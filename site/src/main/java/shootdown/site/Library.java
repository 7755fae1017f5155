package shootdown.site;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All Markdown pages of the repository, and the other files that they link to.
 *
 * @param entry where a reader begins
 * @param pages by their file in the repository
 * @param sources texts that are no Markdown, by their file: scenarios, the licence
 */
record Library(Path entry, Map<Path, Page> pages, Map<Path, String> sources) {
    private static final Path ENTRY = Path.of("docs", "README.md");

    static Library read(Path root) throws IOException {
        Map<Path, Page> pages = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(f -> isPage(root.relativize(f))).toList()) {
                Path name = root.relativize(file);
                pages.put(name, Page.of(name, Files.readString(file)));
            }
        }
        Map<Path, String> sources = new TreeMap<>();
        for (Page page : pages.values()) {
            for (Reference reference : Reference.of(page)) {
                Path file = target(page, reference);
                Path there = root.resolve(file);
                boolean source = !reference.isExternal() && !pages.containsKey(file);
                if (source && there.normalize().startsWith(root) && Files.isRegularFile(there)) {
                    sources.put(file, text(there));
                }
            }
        }
        return new Library(
                ENTRY, Collections.unmodifiableMap(pages), Collections.unmodifiableMap(sources));
    }

    private static boolean isPage(Path name) {
        for (Path part : name) {
            if (part.toString().startsWith(".") || part.toString().equals("target")) {
                return false;
            }
        }
        return name.toString().endsWith(".md");
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            throw new IOException(file + " is linked to, and is no text", e);
        }
    }

    /** Whether the site has it as it is. */
    static boolean isPicture(Path file) {
        return file.toString().endsWith(".svg");
    }

    /** The file that a link of this page names. */
    static Path target(Page page, Reference reference) {
        if (reference.target().isEmpty()) {
            return page.file();
        }
        Path file = page.file().resolveSibling(reference.target()).normalize();
        return reference.target().endsWith("/") ? file.resolve("README.md") : file;
    }

    Optional<Page> page(Path file) {
        return Optional.ofNullable(pages.get(file));
    }

    /** Where the site has it; docs/README.md is index.html, other READMEs those of their folder. */
    Path place(Path file) {
        Path docs = Path.of("docs");
        Path name = file.startsWith(docs) ? docs.relativize(file) : file;
        String text = name.toString();
        if (isPicture(file)) {
            return name;
        }
        if (sources.containsKey(file)) {
            return Path.of(text + ".html");
        }
        if (name.getNameCount() == 1 && name.equals(file)) {
            return Path.of(text.replaceFirst("\\.md$", ".html").toLowerCase(Locale.ROOT));
        }
        return Path.of(text.replaceFirst("README\\.md$", "index.md").replaceFirst("md$", "html"));
    }

    /** The place as a URL, from the site's folder. */
    String url(Path file) {
        return escaped(place(file));
    }

    /** A relative URL from one page to another. */
    String way(Path from, Path to) {
        Path folder = place(from).getParent();
        Path there = place(to);
        return escaped(folder == null ? there : folder.relativize(there));
    }

    private static String escaped(Path path) {
        StringBuilder url = new StringBuilder();
        for (Path part : path) {
            url.append(url.isEmpty() ? "" : "/")
                    .append(
                            URLEncoder.encode(part.toString(), StandardCharsets.UTF_8)
                                    .replace("+", "%20"));
        }
        return url.toString();
    }

    /** Every page that a reader who begins at the entry can come to by links. */
    Set<Path> reachable() {
        Set<Path> reached = new TreeSet<>(Set.of(entry));
        Deque<Path> due = new ArrayDeque<>(reached);
        while (!due.isEmpty()) {
            Page page = pages.get(due.removeFirst());
            if (page != null) {
                for (Reference reference : Reference.of(page)) {
                    Path next = target(page, reference);
                    if (pages.containsKey(next) && reached.add(next)) {
                        due.add(next);
                    }
                }
            }
        }
        return reached;
    }

    /** What is wrong with the pages, a line for each; empty if a site can be made. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        pages.values().forEach(page -> problems.addAll(new Review(this, page).problems()));
        Set<Path> reached = reachable();
        pages.keySet().stream()
                .filter(file -> !reached.contains(file))
                .forEach(file -> problems.add(file + ": no way leads here from " + entry));
        return problems;
    }
}
