package shootdown.hypervisor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The domains of a machine and their vCPUs, as they are at first. Immutable. */
final class Guests {
    private final List<Machine.Guest> domains;
    private final int[] firstVcpus;
    private final int[] vcpus;
    private final int[] loadedDomains;
    private final boolean pv32;
    private final Set<Integer> pv32Domains;
    private final Set<Integer> paused;
    private final Set<Integer> underConstruction;

    Guests(Machine.Builder b) {
        domains =
                b.domains.isEmpty()
                        ? List.of(new Machine.Guest(0, false, false))
                        : List.copyOf(b.domains);
        firstVcpus = new int[b.cpus];
        vcpus = vcpus(b, firstVcpus, first());
        loadedDomains =
                IntStream.concat(IntStream.of(first()), IntStream.of(vcpus)).distinct().toArray();
        pv32 = b.pv32;
        pv32Domains = Set.copyOf(b.pv32Domains);
        paused = Set.copyOf(b.paused);
        underConstruction = Set.copyOf(b.underConstruction);
    }

    /** Domain of each vCPU: those that are loaded at first in order of CPUs, then the others. */
    private static int[] vcpus(Machine.Builder b, int[] firstVcpus, int usual) {
        List<Integer> all = new ArrayList<>();
        for (int cpu = 0; cpu < firstVcpus.length; cpu++) {
            int domid = b.loads.getOrDefault(cpu, usual);
            firstVcpus[cpu] = domid == DomId.IDLE ? Operation.Schedule.IDLE : all.size();
            if (domid != DomId.IDLE) {
                all.add(domid);
            }
        }
        all.addAll(b.vcpus);
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Says the same again. */
    void copyTo(Machine.Builder b) {
        b.domains.addAll(domains);
        for (int cpu = 0; cpu < firstVcpus.length; cpu++) {
            b.load(cpu, firstDomain(cpu));
        }
        long loaded = IntStream.of(firstVcpus).filter(vcpu -> vcpu >= 0).count();
        IntStream.of(vcpus).skip(loaded).forEach(b::vcpu);
        b.pv32(pv32);
        pv32Domains.forEach(b::pv32);
        paused.forEach(b::paused);
        underConstruction.forEach(b::underConstruction);
    }

    /** What no machine can have. */
    void check() {
        for (int domid : vcpus) {
            Machine.Guest guest = domain(domid);
            if (guest == null || guest.kind() != Machine.Kind.PV) {
                throw new IllegalArgumentException("no PV domain with vCPUs: " + domid);
            }
        }
    }

    /** Id of the first domain, whose vCPUs are loaded where nothing else is said. */
    int first() {
        return domains.get(0).id();
    }

    /** The domains; the first one's vCPUs are loaded where nothing else is said. */
    List<Machine.Guest> domains() {
        return domains;
    }

    /** The domain with this id, or null; reserved ids are none. */
    Machine.@Nullable Guest domain(int domid) {
        for (int i = 0; i < domains.size(); i++) {
            if (domains.get(i).id() == domid) {
                return domains.get(i);
            }
        }
        return null;
    }

    /** Whether a domain may act on others; Xen's own pseudo domains may not. */
    boolean isPrivileged(int domid) {
        Machine.Guest guest = domain(domid);
        return guest != null && guest.privileged();
    }

    /** Whether a domain has any I/O capability. */
    boolean hasIo(int domid) {
        Machine.Guest guest = domain(domid);
        return guest != null && guest.io();
    }

    /** Whether a domain is a 32-bit one; Xen's own pseudo domains are not. */
    boolean isPv32(int domid) {
        return (pv32 && domid == first()) || pv32Domains.contains(domid);
    }

    boolean hasPv32() {
        return pv32 || !pv32Domains.isEmpty();
    }

    /** How many vCPUs there are. */
    int vcpus() {
        return vcpus.length;
    }

    /** Id of the domain of a vCPU, or (-1) of the idle one. */
    int domainOf(int vcpu) {
        return vcpu < 0 ? DomId.IDLE : vcpus[vcpu];
    }

    /** The vCPU that is loaded on a CPU at first, or -1. */
    int firstVcpu(int cpu) {
        return firstVcpus[cpu];
    }

    /** Id of the domain whose vCPU is loaded on a CPU at first; the idle one's for none. */
    int firstDomain(int cpu) {
        return domainOf(firstVcpus[cpu]);
    }

    /** Whether no vCPU is loaded on some CPU at first. */
    boolean leaveCpusIdle() {
        return IntStream.of(firstVcpus).anyMatch(vcpu -> vcpu < 0);
    }

    /** Whether a vCPU is loaded on some CPU at first. */
    boolean isLoadedAtFirst(int vcpu) {
        return IntStream.of(firstVcpus).anyMatch(loaded -> loaded == vcpu);
    }

    /** Ids of the domains that have vCPUs to load; the first one is first. Not to be changed. */
    int[] loadedDomains() {
        return loadedDomains;
    }

    /** Whether a domain is paused at first. */
    boolean isPaused(int domid) {
        return paused.contains(domid) || underConstruction.contains(domid);
    }

    /** Whether a domain has never run. */
    boolean isUnderConstruction(int domid) {
        return underConstruction.contains(domid);
    }
}
