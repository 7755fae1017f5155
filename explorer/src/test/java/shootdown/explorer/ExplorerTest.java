package shootdown.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.checker.Trails;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.engine.SearchOptions;
import shootdown.policy.Catalogue;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Of {@code Explorer} and all that it lets in, over real sockets, each byte written by hand. */
class ExplorerTest {
    private final List<Throwable> troubles = new ArrayList<>();
    private Explorer explorer;
    private URI link;

    @BeforeEach
    void open() throws IOException {
        explorer = open("u1-linear-uvm", "sync-guest");
        link = explorer.link();
    }

    @AfterEach
    void close() {
        explorer.close();
        assertThat(troubles).isEmpty();
    }

    private Explorer open(String universe, String policy) throws IOException {
        Universe found = Universes.find(universe).orElseThrow();
        Trails trails = new Trails(Catalogue.find(policy).orElseThrow(), found);
        return Explorer.open(trails, 0, SearchOptions.defaults(), troubles::add);
    }

    // What it answers.

    @Test
    void showsTheFirstStateAndTheStepsThatArePossible() throws IOException {
        Answer answer = get("api/place");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .startsWith("{\"schema\":\"shootdown/explore/1\"")
                .contains("\"path\":[]", "\"next\":[{\"number\":0,\"cpu\":0")
                .contains("\"id\":\"P3\"", "\"judgement\":\"holds\"");
    }

    @Test
    void aPathMeansTheSameEachTime() throws IOException {
        assertThat(get("api/place?path=3.0").body())
                .isEqualTo(get("api/place?path=3.0").body())
                .contains("\"path\":[3,0]", "\"judgement\":\"broken\"");
    }

    @Test
    void findsTheNearestStateAndExportsThePathThere() throws IOException {
        Answer found = search("broken P3", "");

        assertThat(found.body()).contains("\"state\":\"found\"", "\"path\":[3,0]");
        assertThat(get("api/scenario?path=3.0").body())
                .contains("mmu_update L4[0] := L3b", "breaks P3");
    }

    @Test
    void searchesFromThePlaceThatIsShown() throws IOException {
        assertThat(search("broken P3", "11").body()).contains("\"path\":[11,");
    }

