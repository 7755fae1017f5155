package shootdown.scenario;

import java.util.Optional;

/** A real hypervisor that scenarios can run on: one order, one outcome. */
public interface Backend {
    /** Such as {@code 4.17}. */
    String version();

    /** Why it cannot run this scenario, in a few words; empty if it can. */
    Optional<String> cannotRun(Scenario scenario);

    /** Runs a scenario that it can run. */
    Observed run(Scenario scenario);
}
