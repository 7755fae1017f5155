package shootdown.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The documents of this repository, and the site that is made of them. */
class SiteTest {
    private static final Path ROOT =
            Path.of(System.getProperty("shootdown.root", "..")).toAbsolutePath().normalize();
    private static final Pattern ATTRIBUTE = Pattern.compile(" (href|src)=\"([^\"]*)\"");
    private static final Pattern ID = Pattern.compile(" id=\"([^\"]*)\"");

    private static Library library;
    private static Map<Path, String> files;

    @BeforeAll
    static void readOnce() throws IOException {
        library = Library.read(ROOT);
        files = Site.files(library);
    }

    @Test
    void noLinkIsBrokenAndEveryPageCanBeReached() {
        assertThat(library.problems()).isEmpty();
    }

    @Test
    void everyPageIsInTheNavigationItselfOrByItsFolder() {
        Navigation navigation = Navigation.of(library.page(library.entry()).orElseThrow());
        assertThat(navigation.sections()).hasSizeGreaterThan(3);
        for (Path file : library.pages().keySet()) {
            boolean own = navigation.items().stream().anyMatch(item -> item.file().equals(file));
            boolean inFolder = file.getNameCount() > 2 && navigation.placeOf(file).isPresent();
            assertThat(own || inFolder).as("%s is in a list of docs/README.md", file).isTrue();
        }
    }

    @Test
    void linksOfTheSiteLeadToItsFilesAndAnchors() {
        Map<Path, Set<String>> ids =
                files.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, file -> ids(file.getValue())));
        Set<String> broken = new TreeSet<>();
        files.forEach(
                (place, html) -> {
                    for (String href :
                            place.toString().endsWith(".html") ? links(html) : List.<String>of()) {
                        URI uri = URI.create(href.replaceFirst("^\\./", ""));
                        Path target =
                                uri.getPath().isEmpty()
                                        ? place
                                        : place.resolveSibling(uri.getPath()).normalize();
                        String anchor = uri.getFragment();
                        if (!files.containsKey(target)
                                || (anchor != null
                                        && !ids.getOrDefault(target, Set.of()).contains(anchor))) {
                            broken.add(place + ": " + href);
                        }
                    }
                });
        assertThat(broken).isEmpty();
    }

    private static List<String> links(String html) {
        return ATTRIBUTE
                .matcher(html)
                .results()
                .map(found -> found.group(2))
                .filter(link -> !link.startsWith("https://") && !link.startsWith("data:"))
                .toList();
    }

    private static Set<String> ids(String html) {
        return ID.matcher(html).results().map(m -> m.group(1)).collect(Collectors.toSet());
    }

    @Test
    void nothingIsLoadedFromANetwork() {
        Pattern loading =
                Pattern.compile("<(link|script|img|iframe)[^>]*(?:href|src)=\"([^\"]*)\"");
        files.forEach(
                (place, text) -> {
                    for (MatchResult found : loading.matcher(text).results().toList()) {
                        assertThat(found.group(2)).as(place.toString()).doesNotContain("//");
                    }
                });
        assertThat(files.get(Path.of("site.js")))
                .doesNotContain("fetch(", "XMLHttpRequest", "http");
        assertThat(files.get(Path.of("site.css"))).doesNotContain("url(", "@import");
    }

    @Test
    void picturesAreShownAsTheyAre() {
        assertThat(files.get(Path.of("cost.html"))).contains("<img src=\"pictures/cost.svg\"");
        assertThat(files.get(Path.of("pictures/cost.svg"))).startsWith("<svg");
    }

    @Test
    void anchorsOfAPageAreUnique() {
        files.forEach(
                (place, html) ->
                        assertThat(ID.matcher(html).results().map(m -> m.group(1)).toList())
                                .as(place.toString())
                                .doesNotHaveDuplicates());
    }
}
