package shootdown.xen;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Whether both sides of the mailbox mean the same. */
@EnabledIf(
        value = "shootdown.xen.Components#areInstalled",
        disabledReason = Components.NOT_INSTALLED)
class ProtocolTest {
    /** Constants of a class that are offsets of the fields of a structure. */
    private static final Map<Class<?>, String> STRUCTURES =
            Map.of(
                    Protocol.Header.class, "header",
                    Protocol.Program.class, "program",
                    Protocol.Step.class, "step",
                    Protocol.Result.class, "result",
                    Protocol.StepResult.class, "step_result",
                    Protocol.Change.class, "change");

    /** Constants that are something else, as C says it. */
    private static final Map<String, String> OTHERS =
            Map.ofEntries(
                    Map.entry("Header.ERROR_TEXT_SIZE", "sizeof ((struct header *)0)->error_text"),
                    Map.entry("Header.NO_DOMAIN", "0x7ff4"),
                    Map.entry("Program.AT", "SLOT_PROGRAM"),
                    Map.entry("Program.WRITE_SIZE", "sizeof(struct write)"),
                    Map.entry("Program.FLAG_M2P", "PROGRAM_M2P"),
                    Map.entry("Step.BYTES", "sizeof(struct step)"),
                    Map.entry("Step.FLAG_RECORD", "STEP_RECORD"),
                    Map.entry("Step.FLAG_USER", "STEP_USER"),
                    Map.entry("Result.AT", "SLOT_RESULT"),
                    Map.entry("Result.CHANGE_SIZE", "sizeof(struct change)"),
                    Map.entry("Result.STATUS_DIRTY", "STATUS_DIRTY"),
                    Map.entry("Result.STATUS_TRUNCATED", "STATUS_TRUNCATED"),
                    Map.entry("Result.STATUS_MALFORMED", "STATUS_MALFORMED"),
                    Map.entry("Result.STATUS_LOST", "STATUS_LOST"),
                    Map.entry("StepResult.BYTES", "sizeof(struct step_result)"),
                    Map.entry("Data.AT", "SLOT_DATA"),
                    Map.entry("Data.SIZE", "DATA_SIZE"),
                    Map.entry("Protocol.MAGIC", "MAILBOX_MAGIC"),
                    Map.entry("Protocol.VERSION", "PROTOCOL_VERSION"),
                    Map.entry("Protocol.FIRST_SLOT", "SLOT_OFFSET(0)"),
                    Map.entry("Protocol.SLOTS", "SLOTS"),
                    Map.entry("Protocol.SLOT_SIZE", "SLOT_SIZE"),
                    Map.entry("Protocol.MAILBOX_SIZE", "MAILBOX_SIZE"),
                    Map.entry("Protocol.STATE_READY", "STATE_READY"),
                    Map.entry("Protocol.STATE_FAILED", "STATE_FAILED"),
                    Map.entry("ProgramWriter.MAX_FRAMES", "MAX_FRAMES"),
                    Map.entry("ProgramWriter.MAX_SLOTS", "MAX_SLOTS"),
                    Map.entry("ProgramWriter.MAX_WRITES", "MAX_WRITES"),
                    Map.entry("ProgramWriter.MAX_STEPS", "MAX_STEPS"),
                    Map.entry("ProgramWriter.DATA_SIZE", "DATA_SIZE"),
                    Map.entry("Frames.POOL", "POOL_FRAMES"));

    private static final String BEGINNING =
            """
            #include <stdio.h>
            #include <stddef.h>
            #include "protocol.h"
            int main(void) {
            """;

    @TempDir private Path folder;

    @Test
    void compilerPutsEveryFieldWhereTheDriverLooks() throws Exception {
        Map<String, String> java = new TreeMap<>();
        StringBuilder c = new StringBuilder(BEGINNING);
        List<Class<?>> classes =
                List.of(
                        Protocol.class,
                        Protocol.Header.class,
                        Protocol.Program.class,
                        Protocol.Step.class,
                        Protocol.Result.class,
                        Protocol.StepResult.class,
                        Protocol.Change.class,
                        Protocol.Data.class,
                        ProgramWriter.class,
                        Frames.class);
        for (Class<?> type : classes) {
            for (Field field : type.getDeclaredFields()) {
                String name = type.getSimpleName() + "." + field.getName();
                String expression = OTHERS.get(name);
                String structure = STRUCTURES.get(type);
                if (expression == null && structure != null) {
                    expression =
                            "offsetof(struct %s, %s)"
                                    .formatted(structure, field.getName().toLowerCase(Locale.ROOT));
                }
                if (expression != null) {
                    java.put(name, "%d".formatted(((Number) value(field)).longValue()));
                    c.append("printf(\"%s %%ld\\n\", (long)(%s));\n".formatted(name, expression));
                }
            }
        }
        c.append("}\n");
        assertThat(java.keySet()).containsAll(OTHERS.keySet());
        assertThat(compileAndRun(c.toString())).isEqualTo(java);
    }

    private static Object value(Field field) throws IllegalAccessException {
        field.setAccessible(true);
        return field.get(null);
    }

    private Map<String, String> compileAndRun(String program) throws Exception {
        Path header = folder.resolve("protocol.h");
        try (var in = Protocol.class.getResourceAsStream("agent/protocol.h")) {
            Files.copy(in, header);
        }
        Files.writeString(folder.resolve("offsets.c"), program);
        run("gcc", "-o", "offsets", "offsets.c");
        Map<String, String> values = new TreeMap<>();
        run("./offsets")
                .lines()
                .forEach(line -> values.put(line.split(" ")[0], line.split(" ")[1]));
        return values;
    }

    private String run(String... command) throws Exception {
        File directory = folder.toFile();
        Process process =
                new ProcessBuilder(command).directory(directory).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void everySourceOfTheAgentIsCompiled() {
        Path root = Path.of(System.getProperty("shootdown.root", ".."));
        Path sources = root.resolve("xen/src/main/resources/shootdown/xen/agent");
        assertThat(sources.toFile().list()).containsExactlyInAnyOrderElementsOf(AgentImage.SOURCES);
    }
}
