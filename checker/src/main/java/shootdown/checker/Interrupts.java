package shootdown.checker;

import shootdown.hypervisor.Interrupt;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Numbers the interrupts of a search, from 0, the same for all its threads. */
final class Interrupts {
    private final Map<Interrupt, Integer> numbers = new HashMap<>();
    private volatile Interrupt[] all = {};

    Interrupt get(int number) {
        return all[number];
    }

    synchronized int number(Interrupt interrupt) {
        return numbers.computeIfAbsent(
                interrupt,
                added -> {
                    Interrupt[] more = Arrays.copyOf(all, all.length + 1);
                    more[all.length] = added;
                    all = more;
                    return more.length - 1;
                });
    }
}
