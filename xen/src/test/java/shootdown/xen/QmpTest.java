package shootdown.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;

class QmpTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String GREETING =
            "{\"QMP\": {\"version\": {\"qemu\": {\"return\": 1}}, \"capabilities\": []}}\n";

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    private Qmp talk(String answers) {
        return new Qmp(sent, new ByteArrayInputStream((GREETING + answers).getBytes(UTF_8)));
    }

    @Test
    void silenceOfTheMonitorIsSuccess() {
        Qmp qmp = talk("{\"event\": \"STOP\", \"data\": {}}\n{\"return\": \"\", \"id\": {}}\n");
        assertThatCode(() -> qmp.monitor("savevm x", LIMIT)).doesNotThrowAnyException();
        assertThat(sent.toString(UTF_8))
                .isEqualTo(
                        "{\"execute\":\"human-monitor-command\",\"arguments\":"
                                + "{\"command-line\":\"savevm x\"}}\n");
    }

    @Test
    void wordsOfTheMonitorAreTheError() {
        Qmp qmp = talk("{\"return\": \"Error: no space\\r\\n\"}\n");
        assertThatThrownBy(() -> qmp.monitor("savevm x", LIMIT))
                .isInstanceOf(IOException.class)
                .hasMessage("savevm x: Error: no space");
    }

    @Test
    void refusalIsTheError() {
        Qmp qmp = talk("{\"error\": {\"class\": \"GenericError\", \"desc\": \"unknown\"}}\n");
        assertThatThrownBy(() -> qmp.execute("nonsense", LIMIT)).hasMessage("nonsense: unknown");
    }

    @Test
    void endOfQemuIsTheError() {
        Qmp qmp = talk("");
        assertThatThrownBy(() -> qmp.execute("cont", LIMIT)).hasMessage("cont: QEMU ended");
    }

    @Test
    void silenceOfQemuEndsInTime() throws IOException {
        try (PipedOutputStream open = new PipedOutputStream();
                PipedInputStream silent = new PipedInputStream(open)) {
            Qmp qmp = new Qmp(sent, silent);
            assertThatThrownBy(() -> qmp.execute("cont", Duration.ofMillis(20)))
                    .hasMessage("cont: no answer in 20 ms");
        }
    }
}
