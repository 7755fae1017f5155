package shootdown.claims;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All claims, in the order of their numbers: those of the thread, then those of commits. */
public final class Claims {
    private static final List<Claim> ALL =
            Stream.of(
                            FirstVersionClaims.all(),
                            ReplyClaims.all(),
                            SecondVersionClaims.all(),
                            CommitClaims.all())
                    .flatMap(List::stream)
                    .toList();

    private Claims() {}

    public static List<Claim> all() {
        return ALL;
    }

    public static Optional<Claim> find(int number) {
        return ALL.stream().filter(claim -> claim.number() == number).findFirst();
    }
}
