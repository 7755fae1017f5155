package shootdown.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class RelayTest {
    private static final List<Target> TARGETS =
            List.of(Target.find("none").orElseThrow(), Target.find("final").orElseThrow());

    private static Shard alone(long rounds) {
        Limits limits = new Limits(rounds, Long.MAX_VALUE / 2, System::nanoTime, () -> false);
        return new Campaign(TARGETS, 1, Shard.none(0), limits, shard -> {}).run(1);
    }

    private static Shard done(String assignment) {
        Shard shard = Assignment.parse(assignment).run(() -> false);
        assertThat(shard).isNotNull();
        return Notes.parseShard(Notes.shardText(shard == null ? Shard.none(0) : shard));
    }

    private static List<String> dealt(Relay relay) {
        List<String> dealt = new ArrayList<>();
        for (String next = relay.next(); next != null; next = relay.next()) {
            dealt.add(next);
        }
        return dealt;
    }

    @Test
    void shardsDoneInAnyOrderFindWhatOneProcessFinds() {
        Relay relay = new Relay(TARGETS, 1, Shard.none(0), 20);
        List<String> dealt = dealt(relay);
        assertThat(dealt).hasSize(3);
        relay.put(done(dealt.get(2)));
        assertThat(relay.done().to()).isZero();
        relay.put(done(dealt.get(0)));
        relay.put(done(dealt.get(1)));
        assertThat(relay.done()).isEqualTo(alone(20));
        assertThat(relay.done().hits()).isNotEmpty();
    }

    @Test
    void whatIsSettledIsLeftOutByOthersToo() {
        Relay relay = new Relay(TARGETS, 1, Shard.none(0), 20);
        relay.put(done(String.valueOf(relay.next())));
        Assignment second = Assignment.parse(String.valueOf(relay.next()));
        assertThat(second.known().hits()).extracting(Hit::target).containsExactly("none");
        Shard unknowing = new Assignment(1, second.targets(), Shard.none(8), 16).run(() -> false);
        Shard knowing = second.run(() -> false);
        assertThat(knowing).isNotNull();
        assertThat(unknowing).isNotNull();
        if (knowing != null && unknowing != null) {
            assertThat(knowing.hits()).isEmpty();
            assertThat(knowing.to()).isEqualTo(16);
            assertThat(knowing.walks()).isLessThan(unknowing.walks());
            assertThat(relay.done().and(knowing).hits())
                    .isEqualTo(relay.done().and(unknowing).hits());
        }
    }

    @Test
    void nobodyWalksWhenEverythingIsBroken() {
        List<Target> none = List.of(TARGETS.getFirst());
        Relay relay = new Relay(none, 1, Shard.none(0), Long.MAX_VALUE);
        relay.put(done(String.valueOf(relay.next())));
        assertThat(relay.isSettled()).isTrue();
        assertThat(relay.next()).isNull();
    }

    @Test
    void goesOnWithWhatIsNoted() {
        Relay relay = new Relay(TARGETS, 1, alone(14), 20);
        relay.put(done(String.valueOf(relay.next())));
        assertThat(relay.next()).isNull();
        assertThat(relay.done()).isEqualTo(alone(20));
    }

    @Test
    void cancelledRoundsAreNone() {
        Relay relay = new Relay(TARGETS, 1, Shard.none(0), 20);
        assertThat(Assignment.parse(String.valueOf(relay.next())).run(() -> true)).isNull();
    }

    @Test
    void otherTextIsNoAssignment() {
        assertThatThrownBy(() -> Assignment.parse("to 5"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Assignment.parse("to 5\nelse\n"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
