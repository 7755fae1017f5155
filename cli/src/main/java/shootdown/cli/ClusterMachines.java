package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.cluster.Unable;
import shootdown.cluster.Worker;
import shootdown.conformance.Campaign;
import shootdown.conformance.ShardText;
import shootdown.xen.Components;
import shootdown.xen.XenException;
import shootdown.xen.XenInstances;
import shootdown.xen.XenOptions;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Runs random programs on real Xen at a member of a cluster: a machine for each task that is done
 * at once, kept for the next one until the sweep is over.
 *
 * <p>A task is the words for the hypervisor's command line in a line of their own, and a plan; an
 * answer is the hypervisor's name in a line of its own, and a report.
 */
final class ClusterMachines implements Worker {
    /** A machine that nobody uses. */
    private record Idle(XenOptions options, XenInstances machine) {}

    // Guarded by this.
    private final Queue<Idle> idle = new ArrayDeque<>();

    static String task(String words, Campaign.Plan plan) {
        return words.replace('\n', ' ') + "\n" + ShardText.of(plan);
    }

    @Override
    public @Nullable String answer(String task, BooleanSupplier cancelled) {
        int end = task.indexOf('\n');
        Campaign.Plan plan = ShardText.plan(task.substring(end + 1));
        XenOptions options =
                XenChoice.options(task.substring(0, end)).withXpti(plan.arena().xpti());
        try {
            Campaign.@Nullable Report report = run(plan, options, cancelled);
            return report == null ? null : hypervisor() + "\n" + ShardText.of(report);
        } catch (XenException e) {
            throw new Unable(e.says());
        } catch (Complaint e) {
            throw new Unable(e.says());
        }
    }

    private static String hypervisor() {
        return Components.find(false)
                .hypervisor()
                .map(Path::getFileName)
                .map(Path::toString)
                .orElse("");
    }

    private Campaign.@Nullable Report run(
            Campaign.Plan plan, XenOptions options, BooleanSupplier cancelled) {
        XenInstances machine = take(options);
        boolean whole = false;
        try {
            ConformCommand.checkDomains(machine);
            Campaign.Report report =
                    new Campaign(plan, Set.of())
                            .run(machine, until(cancelled), (programs, differing) -> {});
            whole = true;
            return cancelled.getAsBoolean() ? null : report;
        } finally {
            if (whole) {
                giveBack(new Idle(options, machine));
            } else {
                machine.close();
            }
        }
    }

    private static Campaign.Limit until(BooleanSupplier cancelled) {
        return new Campaign.Limit() {
            @Override
            public boolean enough() {
                return false;
            }

            @Override
            public boolean over() {
                return cancelled.getAsBoolean();
            }
        };
    }

    /**
     * A machine that was left by another task, or a new one in the place of one of another kind.
     */
    private XenInstances take(XenOptions options) {
        List<XenInstances> others = new ArrayList<>();
        synchronized (this) {
            Iterator<Idle> left = idle.iterator();
            while (left.hasNext()) {
                Idle one = left.next();
                left.remove();
                if (one.options().equals(options)) {
                    return one.machine();
                }
                others.add(one.machine());
            }
        }
        others.forEach(XenInstances::close);
        return XenInstances.start(options, 1);
    }

    private synchronized void giveBack(Idle machine) {
        idle.add(machine);
    }

    @Override
    public synchronized void close() {
        idle.forEach(one -> one.machine().close());
        idle.clear();
    }
}
