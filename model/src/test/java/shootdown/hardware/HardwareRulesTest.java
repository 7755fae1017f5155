package shootdown.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Every rule of {@code docs/hardware.md} has its tests, and every test its rule. */
class HardwareRulesTest {
    private static final List<Class<?>> TESTS =
            List.of(
                    WhatIsCachedTest.class,
                    InvalidationTest.class,
                    SoftwareDutyTest.class,
                    LinearMapTest.class,
                    AccessRightsTest.class);
    private static final Pattern ROW = Pattern.compile("\\| H(\\d+) \\|.*");
    private static final Pattern TEST = Pattern.compile("`(h(\\d\\d)[A-Z]\\w*)`");

    private static Map<Integer, Set<String>> rulesOfThePage() throws IOException {
        Path page = Path.of(System.getProperty("shootdown.root", ".."), "docs", "hardware.md");
        Map<Integer, Set<String>> rules = new TreeMap<>();
        for (String line : Files.readAllLines(page)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Set<String> tests =
                        TEST.matcher(line)
                                .results()
                                .map(found -> found.group(1))
                                .collect(Collectors.toCollection(TreeSet::new));
                rules.put(Integer.valueOf(row.group(1)), tests);
            }
        }
        return rules;
    }

    private static Map<Integer, Set<String>> rulesOfTheTests() {
        Map<Integer, Set<String>> rules = new TreeMap<>();
        for (Class<?> tests : TESTS) {
            Arrays.stream(tests.getDeclaredMethods())
                    .map(Method::getName)
                    .filter(name -> name.matches("h\\d\\d[A-Z]\\w*"))
                    .forEach(
                            name ->
                                    rules.computeIfAbsent(
                                                    Integer.valueOf(name.substring(1, 3)),
                                                    rule -> new TreeSet<>())
                                            .add(name));
        }
        return rules;
    }

    @Test
    void everyRuleHasATest() {
        assertThat(rulesOfTheTests().keySet())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 50).boxed().toList());
    }

    @Test
    void thePageNamesTheTestsThatThereAre() throws IOException {
        assertThat(rulesOfThePage()).isEqualTo(rulesOfTheTests());
    }
}
