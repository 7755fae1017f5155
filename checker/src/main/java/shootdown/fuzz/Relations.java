package shootdown.fuzz;

import shootdown.hardware.Pte;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.GrantTarget;

import java.util.List;

/**
 * Which operations have to do with each other: they name the same frame, or an address both. A walk
 * that keeps to a few of these comes further than one that does a bit of everything.
 */
final class Relations {
    private static final long ADDRESSES = 1L << 62;
    private static final long ANYTHING = 1L << 63;

    private final long[] names;

    Relations(List<Allowed> operations) {
        names = operations.stream().mapToLong(allowed -> names(allowed.operation())).toArray();
    }

    /** A few operations, bit for bit: one that the dice choose, and some that go with it. */
    long some(Dice dice) {
        int n = names.length;
        int wanted = Math.min(n, dice.between(3, 10));
        long chosen = 1L << dice.below(n);
        long known = names[Long.numberOfTrailingZeros(chosen)];
        for (int tries = 0; tries < 60 && Long.bitCount(chosen) < wanted; tries++) {
            int next = dice.below(n);
            if ((names[next] & known) != 0 || dice.chance(12)) {
                chosen |= 1L << next;
                known |= names[next];
            }
        }
        return chosen;
    }

    private static long names(Operation operation) {
        return switch (operation) {
            case Operation.MmuUpdateRequest r -> frame(r.table()) | frame(r.value());
            case Operation.UpdateVaMappingCall u -> ADDRESSES | frame(u.value());
            case Operation.Pin p -> frame(p.mfn());
            case Operation.Unpin u -> frame(u.mfn());
            case Operation.NewBaseptr b -> frame(b.mfn());
            case Operation.NewUserBaseptr b -> b.mfn() < 0 ? 0 : frame(b.mfn());
            case Operation.ClearPage c -> frame(c.mfn());
            case Operation.CopyPage c -> frame(c.to()) | frame(c.from());
            case Operation.SetGdt g ->
                    g.frames().stream().mapToLong(Relations::frame).reduce(0, (a, b) -> a | b);
            case Operation.UpdateDescriptor d -> frame(d.mfn());
            case Operation.DecreaseReservation d -> frame(d.mfn());
            case Operation.PopulatePhysmap p -> frame(p.mfn());
            case Operation.Transfer t -> frame(t.mfn());
            case Operation.GrantAccess g -> frame(g.mfn());
            case Operation.MapGrant g -> at(g.target());
            case Operation.UnmapGrant g -> at(g.target());
            case Operation.GuestWrite w -> ADDRESSES | frame(w.value());
            case Operation.Access a -> ADDRESSES | frame(a.value());
            case Operation.FaultingWrite f -> ADDRESSES;
            case Operation.LinearL1Read r -> ADDRESSES;
            case Operation.Invlpg i -> ADDRESSES;
            default -> ANYTHING;
        };
    }

    private static long at(GrantTarget target) {
        return ADDRESSES | (target instanceof GrantTarget.Entry e ? frame(e.table()) : 0);
    }

    private static long frame(int mfn) {
        return mfn < 62 ? 1L << mfn : 0;
    }

    private static long frame(long entry) {
        return Pte.isPresent(entry) ? frame(Pte.mfn(entry)) : 0;
    }
}
