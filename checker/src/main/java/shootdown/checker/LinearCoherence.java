package shootdown.checker;

import shootdown.checker.PropertyChecks.Judgement;
import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.LinearMap;

import java.util.Arrays;

/**
 * S1: when a call returns, no CPU has anything cached of its linear map, whole or in part, that a
 * legal walk does not give, under any PCID; whether or not anybody can read it before it is flushed
 * otherwise.
 */
final class LinearCoherence {
    private final Hypervisor xen;
    private final Geometry geometry;
    private final LegalWalk legal;
    private final int[] linear;

    LinearCoherence(Hypervisor xen) {
        this.xen = xen;
        this.geometry = xen.layout().geometry();
        this.legal = new LegalWalk(xen);
        this.linear = linearKeys(geometry.keys());
    }

    private static int[] linearKeys(KeyTree keys) {
        int n = 0;
        int[] found = new int[keys.size()];
        for (int key = 0; key < found.length; key++) {
            if (keys.topSlot(key) == LinearMap.SLOT) {
                found[n++] = key;
            }
        }
        return Arrays.copyOf(found, n);
    }

    /**
     * Judges the state in which a call returns.
     *
     * @param caller the CPU whose call it is; what the call has replaced is no excuse any more
     */
    Judgement judge(long[] s, int caller) {
        boolean atStake = false;
        for (int cpu = 0; cpu < geometry.cpus() && linear.length > 0; cpu++) {
            boolean loaded = xen.cpus().kernelBase(s, cpu) >= 0 || xen.cpus().isPv32(s, cpu);
            if (loaded) {
                atStake = true;
                if (!isCoherent(s, cpu, caller)) {
                    return Judgement.VIOLATED;
                }
            }
        }
        return atStake ? Judgement.HOLDS : Judgement.NOTHING_AT_STAKE;
    }

    private boolean isCoherent(long[] s, int cpu, int caller) {
        for (int family = 0; family < geometry.families(); family++) {
            legal.walkFamily(s, cpu, family, caller, LegalWalk.NOBODY);
            for (int key : linear) {
                long cached = s[geometry.reached(cpu, family, key)];
                if ((cached & ~legal.reached(key)) != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
