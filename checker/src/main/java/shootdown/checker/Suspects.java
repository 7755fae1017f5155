package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Picture.Cached;
import shootdown.checker.Picture.Member;
import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.XenSlots;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The cached results that matter to a property, and which of them are stale. */
final class Suspects {
    /**
     * Something to look at.
     *
     * @param what in words
     * @param key of the cached sets
     * @param address its number if a whole linear read is meant, else -1
     * @param isL2Read whether Xen reads an L2 entry there, to find an L1 table
     */
    record Suspect(String what, int key, int address, boolean isL2Read) {}

    /** Makes a member for people; -1 for a fault. */
    interface Naming {
        Member member(int mfn, boolean writable, boolean stale);
    }

    private final Hypervisor xen;
    private final Geometry geometry;
    private final KeyTree keys;
    private final LegalWalk legal;
    private final @Nullable TypeSafety typeSafety;
    private final List<Suspect> all;
    private final long[] reached = new long[1];
    private final long[] writable = new long[1];
    private long held;
    private long heldWritable;
    private long heldFresh;
    private boolean heldStale;

    /**
     * @param property the one that breaks, or null for all that could be used where it is stale
     * @param last the state that violates the property
     */
    Suspects(Hypervisor xen, @Nullable Property property, long[] last) {
        this.xen = xen;
        this.geometry = xen.layout().geometry();
        this.keys = geometry.keys();
        this.legal = new LegalWalk(xen);
        this.typeSafety = property == null || property == Property.P1 ? new TypeSafety(xen) : null;
        this.all =
                switch (property) {
                    case null -> everywhere(last);
                    case P3 -> windows();
                    case P1, P4, P8 -> stalePaths(last, false);
                    case S1 -> stalePaths(last, true);
                    case P2, P5, P6, P7, P9 -> List.of();
                };
    }

    List<Suspect> all() {
        return all;
    }

    private List<Suspect> everywhere(long[] s) {
        List<Suspect> all = new ArrayList<>(windows());
        all.addAll(stalePaths(s, false));
        return all;
    }

    private List<Suspect> windows() {
        List<Suspect> windows = new ArrayList<>();
        for (int a = 0; a < keys.addresses().size(); a++) {
            VirtualAddress address = keys.addresses().get(a);
            if (address.i4() == LinearMap.SLOT) {
                boolean l2 = address.i3() == LinearMap.SLOT;
                windows.add(new Suspect(describe(address), keys.leaf(a), a, l2));
            }
        }
        return windows;
    }

    /** A linear page in words, such as {@code linear L1 of 0x0}. */
    static String describe(VirtualAddress window) {
        return window.i3() == LinearMap.SLOT
                ? "linear L2 of " + new VirtualAddress(window.i2(), window.i1(), 0, 0)
                : "linear L1 of " + new VirtualAddress(window.i3(), window.i2(), window.i1(), 0);
    }

    /**
     * @param linear whether those of the linear map are meant, or those of the guest
     */
    private List<Suspect> stalePaths(long[] s, boolean linear) {
        List<Suspect> stale = new ArrayList<>();
        for (int key = 0; key < keys.size(); key++) {
            int slot = keys.topSlot(key);
            boolean meant = linear ? slot == LinearMap.SLOT : XenSlots.isGuestL4Slot(slot);
            for (int cpu = 0; meant && cpu < geometry.cpus(); cpu++) {
                lookUpHeld(s, cpu, key);
                if (heldStale || forbidden(s, key) != 0) {
                    stale.add(new Suspect(Painter.describeKey(keys, key), key, -1, false));
                    break;
                }
            }
        }
        return stale;
    }