    @Test
    void saysWhyAPathIsNoScenario() throws IOException {
        Answer answer = get("api/scenario?path=3");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body()).contains("nothing is broken here");
    }

    @Test
    void aWrongExpressionIsAnsweredWithItsColumn() throws IOException {
        Answer answer = post("api/search", "broken P33");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("column 8", "did you mean 'P3'?");
    }

    @Test
    void aSearchTellsItsProgressAndCanBeCancelled() throws IOException {
        try (Explorer large = open("u12-life-xpti-smp", "final")) {
            link = large.link();
            Answer started = post("api/search", "not cpu0 stale and L4a.count == 77");
            assertThat(started.body()).contains("\"state\":\"running\"");

            Answer ended = send("DELETE", "api/search?id=1", "", "");

            assertThat(ended.body()).contains("\"state\":\"cancelled\"", "\"path\":null");
        }
    }

    @Test
    void aNewSearchEndsTheOneBefore() throws IOException {
        try (Explorer large = open("u12-life-xpti-smp", "final")) {
            link = large.link();
            post("api/search", "L4a.count == 77");
            search("cpu1 in xen", "");

            assertThat(get("api/search?id=1").status()).isEqualTo(404);
            assertThat(searchThreads()).isEmpty();
        }
    }

    @Test
    void thePageAsksForNothingButItselfAndHasNoScriptInIt() throws IOException {
        Answer page = get("");

        assertThat(page.head()).containsIgnoringCase("Content-Type: text/html; charset=utf-8");
        assertThat(page.body()).startsWith("<!doctype html>").doesNotContain("://");
        Matcher named = Pattern.compile("(?:src|href)=\"([^\"]*)\"").matcher(page.body());
        while (named.find()) {
            if (!named.group(1).startsWith("data:")) {
                assertThat(get(named.group(1)).status()).as(named.group(1)).isEqualTo(200);
            }
        }
        assertThat(page.body()).doesNotContain("<style", "style=\"", "onclick", "<script>");
    }

    @Test
    void whatTheServerNamesIsNeverTakenForMarkup() throws IOException {
        assertThat(get("explore.js").body())
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write");
    }

    // Whom it refuses.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/place",
                "/00000000000000000000000000000000/api/place",
                "//api/place",
                "/%2e%2e/api/place",
                "/favicon.ico"
            })
    void nobodyGetsAnythingWithoutTheToken(String path) throws IOException {
        Answer answer = raw("GET " + path + " HTTP/1.1\r\n" + host() + "Connection: close\r\n\r\n");

        assertThat(answer.status()).isIn(400, 403);
        assertThat(answer.body()).containsAnyOf("token", "proxy").doesNotContain("u1-linear-uvm");
    }

    @Test
    void aTokenThatOnlyBeginsRightIsRefused() throws IOException {
        String token = link.getPath().substring(0, 20);

        assertThat(raw("GET " + token + "/api/place HTTP/1.1\r\n" + host() + "\r\n").status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example\r\n",
                "Host: evil.example:%d\r\n",
                "Host: 127.0.0.1\r\n",
                "Host: 127.0.0.1:1\r\n",
                "Host: 127.0.0.1:%d.evil.example\r\n",
                "Host: 127.0.0.1:%d\r\nHost: evil.example\r\n",
                "Host:\r\n",
                ""
            })
    void aNameThatIsNotThisMachinesIsRefused(String host) throws IOException {
        String header = host.contains("%d") ? host.formatted(link.getPort()) : host;

        Answer answer = raw("GET " + link.getPath() + "api/place HTTP/1.1\r\n" + header + "\r\n");

        assertThat(answer.status()).isIn(400, 403);
        assertThat(answer.body()).doesNotContain("schema\":\"shootdown/explore/1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://evil.example", "null", "https://127.0.0.1:%d", "http://127.0.0.1:1"})
    void aPageOfAnotherOriginIsRefused(String origin) throws IOException {
        String from = origin.contains("%d") ? origin.formatted(link.getPort()) : origin;

        Answer answer = send("GET", "api/place", "Origin: " + from + "\r\n", "");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.head()).doesNotContain("Access-Control");
    }

    @Test
    void itsOwnPageAndLocalhostAreServed() throws IOException {
        int port = link.getPort();
        String own = "Origin: http://127.0.0.1:%d\r\n".formatted(port);

        assertThat(send("GET", "api/place", own, "").status()).isEqualTo(200);
        assertThat(
                        raw("GET %sapi/place HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n"
                                        .formatted(link.getPath(), port))
                                .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "X"})
    void otherMethodsAreRefused(String method) throws IOException {
        assertThat(send(method, "api/place", "", "").status()).isIn(400, 405);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, api/nothing, 404",
        "GET, ../../etc/passwd, 404",
        "GET, %2e%2e/%2e%2e/etc/passwd, 404",
        "GET, shootdown/explorer/Explorer.class, 404",
        "POST, api/place, 404",
        "GET, api/place?path=x, 400",
        "GET, api/place?path=-1, 400",
        "GET, api/place?path=1..2, 400",
        "GET, api/place?path=1., 400",
        "GET, api/place?path=9999999, 400",
        "GET, api/place?path=%ff%zz, 400",
        "GET, api/place?path=0&path=1, 400",
        "GET, api/place?file=/etc/passwd, 400",
        "GET, api/place?path, 400",
        "GET, api/place?path=99, 404",
        "GET, api/place?path=3.7, 404",
        "GET, api/search?id=1, 404",
        "GET, api/search?id=x, 400",
        "POST, api/search?path=99, 404"
    })
    void brokenRequestsAreRefusedAndSaidToBe(String method, String resource, int status)
            throws IOException {
        Answer answer = send(method, resource, "", method.equals("POST") ? "broken" : "");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(get("api/place").status()).isEqualTo(200);
    }

    @Test
    void tooMuchIsRefused() throws IOException {
        String longPath =
                IntStream.range(0, 301).mapToObj(i -> "2").collect(Collectors.joining("."));

        assertThat(get("api/place?path=" + longPath).status()).isEqualTo(400);
        assertThat(get("api/place?path=" + "0".repeat(9_000)).status()).isEqualTo(414);
        assertThat(post("api/search", "(".repeat(5_000)).status()).isEqualTo(413);
        assertThat(post("api/search", "(".repeat(4_000)).status()).isEqualTo(400);
        assertThat(get("api/place").status()).isEqualTo(200);
    }

    @Test
    void everyAnswerForbidsTheBrowserWhatItDoesNotNeed() throws IOException {
        for (Answer answer : List.of(get("api/place"), get("api/nothing"))) {
            assertThat(answer.head())
                    .containsIgnoringCase("Content-Security-Policy: default-src 'none'")
                    .containsIgnoringCase("frame-ancestors 'none'")
                    .containsIgnoringCase("Cache-Control: no-store")
                    .containsIgnoringCase("X-Content-Type-Options: nosniff")
                    .containsIgnoringCase("Referrer-Policy: no-referrer");
        }
    }

    @Test
    void staysUpUnderGarbage() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[random.nextInt(400)];
            random.nextBytes(garbage);
            try (Socket socket = connect()) {
                socket.getOutputStream().write(garbage);
                if (random.nextBoolean()) {
                    socket.getOutputStream().write("\r\n\r\n".getBytes(UTF_8));
                }
            }
        }

        assertThat(get("api/place").status()).as("seed " + seed).isEqualTo(200);
    }

    @Test
    void whoSendsNothingHoldsNobodyUp() throws IOException {
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Socket socket = connect();
            socket.getOutputStream().write("GET /".getBytes(UTF_8));
            silent.add(socket);
        }

        assertThat(get("api/place").status()).isEqualTo(200);
        for (Socket socket : silent) {
            socket.close();
        }
    }

    // Where it listens, and how it ends.

    @Test
    void listensOnTheLoopbackInterfaceOnly() {
        assertThat(link.getHost()).isEqualTo("127.0.0.1");
        assertThat(link.getPath()).matches("/[0-9a-f]{32}/");
    }

    @Test
    void everyRunHasATokenOfItsOwn() throws IOException {
        try (Explorer other = open("u1-linear-uvm", "sync-guest")) {
            assertThat(other.link().getPath()).isNotEqualTo(link.getPath());
        }
    }

    @Test
    void aPortThatIsTakenCannotBeHad() {
        Trails trails =
                new Trails(
                        Catalogue.find("final").orElseThrow(),
                        Universes.find("u1-linear-uvm").orElseThrow());

        assertThatThrownBy(
                        () ->
                                Explorer.open(
                                        trails,
                                        link.getPort(),
                                        SearchOptions.defaults(),
                                        troubles::add))
                .isInstanceOf(BindException.class);
    }

    @Test
    void closingFreesThePortAndEndsTheSearchAndAllThreads() throws Exception {
        Explorer large = open("u12-life-xpti-smp", "final");
        link = large.link();
        post("api/search", "L4a.count == 77");
        assertThat(searchThreads()).isNotEmpty();

        large.close();

        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        assertThat(searchThreads()).isEmpty();
    }

    private static List<String> searchThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("explorer-search"))
                .toList();
    }

    // By hand.

    private record Answer(int status, String head, String body) {}

    private Answer get(String resource) throws IOException {
        return send("GET", resource, "", "");
    }

    private Answer post(String resource, String body) throws IOException {
        return send("POST", resource, "", body);
    }

    /** Starts a search and waits until it has ended. */
    private Answer search(String expression, String path) throws IOException {
        Answer answer = post("api/search?path=" + path, expression);
        Matcher id = Pattern.compile("\"id\":([0-9]+)").matcher(answer.body());
        assertThat(id.find()).as(answer.body()).isTrue();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (answer.body().contains("\"state\":\"running\"")) {
            assertThat(System.nanoTime()).isLessThan(until);
            answer = get("api/search?id=" + id.group(1));
        }
        return answer;
    }

    private Answer send(String method, String resource, String headers, String body)
            throws IOException {
        return raw(
                "%s %s%s HTTP/1.1\r\n%s%sContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                        .formatted(
                                method,
                                link.getPath(),
                                resource,
                                host(),
                                headers,
                                body.getBytes(UTF_8).length,
                                body));
    }

    private String host() {
        return "Host: 127.0.0.1:%d\r\n".formatted(link.getPort());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(link.getHost(), link.getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private Answer raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(UTF_8));
            socket.shutdownOutput();
            String text = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(text).startsWith("HTTP/1.1 ");
            int blank = text.indexOf("\r\n\r\n");
            return new Answer(
                    Integer.parseInt(text.substring(9, 12)),
                    text.substring(0, blank),
                    text.substring(blank + 4));
        }
    }
}
