package shootdown.fuzz;

/**
 * A round in which the model itself stopped: a defect of the model, never a verdict.
 *
 * @param target name of the target
 * @param round number of the round
 * @param reason in the words of the exception
 */
public record Stop(String target, long round, String reason) {}
