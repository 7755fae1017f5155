package shootdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

class WorkshopTest {
    private static final Address ASKER = UUID.randomUUID();

    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);
    private final Workshop workshop =
            new Workshop(
                    Map.of("wait", () -> this::waits),
                    Executors.newFixedThreadPool(2),
                    Executors.newSingleThreadExecutor(),
                    (to, answer) -> {
                        In in = new In(answer.take());
                        answers.add(in.text() + " " + Run.read(in).epoch() + " " + in.text());
                    },
                    () -> "here");

    private String waits(String task, BooleanSupplier cancelled) {
        begun.incrementAndGet();
        while (go.getCount() > 0 && !cancelled.getAsBoolean()) {
            Thread.onSpinWait();
        }
        return task;
    }

    @AfterEach
    void close() {
        workshop.close();
    }

    private void tell(int task) {
        Out out = new Out();
        new Run(7, task).write(out);
        workshop.take(ASKER, new In(out.text("wait").text("task " + task).take()));
    }

    private void awaitBegun(int tasks) throws InterruptedException {
        for (int left = 500; left > 0 && begun.get() < tasks; left--) {
            Thread.sleep(10);
        }
        assertThat(begun).hasValue(tasks);
    }

    @Test
    void taskThatIsToldAgainWhileUnderWayIsDoneOnce() throws InterruptedException {
        tell(3);
        tell(3);
        tell(4);
        tell(3);
        awaitBegun(2);
        go.countDown();
        assertThat(List.of(answer(), answer()))
                .containsExactlyInAnyOrder("TASK_DONE 3 task 3", "TASK_DONE 4 task 4");
        assertThat(begun).hasValue(2);
    }

    @Test
    void taskThatWasForgottenIsDoneWhenItIsToldAgain() throws InterruptedException {
        tell(3);
        awaitBegun(1);
        workshop.endAllBut(List.of());
        tell(3);
        awaitBegun(2);
        go.countDown();
        assertThat(answer()).isEqualTo("TASK_DONE 3 task 3");
        assertThat(answers).isEmpty();
    }

    private String answer() throws InterruptedException {
        return String.valueOf(answers.poll(10, SECONDS));
    }
}
