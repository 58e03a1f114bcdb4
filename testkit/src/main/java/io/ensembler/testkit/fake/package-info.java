/**
 * How does the code that runs on servers run hundreds of times a second? On a simulated ensemble, on a clock that
 * moves only when somebody waits.
 *
 * <p>Begin at {@link io.ensembler.testkit.fake.SimulatedEnsemble}. It imports {@code io.ensembler.model},
 * {@code io.ensembler.spi} and {@link io.ensembler.testkit.EnsembleVerbs}, and knows neither a real server nor a test
 * framework.
 */
@NullMarked
package io.ensembler.testkit.fake;

import org.jspecify.annotations.NullMarked;
