package shootdown.report;

import shootdown.checker.Picture.Cached;
import shootdown.checker.Picture.CpuView;
import shootdown.checker.Picture.Member;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What is new about a CPU after a step: its root, its root copy, what it may use. */
record News(String text, Tone tone) {

    /**
     * In this order; empty if the step changed nothing of it.
     *
     * @param stale what stands behind a stale member
     */
    static List<News> of(CpuView was, CpuView is, String stale) {
        List<News> news = new ArrayList<>();
        if (!was.rootText().equals(is.rootText())) {
            news.add(new News("CR3 " + is.rootText(), Tone.PLAIN));
        }
        if (!was.copyText().equals(is.copyText())) {
            news.add(new News(copy(is), Tone.PLAIN));
        }
        for (Cached cached : is.cached()) {
            if (!was.cached().contains(cached)) {
                news.add(new News("may use " + cached(cached, stale), tone(cached)));
            }
        }
        for (Cached cached : was.cached()) {
            if (is.cached().stream().noneMatch(c -> c.what().equals(cached.what()))) {
                news.add(new News("no longer has " + cached.what(), Tone.MUTED));
            }
        }
        return news;
    }

    /** Such as {@code copy0: [0] -> L3a}, the guest slots of a CPU's root copy. */
    static String copy(CpuView cpu) {
        return "copy%d: %s".formatted(cpu.cpu(), cpu.copyText());
    }

    /** Such as {@code linear L2 of 0x0: L2a!, fault}. */
    static String cached(Cached cached, String stale) {
        return cached.what() + ": " + members(cached.members(), stale);
    }

    private static String members(List<Member> members, String stale) {
        return members.isEmpty()
                ? "nothing"
                : members.stream()
                        .map(member -> member.name() + (member.stale() ? stale : ""))
                        .collect(Collectors.joining(", "));
    }

    /** Bad if a member is stale. */
    static Tone tone(Cached cached) {
        return cached.members().stream().anyMatch(Member::stale) ? Tone.BAD : Tone.MUTED;
    }
}
