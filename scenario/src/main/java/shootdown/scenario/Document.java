package shootdown.scenario;

/** What a file of the scenario language holds. */
public sealed interface Document permits Scenario, UniverseFile {
    /** The machine, its frames, and how it starts. */
    Setting setting();
}
