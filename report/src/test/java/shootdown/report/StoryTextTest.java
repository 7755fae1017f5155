package shootdown.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import shootdown.checker.Picture;
import shootdown.checker.Picture.Cached;
import shootdown.checker.Picture.CpuView;
import shootdown.checker.Picture.Entry;
import shootdown.checker.Picture.Member;
import shootdown.checker.Picture.Mode;
import shootdown.checker.Picture.Pending;
import shootdown.checker.Picture.RootCopy;
import shootdown.checker.Picture.Table;
import shootdown.checker.Property;
import shootdown.checker.Story;
import shootdown.checker.Story.Event;
import shootdown.hardware.Pte;

import java.io.IOException;
import java.util.List;

class StoryTextTest {
    private static final Member L2A = new Member("L2a", true, false);
    private static final Member L2B = new Member("L2b", true, false);
    private static final Member STALE = new Member("L2a", true, true);

    private static CpuView cpu(int number, String root, Member... members) {
        return cpu(number, root, -1, null, members);
    }

    private static CpuView cpu(
            int number, String root, int pcid, @Nullable RootCopy copy, Member... members) {
        List<Cached> cached =
                members.length == 0
                        ? List.of()
                        : List.of(new Cached("linear L2 of 0x0", List.of(members)));
        return new CpuView(
                number,
                "d1v" + number,
                "GUEST",
                "in the guest",
                Mode.KERNEL,
                "",
                root,
                pcid,
                root,
                "",
                copy,
                Pending.NONE,
                cached);
    }

    private static Picture picture(CpuView... cpus) {
        return new Picture(
                List.of(table("L4", "l4", 2, true, "L3"), table("L3", "l3", 1, false, "L2a")),
                List.of(cpus),
                List.of());
    }

    private static Table table(String name, String type, int count, boolean pinned, String first) {
        return new Table(name, 0, type, count, 1, pinned, true, false, 0, 1, List.of(slot0(first)));
    }

    private static Entry slot0(String target) {
        return new Entry(0, Pte.of(1, Pte.PRESENT | Pte.RW), target, false);
    }

    private static RootCopy copy(boolean due, Entry... entries) {
        return new RootCopy("copy0", false, due, List.of(entries));
    }

    private static Story story(Picture opening, List<Event> events, boolean nearMiss) {
        return new Story(
                HandMade.policy("local-only"),
                HandMade.universe("u4-smp-linear"),
                Property.P3,
                nearMiss,
                opening,
                List.of(),
                events,
                "CPU1 may still read L2a through the linear map although no legal walk gives it.",
                "In step 1 'final' would have flushed the other CPUs as well.");
    }

    /** An edit on one CPU that flushes only itself; the other leaves in the end. */
    static Story twoCpus() {
        Picture opening = picture(cpu(0, "L4", L2A), cpu(1, "L4", L2A));
        Picture edited = picture(cpu(0, "L4", STALE, L2B), cpu(1, "L4", STALE, L2B));
        Picture flushed = picture(cpu(0, "L4", L2B), cpu(1, "L4", STALE, L2B));
        Picture gone = picture(cpu(0, "L4", L2B), cpu(1, "L3"));
        List<String> change = List.of("L3[0] = L2b; was L2a");
        List<String> flush = List.of("CPU0 executes TLB for the policy");
        List<Event> events =
                List.of(
                        new Event(
                                1,
                                0,
                                "do_mmu_update",
                                "L3[0] := L2b",
                                change,
                                List.of(),
                                List.of(),
                                edited),
                        new Event(
                                2,
                                0,
                                "flush_area_local",
                                "flushes itself",
                                flush,
                                List.of(),
                                List.of(),
                                flushed),
                        new Event(
                                3,
                                1,
                                "map_guest_l1e",
                                "reads the L2 entry",
                                List.of(),
                                List.of(),
                                List.of(),
                                gone));
        return story(opening, events, false);
    }

    @Test
    void oneColumnForEachCpuAndOnlyWhatChanged() throws IOException {
        Golden.check("story-two-cpus.txt", StoryText.page(twoCpus()));
    }

    @Test
    void columnsGrowAndShrinkWithTheTerminal() {
        String narrow = StoryText.page(twoCpus(), 80).text();
        assertThat(narrow.lines()).allMatch(line -> line.length() <= 80);
        assertThat(narrow).containsPattern("\n {5}CPU0 {34}CPU1\n");
        String wide = StoryText.page(twoCpus(), 160).text();
        assertThat(wide).containsPattern("\n {5}CPU0 {74}CPU1\n");
        assertThat(wide.lines().count()).isLessThan(narrow.lines().count());
    }

    @Test
    void whereColumnsWouldBeTooNarrowThereIsOneForAll() {
        String text = StoryText.page(twoCpus(), 40).text();
        assertThat(text).contains("\n  1  CPU0 do_mmu_update: L3[0] := L2b\n");
        assertThat(text).contains("\n       CPU1 may use linear L2 of 0x0:\n         L2a!, L2b\n");
        assertThat(text.lines()).allMatch(line -> line.length() <= 42);
    }

    @Test
    void threeCpusStillFit() throws IOException {
        Picture opening = picture(cpu(0, "L4", L2A), cpu(1, "L4", L2A), cpu(2, "L4", L2A));
        Picture after = picture(cpu(0, "L4", L2B), cpu(1, "L4", STALE), cpu(2, "L4", STALE, L2B));
        Event event =
                new Event(
                        1,
                        2,
                        "invalidate_interrupt",
                        "CPU0 serves the flush IPI, which this long sentence describes",
                        List.of("CPU0 executes TLB|ROOT_PGTBL for the policy"),
                        List.of(),
                        List.of(),
                        after);
        Golden.check("story-three-cpus.txt", StoryText.page(story(opening, List.of(event), false)));
    }

    @Test
    void nearMissSaysThatThePolicyHolds() throws IOException {
        Picture opening = picture(cpu(0, "L4", 1, copy(false, slot0("L3")), L2A));
        Event event =
                new Event(
                        1,
                        0,
                        "flush_area_mask",
                        "the flush on CPU0 gets lost",
                        List.of("CPU0 should have executed TLB"),
                        List.of(),
                        List.of(),
                        picture(cpu(0, "L4", 1, copy(true), STALE)));
        Golden.check("story-near-miss.txt", StoryText.page(story(opening, List.of(event), true)));
    }
}
