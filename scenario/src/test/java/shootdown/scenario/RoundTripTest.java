package shootdown.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Parser and printer are inverse. */
class RoundTripTest {
    static String resource(String name) throws IOException {
        try (InputStream in = RoundTripTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        }
    }

    @Test
    void everyWordOfTheLanguageIsReadAndWrittenAndReadAgain() throws IOException {
        Document read = Scenarios.parse(resource("everything.scn"), "everything.scn");
        String printed = Scenarios.print(read);
        Document again = Scenarios.parse(printed, "printed");
        assertThat(again).isEqualTo(read);
        assertThat(Scenarios.print(again)).isEqualTo(printed);
    }
}
