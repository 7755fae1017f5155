package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Runs the races of this package under jcstress, which tries them some hundred thousand times. By
 * hand, and for longer: {@code java -cp CLASSES org.openjdk.jcstress.Main -t shootdown}.
 */
class LockFreeReadsTest {

    @TempDir Path folder;

    @Test
    @EnabledIf("hasTwoProcessors")
    void tablesAreReadWithoutLocksAndPlantedRacesAreFound()
            throws IOException, InterruptedException {
        String told = jcstress();

        assertThat(told)
                .contains("[OK] shootdown.engine.SameContentRace")
                .contains("[OK] shootdown.engine.GrowthRace")
                .contains("[OK] shootdown.engine.RecordRace")
                .contains("[OK] shootdown.engine.ShapeRace")
                .contains("[FAILED] shootdown.engine.PlantedRace")
                .contains("[FAILED] shootdown.engine.PlantedRecordRace")
                .contains("Failed tests: 2 matching test results")
                .contains("Error tests: No matches");
    }

    static boolean hasTwoProcessors() {
        return Runtime.getRuntime().availableProcessors() >= 2;
    }

    /** One JVM for each race, half a second each, on two CPUs. */
    private String jcstress() throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.openjdk.jcstress.Main",
                                "-t",
                                "shootdown\\.engine\\..*Race",
                                "-f",
                                "1",
                                "-iters",
                                "1",
                                "-time",
                                "500",
                                "-c",
                                "2",
                                "-strideSize",
                                "16",
                                "-strideCount",
                                "16",
                                "-sc",
                                "false",
                                "-af",
                                "NONE",
                                "-v",
                                "-jvmArgs",
                                "-Xmx256m",
                                "-r",
                                folder.resolve("results").toString())
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("jcstress ends").isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return Files.readString(out);
    }
}
