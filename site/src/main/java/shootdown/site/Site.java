package shootdown.site;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Writes the documents of a repository as a site: {@code Site REPOSITORY FOLDER}. */
public final class Site {
    private static final List<String> ASSETS = List.of("site.css", "site.js");
    private static final Template TEMPLATE =
            Mustache.compiler()
                    .escapeHTML(true)
                    .emptyStringIsFalse(true)
                    .compile(resource("page.html"));

    private final Library library;
    private final Navigation navigation;

    private Site(Library library, Navigation navigation) {
        this.library = library;
        this.navigation = navigation;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: Site REPOSITORY FOLDER");
            System.exit(2);
        }
        Path out = Path.of(arguments[1]);
        Library library = Library.read(Path.of(arguments[0]).toAbsolutePath().normalize());
        List<String> problems = library.problems();
        if (!problems.isEmpty()) {
            problems.forEach(System.err::println);
            System.exit(1);
        }
        Map<Path, String> files = files(library);
        for (Map.Entry<Path, String> file : files.entrySet()) {
            Path place = out.resolve(file.getKey());
            Files.createDirectories(place.toAbsolutePath().getParent());
            Files.writeString(place, file.getValue());
        }
        System.out.println("site: " + files.size() + " files; open " + out.resolve("index.html"));
    }

    /** All files of the site, by where they lie in its folder. */
    static Map<Path, String> files(Library library) {
        Page entry = library.page(library.entry()).orElseThrow();
        Site site = new Site(library, Navigation.of(entry));
        Map<Path, String> files = new TreeMap<>();
        library.pages().forEach((file, page) -> files.put(library.place(file), site.html(page)));
        library.sources()
                .forEach((file, text) -> files.put(library.place(file), site.file(file, text)));
        ASSETS.forEach(name -> files.put(Path.of(name), resource(name)));
        files.put(Path.of("search-index.js"), SearchIndex.of(library));
        return files;
    }

    private String html(Page page) {
        Map<String, Object> values = frame(page.file(), page.title());
        values.put("content", Rendering.of(library, page));
        List<Map<String, Object>> contents = contents(page);
        values.put("contents", contents);
        values.put("hasContents", contents.size() > 3);
        return TEMPLATE.execute(values);
    }

    private String file(Path file, String text) {
        return Library.isPicture(file) ? text : source(file, text);
    }

    private String source(Path file, String text) {
        Map<String, Object> values = frame(file, file.toString());
        values.put("source", text);
        return TEMPLATE.execute(values);
    }

    /** All that stands around the content. */
    private Map<String, Object> frame(Path file, String title) {
        Map<String, Object> values = new HashMap<>();
        values.put("title", title);
        values.put("file", file.toString());
        values.put("content", "");
        values.put("source", "");
        values.put("contents", List.of());
        values.put("hasContents", false);
        String top = "../".repeat(library.place(file).getNameCount() - 1);
        values.put("top", top.isEmpty() ? "./" : top);
        Optional<Navigation.Item> here = navigation.placeOf(file);
        List<Map<String, Object>> sections = new ArrayList<>();
        for (Navigation.Section section : navigation.sections()) {
            List<Map<String, Object>> items =
                    section.items().stream().map(item -> item(file, item, here)).toList();
            sections.add(Map.of("title", section.title(), "items", items));
        }
        values.put("sections", sections);
        boolean listed = here.map(item -> item.file().equals(file)).orElse(true);
        values.put("above", listed ? null : link(file, here.orElseThrow()));
        List<Navigation.Item> all = listed ? navigation.items() : besides(here.orElseThrow());
        int index = all.stream().map(Navigation.Item::file).toList().indexOf(file);
        values.put("before", neighbour(file, all, index, -1));
        values.put("after", neighbour(file, all, index, 1));
        return values;
    }

    private Map<String, Object> item(
            Path from, Navigation.Item item, Optional<Navigation.Item> here) {
        boolean current = here.isPresent() && here.get().equals(item);
        return Map.of(
                "text",
                item.text(),
                "href",
                library.way(from, item.file()),
                "isPage",
                current && item.file().equals(from),
                "isAbove",
                current && !item.file().equals(from));
    }

    private @Nullable Map<String, Object> neighbour(
            Path from, List<Navigation.Item> all, int index, int step) {
        if (index < 0 || index + step < 0 || index + step >= all.size()) {
            return null;
        }
        return link(from, all.get(index + step));
    }

    private Map<String, Object> link(Path from, Navigation.Item item) {
        return Map.of("text", item.text(), "href", library.way(from, item.file()));
    }

    /** The pages of a folder, in the order in which its index links to them. */
    private List<Navigation.Item> besides(Navigation.Item index) {
        Page page = library.page(index.file()).orElseThrow();
        return Reference.of(page).stream()
                .map(reference -> Library.target(page, reference))
                .filter(file -> !file.equals(page.file()))
                .filter(file -> Objects.equals(file.getParent(), page.file().getParent()))
                .distinct()
                .flatMap(file -> library.page(file).stream())
                .map(found -> new Navigation.Item(found.title(), found.file()))
                .toList();
    }

    private static List<Map<String, Object>> contents(Page page) {
        return page.headings().stream()
                .filter(title -> title.level() == 2)
                .map(
                        title ->
                                Map.<String, Object>of(
                                        "text", title.text(), "anchor", title.anchor()))
                .toList();
    }

    private static String resource(String name) {
        try (InputStream in = Site.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
