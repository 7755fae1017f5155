package shootdown.scenario;

/**
 * A call in a program.
 *
 * @param cpu whose program
 * @param call 1 for the first
 * @param part which call of a multicall, 1 for the first; 0 for the call itself
 */
public record Place(int cpu, int call, int part) {
    @Override
    public String toString() {
        return "cpu" + cpu + "." + call + (part == 0 ? "" : "." + part);
    }
}
