/**
 * The scenario language: machines, programs and expectations as text (docs/scenarios.md), and what
 * comes out when a scenario runs on the model.
 *
 * <p>Text becomes records ({@link shootdown.scenario.Scenario}, {@link
 * shootdown.scenario.UniverseFile}) and records become text; the two are inverse. Start reading at
 * {@link shootdown.scenario.Scenarios}.
 */
@NullMarked
package shootdown.scenario;

import org.jspecify.annotations.NullMarked;
