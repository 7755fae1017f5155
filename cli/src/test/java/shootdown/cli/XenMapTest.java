package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

import shootdown.hardware.Models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code docs/xen-map.md} tells what each class models, by its annotation, and which tests it has.
 */
class XenMapTest {
    private static final String PAGE = "docs/xen-map.md";
    private static final Pattern WORD = Pattern.compile("\\{@code (\\w+)\\}");
    private static final Pattern SUBJECTS =
            Pattern.compile("<p>Of ((?:\\{@code \\w+\\}(?:, )?)+)\\.");

    /** Classes of the model that stand for nothing in Xen or in a manual. */
    private static final Map<String, String> OURS = ours();

    private static Map<String, String> ours() {
        Map<String, String> ours = new TreeMap<>();
        ours.put("hardware.AccessSet", "what one access may come to");
        ours.put("hardware.Footprint", "what was looked at of each CPU");
        ours.put("hardware.Geometry", "where the hardware's state lies");
        ours.put("hardware.Models", "the annotation that makes this page");
        ours.put("hypervisor.Actions", "what a CPU can do now");
        ours.put("hypervisor.AliveBefore", "what a recording tells of the time before it");
        ours.put("hypervisor.Alphabet", "the operations of a machine, prepared for searching");
        ours.put("hypervisor.Calls", "hands an operation to the class that does it");
        ours.put("hypervisor.Chooser", "which of several possible results an access has");
        ours.put("hypervisor.CpuPermutation", "CPU symmetry");
        ours.put("hypervisor.Crossing", "the ways between guest and Xen, and the end of a call");
        ours.put("hypervisor.CurrentCall", "the operation that a CPU is doing");
        ours.put("hypervisor.Decision", "what a policy was asked, and what it decided");
        ours.put("hypervisor.Decisions", "all that a policy was asked, to compare another");
        ours.put("hypervisor.Defect", "rules that can be taken out, to show what they are for");
        ours.put("hypervisor.Events", "observer and chooser of a step");
        ours.put("hypervisor.FirstState", "the way back to a first state");
        ours.put("hypervisor.FlushPlan", "what a policy asks for");
        ours.put("hypervisor.FrameSet", "scratch space");
        ours.put("hypervisor.GuestProgram", "what one vCPU does, made ready to run");
        ours.put("hypervisor.Guests", "domains and vCPUs of a machine");
        ours.put("hypervisor.Interrupt", "what a CPU is interrupted for");
        ours.put("hypervisor.Layout", "where everything lies in a state");
        ours.put("hypervisor.Machine", "description of a machine");
        ours.put("hypervisor.MachineSetup", "makes first states");
        ours.put("hypervisor.Observer", "hears what happens in a step");
        ours.put("hypervisor.PoliteGuest", "a guest that flushes what it edits");
        ours.put("hypervisor.ProgramRunner", "runs programs in a given order");
        ours.put("hypervisor.Reach", "what an ideal policy may ask of a recording");
        ours.put("hypervisor.RecordedReads", "a linear read whose result was recorded");
        ours.put("hypervisor.ReplayMachine", "a machine that a recording leads");
        ours.put("hypervisor.ReferenceVisitor", "tells a property of references");
        ours.put("hypervisor.Stages", "takes a call from stage to stage");
        ours.put("hypervisor.TableRoom", "room for tables in a full-size state");
        ours.put("hypervisor.TypeStack", "Java's stack, as part of the state");
        ours.put("hypervisor.UndoLog", "what unfinished calls replaced, for P2, P3 and P4");
        ours.put("hypervisor.Vocabulary", "what may be asked of a machine");
        ours.put("hypervisor.Wiring", "connects the classes of which Xen is made");
        return ours;
    }

    private static List<JavaClass> classes(String name) {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("shootdown." + name)
                        .stream()
                        .filter(type -> !type.isNestedClass() && !type.isAnonymousClass())
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .sorted(java.util.Comparator.comparing(JavaClass::getSimpleName))
                        .toList();
    }

    private static String shortName(JavaClass type) {
        return type.getName().replace("shootdown.", "");
    }

    @Test
    void everyClassSaysWhatItModelsOrIsListedAsOurs() {
        TreeSet<String> silent = new TreeSet<>();
        for (String name : List.of("hardware", "hypervisor")) {
            for (JavaClass type : classes(name)) {
                if (!type.isAnnotatedWith(Models.class)) {
                    silent.add(shortName(type));
                }
            }
        }
        assertThat(silent).isEqualTo(OURS.keySet());
    }

    @Test
    void thePageIsMadeOfTheAnnotations() throws IOException {
        for (String name : List.of("hypervisor", "hardware")) {
            GeneratedPart.check(PAGE, name, table(name));
        }
        StringBuilder ours = new StringBuilder("| class | what |\n|---|---|\n");
        OURS.forEach((type, what) -> ours.append("| `%s` | %s |%n".formatted(type, what)));
        GeneratedPart.check(PAGE, "ours", ours.toString());
    }

    private static String table(String name) throws IOException {
        Map<String, String> tests = tests(name);
        StringBuilder text = new StringBuilder();
        text.append("| models | class | tests | simplified |\n|---|---|---|---|\n");
        for (JavaClass type : classes(name)) {
            if (type.isAnnotatedWith(Models.class)) {
                Models models = type.getAnnotationOfType(Models.class);
                text.append(
                        "| %s | `%s` | %s | %s |%n"
                                .formatted(
                                        Arrays.stream(models.value())
                                                .map(f -> f.replace("*", "\\*"))
                                                .collect(Collectors.joining("<br>")),
                                        type.getSimpleName(),
                                        testsOf(type.getSimpleName(), tests),
                                        models.simplified()));
            }
        }
        return text.toString();
    }

    /**
     * Test classes that bear the name of the class, or say in their comment that they are of it.
     */
    private static String testsOf(String type, Map<String, String> tests) {
        return tests.entrySet().stream()
                .filter(
                        test ->
                                test.getKey().equals(type + "Test")
                                        || subjects(test.getValue()).contains(type))
                .map(test -> "`" + test.getKey() + "`")
                .collect(Collectors.joining("<br>"));
    }

    /** Such as {@code <p>Of {@code Flushing}, {@code FlushLocal}.} */
    private static Set<String> subjects(String source) {
        String joined = source.replaceAll("\\n \\* ?", " ");
        return SUBJECTS.matcher(joined)
                .results()
                .flatMap(found -> WORD.matcher(found.group(1)).results())
                .map(word -> word.group(1))
                .collect(Collectors.toSet());
    }

    /** The sources of the test classes of one package of the model. */
    private static Map<String, String> tests(String name) throws IOException {
        Path folder = GeneratedPart.ROOT.resolve("model/src/test/java/shootdown/" + name);
        Map<String, String> tests = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String test = file.getFileName().toString().replace(".java", "");
                if (test.endsWith("Test")) {
                    tests.put(test, Files.readString(file));
                }
            }
        }
        return tests;
    }
}
