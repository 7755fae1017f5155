package shootdown.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hardware.TestMachine.ALL;
import static shootdown.hardware.TestMachine.READ_ONLY;

import org.junit.jupiter.api.Test;

import shootdown.hardware.ExplicitCaches.Member;

import java.util.ArrayList;
import java.util.List;

/** The steps that only explicit caches have. */
class ExplicitCachesTest {
    private static final int ROOT = 0;
    private static final int TABLE = 1;
    private static final VirtualAddress X = new VirtualAddress(0, 0, 0, 0);

    private final TestMachine machine =
            TestMachine.with(CacheModel.EXPLICIT).frames(2).slots(0).globals().addresses(X).build();
    private final long[] state = machine.state();
    private final ExplicitCaches caches = (ExplicitCaches) machine.caches();
    private final int prefix = machine.geometry().keys().prefix(0, 1);
    private final Member readOnly = new Member(0, prefix, TABLE, 0);
    private final Member writable = new Member(0, prefix, TABLE, Rights.WRITE);

    private List<Member> fills() {
        List<Member> fills = new ArrayList<>();
        caches.forEachFill(state, 0, n -> fills.add(caches.member(n)));
        return fills;
    }

    private List<Member> evictions() {
        List<Member> evictions = new ArrayList<>();
        caches.forEachEviction(state, 0, n -> evictions.add(caches.member(n)));
        return evictions;
    }

    private void entry(long flags) {
        state[machine.geometry().entry(ROOT, 0)] = Pte.of(TABLE, flags);
    }

    @Test
    void numbersAndMembersAreInverse() {
        Geometry g = machine.geometry();
        int number = 0;
        for (int family = 0; family < g.families(); family++) {
            for (int key = 0; key < g.keys().size(); key++) {
                for (int mfn = 0; mfn < g.frames(); mfn++) {
                    for (int rights = 0; rights <= Rights.WRITE; rights++) {
                        Member member = new Member(family, key, mfn, rights);
                        assertThat(caches.number(member)).isEqualTo(number);
                        assertThat(caches.member(number)).isEqualTo(member);
                        number++;
                    }
                }
            }
        }
    }

    @Test
    void aFillIsOfferedOnce() {
        entry(ALL);
        assertThat(fills()).containsExactly(writable);
        caches.fill(state, 0, caches.number(writable));
        assertThat(fills()).isEmpty();
    }

    @Test
    void theWritableFormIsAnotherEntryThanTheReadOnlyOne() {
        entry(READ_ONLY);
        assertThat(fills()).containsExactly(readOnly);
        caches.fill(state, 0, caches.number(readOnly));
        entry(ALL);
        assertThat(fills()).containsExactly(writable);
    }

    @Test
    void evictingTheWritableFormLeavesTheReadOnlyOne() {
        caches.fill(state, 0, caches.number(writable));
        assertThat(evictions()).containsExactly(writable);
        caches.evict(state, 0, caches.number(writable));
        assertThat(evictions()).containsExactly(readOnly);
        caches.evict(state, 0, caches.number(readOnly));
        assertThat(evictions()).isEmpty();
        assertThat(state).containsOnly(0);
    }

    @Test
    void aRootThatNamesItselfFillsOneDepthAtATime() {
        state[machine.geometry().entry(ROOT, 0)] = Pte.of(ROOT, ALL);
        for (int depth = 1; depth <= KeyTree.LEAF_DEPTH; depth++) {
            int key = machine.geometry().keys().prefix(0, depth);
            Member next = new Member(0, key, ROOT, Rights.WRITE);
            assertThat(fills()).containsExactly(next);
            caches.fill(state, 0, caches.number(next));
        }
        assertThat(fills()).isEmpty();
    }
}