    /** What a CPU holds under any PCID, and what of it is stale under the one that holds it. */
    private void lookUpHeld(long[] s, int cpu, int key) {
        held = 0;
        heldWritable = 0;
        heldFresh = 0;
        heldStale = false;
        for (int family = 0; family < geometry.families(); family++) {
            legal.walkFamily(s, cpu, family, cpu, LegalWalk.NOBODY);
            long here = s[geometry.reached(cpu, family, key)];
            long writableHere = s[geometry.writable(cpu, family, key)];
            held |= here;
            heldWritable |= writableHere;
            heldFresh |= here & legal.reached(key);
            heldStale |= (here & ~legal.reached(key)) != 0;
            heldStale |= (writableHere & ~legal.writable(key)) != 0;
        }
    }

    /** Tables in use among what was looked up that a CPU may write, legal as the walk may be. */
    private long forbidden(long[] s, int key) {
        return typeSafety == null || !keys.isLeaf(key) ? 0 : heldWritable & typeSafety.tables(s);
    }

    /** An address whose L2 entry Xen reads through this linear page, and for which operation. */
    record Reader(String operation, VirtualAddress va) {}

    /** The first operation that reads an L2 entry there, if there is one. */
    Optional<Reader> reader(Suspect suspect) {
        VirtualAddress window = keys.addresses().get(suspect.address);
        return xen.layout().machine().operations().stream()
                .map(allowed -> reader(allowed.operation()))
                .flatMap(Optional::stream)
                .filter(reader -> LinearMap.l2Window(reader.va).equals(window))
                .findFirst();
    }

    private static Optional<Reader> reader(Operation operation) {
        return switch (operation) {
            case Operation.UpdateVaMappingCall u ->
                    Optional.of(new Reader("update_va_mapping", u.va()));
            case Operation.MapGrant m -> reader("map_grant_ref", m.target());
            case Operation.UnmapGrant u -> reader("unmap_grant_ref", u.target());
            case Operation.UnmapAndReplace u -> reader("unmap_and_replace", u.target());
            default -> Optional.empty();
        };
    }

    private static Optional<Reader> reader(String operation, Operation.GrantTarget target) {
        return target instanceof Operation.GrantTarget.Linear linear
                ? Optional.of(new Reader(operation, linear.va()))
                : Optional.empty();
    }

    /** The first frame that only a stale read gives, or -1. */
    int firstStale(long[] s, int cpu, Suspect suspect) {
        if (suspect.address < 0 || !xen.mayCall(s, cpu)) {
            return -1;
        }
        xen.caches().outcomes(s, cpu, suspect.address, reached, writable);
        legal.walk(s, cpu, cpu, LegalWalk.NOBODY);
        long stale = reached[0] & ~legal.reached(suspect.key);
        return stale == 0 ? -1 : Long.numberOfTrailingZeros(stale);
    }

    /** What a CPU may use for a suspect now. */
    Cached look(long[] s, int cpu, Suspect suspect, Naming naming) {
        boolean mayFault = false;
        long frames;
        long stores;
        long fresh;
        long forbidden = 0;
        if (suspect.address >= 0 && xen.cpus().inGuest(s, cpu) && xen.layout().machine().xpti()) {
            return new Cached(suspect.what, List.of()); // a root copy has no linear map
        }
        if (suspect.address >= 0) {
            mayFault = xen.caches().outcomes(s, cpu, suspect.address, reached, writable);
            frames = reached[0];
            stores = writable[0];
            legal.walk(s, cpu, cpu, LegalWalk.NOBODY);
            fresh = legal.reached(suspect.key);
        } else {
            lookUpHeld(s, cpu, suspect.key);
            frames = held;
            stores = heldWritable;
            fresh = heldFresh;
            forbidden = forbidden(s, suspect.key);
        }
        List<Member> members = new ArrayList<>();
        for (long left = frames; left != 0; left &= left - 1) {
            int mfn = Long.numberOfTrailingZeros(left);
            boolean stale = ((~fresh | forbidden) >>> mfn & 1) != 0;
            members.add(naming.member(mfn, (stores >>> mfn & 1) != 0, stale));
        }
        if (mayFault) {
            members.add(naming.member(-1, false, !legal.mayFault(suspect.key)));
        }
        return new Cached(suspect.what, members);
    }
}
