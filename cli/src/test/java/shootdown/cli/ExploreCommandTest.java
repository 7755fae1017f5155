package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

class ExploreCommandTest {

    @Test
    void printsOneLinkAndServesItUntilCtrlC() throws Exception {
        Process process =
                Run.start(
                        "exec env --default-signal=INT %s",
                        "explore", "u1-linear-uvm", "sync-guest");
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            assertThat(line)
                    .matches(
                            "sync-guest in u1-linear-uvm:"
                                    + " http://127\\.0\\.0\\.1:[0-9]+/[0-9a-f]{32}/");
            URI link = URI.create(line.substring(line.indexOf("http")));
            assertThat(get(link.resolve("api/place"))).contains("\"next\":[{\"number\":0");

            new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it hangs").isTrue();
            assertThat(process.exitValue()).isEqualTo(Exit.OK);
            assertThat(out.readLine()).isNull();
            String said =
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).contains("Ctrl-C ends it").doesNotContain("Exception");
            try (ServerSocket again = onLoopback(link.getPort())) {
                assertThat(again.isBound()).isTrue();
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static String get(URI address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    private static ServerSocket onLoopback(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(
                new java.net.InetSocketAddress(
                        InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
        return socket;
    }

    @Test
    void endsAtOnceIfTheUserWantsSoAlready() {
        Interruption interruption = new Interruption();
        interruption.request();

        Run run = Run.of(interruption, "explore", "u1", "final");

        assertThat(run.exit()).isEqualTo(Exit.OK);
        assertThat(run.out()).startsWith("final in u1-linear-uvm: http://127.0.0.1:");
        assertThat(interruption.isRequested()).isFalse();
    }

    @Test
    void aPortThatIsTakenIsToldAndIsBadInput() throws IOException {
        try (ServerSocket taken = onLoopback(0)) {
            String port = Integer.toString(taken.getLocalPort());
            Run.of("explore", "u1", "final", "--port", port)
                    .complains(Exit.USAGE, "cannot listen on port " + port, "--port 0");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "explore | explore takes a universe and a policy",
                "explore u1 | explore takes a universe and a policy",
                "explore u1 finla | unknown policy 'finla'; did you mean 'final'?",
                "explore u99 final | unknown universe 'u99'",
                "explore u1 final --port 70000 | --port must be 0..65535, not 70000",
                "explore u1 final v1 | 'v1' is one too many"
            })
    void badInputIsTold(String command, String says) {
        Run.of(command.split(" ")).complains(Exit.USAGE, says);
    }
}
