/**
 * Benchmarks of the engine, and the models with which it is compared with other tools.
 *
 * <p>{@link shootdown.benchmarks.SdModel} is small enough to be written in any checker's language;
 * {@code src/main/promela/sd.pml} is the same model for Spin. The counts of states and transitions
 * of all encodings agree exactly, else a comparison of speed means nothing.
 *
 * <p>Start reading at {@link shootdown.benchmarks.SdModel}.
 */
@org.jspecify.annotations.NullMarked
package shootdown.benchmarks;
