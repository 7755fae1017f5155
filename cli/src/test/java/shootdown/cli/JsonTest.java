package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shape of every JSON document: its fields and their types, and that docs/json.md tells them.
 */
class JsonTest {
    private static final Path DOCS =
            Path.of(System.getProperty("shootdown.root", ".."), "docs/json.md");

    @Test
    void check() throws IOException {
        shape("check", "check", "none", "--universe", "u2", "--max-states", "1000", "--json");
    }

    @Test
    void list() throws IOException {
        shape("list", "list", "--json");
    }

    @Test
    void explain() throws IOException {
        shape("explain", "explain", "--json");
    }

    @Test
    void diff() throws IOException {
        shape("diff", "diff", "final", "none", "--universe", "u5-recursive", "--json");
    }

    @Test
    void claims() throws IOException {
        shape("claims", "claims", "15", "39", "43", "--json");
    }

    @Test
    void cost() throws IOException {
        String recording = DOCS.resolveSibling("../traces/full/idle.csv.gz").toString();
        shape("cost", "cost", recording, "--no-check", "--json", "-");
    }

    @Test
    void fuzz() throws IOException {
        shape("fuzz", "fuzz", "none", "--rounds", "1", "--json");
    }

    /** Those whose pictures have structure. */
    private static final Set<String> SECOND = Set.of("explain", "diff", "claims");

    private static void shape(String name, String... arguments) throws IOException {
        Run run = Run.of(arguments);
        assertThat(run.exit()).as(run.err()).isIn(Exit.OK, Exit.BROKEN);
        int version = SECOND.contains(name) ? 2 : 1;
        assertThat(run.out())
                .startsWith("{\n  \"schema\" : \"shootdown/%s/%d\"".formatted(name, version));
        SortedMap<String, String> fields = fields(run.out());
        StringBuilder text = new StringBuilder();
        fields.forEach((path, type) -> text.append(path).append(' ').append(type).append('\n'));
        Golden.check("json-" + name + ".txt", text.toString());
        String docs = Files.readString(DOCS);
        for (String path : fields.keySet()) {
            String field = path.substring(path.lastIndexOf('.') + 1).replace("[]", "");
            assertThat(docs).as("docs/json.md").contains("`" + field + "`");
        }
    }

    private static String type(JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> "string";
            case VALUE_TRUE, VALUE_FALSE -> "boolean";
            case VALUE_NULL -> "null";
            default -> "number";
        };
    }

    /** Every path, such as {@code cells[].states}, with the type of its value. */
    private static SortedMap<String, String> fields(String json) {
        TreeMap<String, String> found = new TreeMap<>();
        Deque<String> path = new ArrayDeque<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            String field = "";
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case PROPERTY_NAME -> field = parser.currentName();
                    case START_OBJECT -> {
                        path.addLast(field.isEmpty() ? "" : field + ".");
                        field = "";
                    }
                    case START_ARRAY -> {
                        path.addLast(field + "[]");
                        field = "";
                    }
                    case END_OBJECT, END_ARRAY -> {
                        path.removeLast();
                        field = "";
                    }
                    default -> {
                        String whole = String.join("", path).replace("[]", "[].") + field;
                        found.put(
                                whole.replaceAll("[.]+", ".").replaceAll("[.]$", ""), type(token));
                        field = "";
                    }
                }
            }
        }
        return found;
    }
}
