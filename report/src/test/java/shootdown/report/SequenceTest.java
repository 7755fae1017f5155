package shootdown.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import shootdown.checker.Picture;
import shootdown.checker.Story;
import shootdown.checker.Story.Event;
import shootdown.checker.Story.Message;
import shootdown.checker.Story.Passing;
import shootdown.policy.CatalogueEntry;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

/** Both ways to draw a sequence diagram. */
class SequenceTest {
    private static final String HOSTILE =
            "x; y # %% \"quoted\" 'z' <script>alert(1)</script> &amp; ]]> -->\n\r\tend"
                    + " \u202egnp \ud800 \u2028 $$x$$ {a} \ud83d\ude00 wrap: title: CPU0->>CPU1";

    /** All that may pass between two CPUs. */
    private static Story messages() {
        Story story = StoryTextTest.twoCpus();
        List<Event> events = new ArrayList<>();
        for (Passing kind : Passing.values()) {
            int number = events.size() + 1;
            events.add(event(number, "do_mmu_update", "text", new Message(kind, 0, 1, "TLB")));
        }
        return with(story.policy(), events, "wrong", "remedy");
    }

    private static Story hostile(String text) {
        CatalogueEntry known = HandMade.policy("local-only");
        CatalogueEntry policy =
                new CatalogueEntry(text, List.of(), known.policy(), text, text, false, List.of());
        Message message = new Message(Passing.ASKED, 1, 0, text);
        return with(policy, List.of(event(1, text, text, message)), text, text);
    }

    private static Event event(int number, String function, String text, Message message) {
        Picture after = StoryTextTest.twoCpus().events().getFirst().after();
        return new Event(
                number, 0, function, text, List.of(text), List.of(), List.of(message), after);
    }

    private static Story with(
            CatalogueEntry policy, List<Event> events, String wrong, String remedy) {
        Story story = StoryTextTest.twoCpus();
        return new Story(
                policy,
                story.universe(),
                story.property(),
                story.nearMiss(),
                story.opening(),
                List.of(),
                events,
                wrong,
                remedy);
    }

    private static Document parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    @Test
    void stepsNotesAndWhatIsStaleAreDrawn() throws IOException {
        Golden.check("story-two-cpus.mmd", MermaidText.of(StoryTextTest.twoCpus()));
        Golden.check("story-two-cpus.svg", StorySvg.of(StoryTextTest.twoCpus()));
    }

    @Test
    void eachMessageHasItsArrow() throws IOException {
        assertThat(MermaidText.of(messages()))
                .contains("CPU0-)CPU1: flush IPI: TLB\n")
                .contains("CPU1-->>CPU0: served: TLB\n")
                .contains("CPU0->>CPU1: flushed from below: TLB\n")
                .contains("CPU0-xCPU1: lost: TLB\n");
        Golden.check("story-messages.svg", StorySvg.of(messages()));
    }

    @Test
    void hostileTextEndsNoLineOfMermaid() throws IOException {
        String text = MermaidText.of(hostile(HOSTILE));
        Golden.check("story-hostile.mmd", text);
        String known =
                "sequenceDiagram|    (acc(Title|Descr): |participant|note over CPU|CPU\\d-).*";
        assertThat(text.lines()).allMatch(line -> line.matches("(" + known + ")"));
        String plain = text.replace("<br/>", "").replaceAll("#\\d+;", "");
        assertThat(plain.replaceAll("(->>|-\\))", "")).doesNotContainPattern("[#;<>\"&%${}\\\\]");
    }

    @Test
    void hostileTextStaysTextInThePicture() throws Exception {
        Document svg = parse(StorySvg.of(hostile(HOSTILE)));
        assertThat(svg.getElementsByTagName("script").getLength()).isZero();
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                .contains("<script>alert(1)</script> &amp; ]]>", "\\u202e", "\\ud800");
    }

    @Test
    void longNamesAreCut() throws Exception {
        Story story = hostile("\ud83d\ude00x".repeat(10_000));
        assertThat(MermaidText.of(story).length()).isLessThan(20_000);
        assertThat(parse(StorySvg.of(story)).getElementsByTagName("text").getLength())
                .isLessThan(300);
    }

    @Test
    void pictureNeedsNothingFromElsewhereAndSaysAllInWords() throws Exception {
        String svg = StorySvg.of(StoryTextTest.twoCpus());
        assertThat(svg.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http", "url(", "@import", "<script", "<image", "href");
        assertThat(parse(svg).getElementsByTagName("desc").item(0).getTextContent())
                .contains("1. CPU0 do_mmu_update: L3[0] := L2b.", "Wrong: ", "Remedy: ");
        assertThat(svg).contains("prefers-color-scheme: dark", "@media print");
    }
}
