package shootdown.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The arrows between packages. This module sees every class of the product. */
class ArchitectureTest {
    /** A package, with its subpackages, and the packages of the product that it may use. */
    enum Layer {
        ENGINE("shootdown.engine"),
        WORDS("shootdown.words"),
        HARDWARE("shootdown.hardware"),
        POLICY("shootdown.policy", HARDWARE),
        HYPERVISOR("shootdown.hypervisor", HARDWARE, POLICY),
        CHECKER("shootdown.checker", ENGINE, HARDWARE, POLICY, HYPERVISOR),
        CLUSTER("shootdown.cluster", ENGINE, HARDWARE, POLICY, HYPERVISOR, CHECKER),
        CLAIMS("shootdown.claims", ENGINE, HARDWARE, POLICY, HYPERVISOR, CHECKER),
        FUZZ("shootdown.fuzz", ENGINE, HARDWARE, POLICY, HYPERVISOR, CHECKER),
        SCENARIO("shootdown.scenario", ENGINE, WORDS, HARDWARE, POLICY, HYPERVISOR, CHECKER),
        XEN("shootdown.xen", HARDWARE, POLICY, HYPERVISOR, CHECKER, SCENARIO),
        CONFORMANCE("shootdown.conformance", HARDWARE, POLICY, HYPERVISOR, CHECKER, SCENARIO, XEN),
        WORKLOAD("shootdown.workload", WORDS, HARDWARE, POLICY, HYPERVISOR),
        CAPTURE("shootdown.capture", WORDS, XEN, WORKLOAD),
        SITE("shootdown.site"),
        REPORT(
                "shootdown.report",
                ENGINE,
                HARDWARE,
                POLICY,
                HYPERVISOR,
                CHECKER,
                CLAIMS,
                FUZZ,
                SCENARIO,
                XEN,
                CONFORMANCE,
                WORKLOAD,
                CAPTURE),
        PAGES(
                "shootdown.pages",
                ENGINE,
                HARDWARE,
                POLICY,
                HYPERVISOR,
                CHECKER,
                CLAIMS,
                SCENARIO,
                REPORT),
        EXPLORER(
                "shootdown.explorer",
                ENGINE,
                WORDS,
                HARDWARE,
                POLICY,
                HYPERVISOR,
                CHECKER,
                SCENARIO,
                REPORT,
                PAGES),
        CLI(
                "shootdown.cli",
                ENGINE,
                WORDS,
                HARDWARE,
                POLICY,
                HYPERVISOR,
                CHECKER,
                CLUSTER,
                CLAIMS,
                FUZZ,
                SCENARIO,
                XEN,
                CONFORMANCE,
                WORKLOAD,
                CAPTURE,
                REPORT,
                PAGES,
                EXPLORER);

        final String root;
        final Set<Layer> uses;

        Layer(String root, Layer... uses) {
            this.root = root;
            this.uses = Set.of(uses);
        }

        String tree() {
            return root + "..";
        }
    }

    /** Layers that nobody has written yet. */
    private static final Set<Layer> NOT_WRITTEN_YET = Set.of();

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("shootdown");

    @ParameterizedTest
    @EnumSource
    void layerUsesOnlyLayersBelow(Layer layer) {
        String[] forbidden =
                Arrays.stream(Layer.values())
                        .filter(other -> other != layer && !layer.uses.contains(other))
                        .map(Layer::tree)
                        .toArray(String[]::new);
        classes()
                .that(resideInAPackage(layer.tree()))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(forbidden).negate().as("are in the layer or below"))
                .allowEmptyShould(NOT_WRITTEN_YET.contains(layer))
                .check(CLASSES);
    }

    @ParameterizedTest
    @EnumSource(names = {"ENGINE", "WORDS", "HARDWARE", "POLICY", "HYPERVISOR"})
    void heartOfTheProductUsesNothingButTheJdk(Layer layer) {
        classes()
                .that(resideInAPackage(layer.tree()))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "shootdown..", "org.jspecify.annotations.."))
                .allowEmptyShould(NOT_WRITTEN_YET.contains(layer))
                .check(CLASSES);
    }

    /** So it does not matter to a search or a campaign when somebody sets the clock. */
    @Test
    void onlyTheCacheOfImagesKnowsTheTimeOfDay() {
        noClasses()
                .that(resideInAPackage("shootdown.."))
                .and(resideOutsideOfPackage(Layer.XEN.tree()).as("outside of the cache"))
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat(
                        belongToAnyOf(Instant.class, Clock.class, LocalDateTime.class, Date.class))
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("shootdown.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @EnumSource
    void layerHasClassesUnlessListedAsNotWritten(Layer layer) {
        boolean written = CLASSES.stream().anyMatch(resideInAPackage(layer.tree()));
        assertThat(written || NOT_WRITTEN_YET.contains(layer))
                .as("%s has classes, or is in NOT_WRITTEN_YET", layer.root)
                .isTrue();
    }

    @Test
    void everyClassIsInALayer() {
        String[] layers = Stream.of(Layer.values()).map(Layer::tree).toArray(String[]::new);
        List<String> outside =
                CLASSES.stream()
                        .filter(resideInAnyPackage(layers).negate())
                        .map(JavaClass::getName)
                        .toList();
        assertThat(outside).isEmpty();
    }

    @Test
    void everyPackageIsDocumentedAndNullMarked() {
        Set<String> packages = new TreeSet<>();
        Set<String> marked = new HashSet<>();
        for (JavaClass type : CLASSES) {
            packages.add(type.getPackageName());
            if (type.getSimpleName().equals("package-info")
                    && type.isAnnotatedWith(NullMarked.class)) {
                marked.add(type.getPackageName());
            }
        }
        assertThat(packages.stream().filter(p -> !marked.contains(p)).collect(Collectors.toList()))
                .as("packages without a @NullMarked package-info.java")
                .isEmpty();
    }
}
