package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicIntegerArray;

class BlockTableTest {

    private static final int LENGTH = 5;

    @Test
    void equalContentsGetOneIdAndComeOutAgain() {
        BlockTable table = new BlockTable(LENGTH, new MemoryBudget(Long.MAX_VALUE));
        for (int round = 0; round < 2; round++) {
            for (int n = 0; n < 10_000; n++) {
                assertThat(table.intern(content(n), 0)).isEqualTo(n + 1);
            }
        }
        long[] read = new long[LENGTH];
        table.read(4712, read, 0);

        assertThat(table.count()).isEqualTo(10_000);
        assertThat(read).isEqualTo(content(4711));
    }

    @Test
    void threadsThatInternTheSameContentsGetTheSameIds() {
        int contents = 50_000;
        BlockTable table = new BlockTable(LENGTH, new MemoryBudget(Long.MAX_VALUE));
        AtomicIntegerArray first = new AtomicIntegerArray(contents);
        AtomicIntegerArray differences = new AtomicIntegerArray(1);
        try (Crew crew = new Crew(4)) {
            crew.run(
                    w -> {
                        for (int n = 0; n < contents; n++) {
                            int id = table.intern(content(n), 0);
                            if (!first.compareAndSet(n, 0, id) && first.get(n) != id) {
                                differences.incrementAndGet(0);
                            }
                        }
                    });
        }

        assertThat(table.count()).isEqualTo(contents);
        assertThat(differences.get(0)).isZero();
    }

    @Test
    void subsetIsJudgedWordByWord() {
        BlockTable table = new BlockTable(2, new MemoryBudget(Long.MAX_VALUE));
        int small = table.intern(new long[] {1, 4}, 0);
        int great = table.intern(new long[] {3, 4}, 0);
        int other = table.intern(new long[] {7, 8}, 0);

        assertThat(table.subset(small, great)).isTrue();
        assertThat(table.subset(great, small)).isFalse();
        assertThat(table.subset(small, other)).isFalse();
        assertThat(table.subset(other, other)).isTrue();
    }

    @Test
    void memoryLimitIsKept() {
        BlockTable table = new BlockTable(LENGTH, new MemoryBudget(50_000));

        assertThatExceptionOfType(MemoryExhausted.class)
                .isThrownBy(
                        () -> {
                            for (int n = 0; n < 10_000; n++) {
                                table.intern(content(n), 0);
                            }
                        });
    }

    private static long[] content(int n) {
        return new long[] {n, -n, n * 31L, 0, 1};
    }
}
