package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import shootdown.engine.MemoryBudget;
import shootdown.engine.SearchOptions;
import shootdown.engine.SearchResult;
import shootdown.engine.TransitionSystem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Members in one process: a thread each, and no network. */
final class Members {
    /** What a member does when it is to die. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private Members() {}

    /** Searches with some members; all must come to the same result. */
    static SearchResult search(TransitionSystem system, SearchOptions options, int members) {
        return search(system, options, members, -1, 0).result();
    }

    /**
     * What came of a search that was to lose a member.
     *
     * @param lost whether it did before its end
     */
    record Losing(SearchResult result, boolean lost) {}

    /**
     * Searches with some members, of which one is killed when it sends its n-th message.
     *
     * @param victim which, or -1
     */
    static Losing search(
            TransitionSystem system, SearchOptions options, int members, int victim, int message) {
        List<Member> all = new ArrayList<>();
        for (int m = 0; m < members; m++) {
            all.add(new Member(system, options, new MemoryBudget(options.memoryBytes())));
        }
        int[] everybody = new int[members];
        Arrays.setAll(everybody, m -> m);
        List<@Nullable SearchResult> results =
                together(all, everybody, members, victim, message, false);
        boolean lost = results.contains(null);
        if (lost) {
            int[] rest = Arrays.stream(everybody).filter(m -> m != victim).toArray();
            results = together(all, rest, members, -1, 0, true);
        }
        List<SearchResult> found = new ArrayList<>();
        for (SearchResult result : results) {
            if (result == null) {
                throw new IllegalStateException("no result");
            }
            found.add(result);
        }
        SearchResult first = found.getFirst();
        for (SearchResult other : found) {
            ResultAssertions.assertSame("members", other, first);
        }
        return new Losing(first, lost);
    }

    /** Lets some members go on together. Null for those that did not come to an end. */
    private static List<@Nullable SearchResult> together(
            List<Member> all,
            int[] numbers,
            int members,
            int victim,
            int message,
            boolean afterLoss) {
        List<Inbox> inboxes = new ArrayList<>();
        for (int ignored : numbers) {
            inboxes.add(new Inbox(new MemoryBudget(Long.MAX_VALUE)));
        }
        AtomicInteger messages = new AtomicInteger();
        List<CompletableFuture<SearchResult>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int i = 0; i < numbers.length; i++) {
                int self = i;
                Member member = all.get(numbers[i]);
                boolean dies = numbers[i] == victim;
                Steps.Link link =
                        (to, step, bytes, last) -> {
                            if (dies && messages.getAndIncrement() == message) {
                                throw new Killed();
                            }
                            inboxes.get(to).put(step, self, bytes, last);
                        };
                Steps steps = new Steps(i, numbers.length, inboxes.get(i), link);
                running.add(
                        CompletableFuture.supplyAsync(
                                () -> {
                                    try {
                                        if (afterLoss) {
                                            member.takeOver(steps, numbers, members);
                                        }
                                        return member.search(steps);
                                    } catch (RuntimeException thrown) {
                                        inboxes.forEach(Inbox::interrupt);
                                        throw thrown;
                                    }
                                },
                                threads));
            }
            List<@Nullable SearchResult> results = new ArrayList<>();
            for (CompletableFuture<SearchResult> one : running) {
                results.add(result(one));
            }
            return results;
        }
    }

    private static @Nullable SearchResult result(CompletableFuture<SearchResult> one) {
        try {
            return one.join();
        } catch (CompletionException thrown) {
            if (thrown.getCause() instanceof Killed
                    || thrown.getCause() instanceof Exchange.Interrupted) {
                return null;
            }
            throw thrown;
        }
    }
}
