package shootdown.scenario;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/** A real hypervisor that scenarios can run on: one order, one outcome. */
public interface Backend extends AutoCloseable {
    /** Such as {@code 4.17}. */
    String version();

    /** Why it cannot run this scenario, in a few words; empty if it can. */
    Optional<String> cannotRun(Scenario scenario);

    /**
     * Runs a scenario that it can run.
     *
     * @throws Refused if something shows only now
     */
    Observed run(Scenario scenario);

    /** Ends all that was started. */
    @Override
    void close();

    /** Starts real hypervisors; found by {@link ServiceLoader}. */
    interface Factory {
        /**
         * Starts one.
         *
         * @param hypervisor its file, or null for the one that the system has installed
         * @param options its command line, in addition to what is needed
         * @throws Missing if something is not there that it needs
         */
        Backend open(@Nullable Path hypervisor, String options);
    }

    /** Something that a real hypervisor needs is not there. */
    final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /**
         * @param message what is missing and how to get it, in one line
         */
        public Missing(String message) {
            super(message);
        }
    }

    /** A scenario that looked as if it could run, and cannot. */
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /**
         * @param message why, in a few words
         */
        public Refused(String message) {
            super(message);
        }
    }

    /** What an outcome throws that is asked for something that cannot be seen from outside. */
    final class NotObservable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public NotObservable() {
            super("this cannot be seen on a real hypervisor", null, false, false);
        }
    }

    /** Starts the one that this build can start. */
    static Backend open(@Nullable Path hypervisor, String options) {
        return ServiceLoader.load(Factory.class)
                .findFirst()
                .orElseThrow(() -> new Missing("this build cannot start a real hypervisor"))
                .open(hypervisor, options);
    }
}
