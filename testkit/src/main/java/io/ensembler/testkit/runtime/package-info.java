/**
 * What do the servers of an ensemble run in, as the engine sees it? Internal: users meet it as {@code
 * io.ensembler.testkit.ServerRuntime}.
 *
 * <p>Begin at {@link io.ensembler.testkit.runtime.EnsembleHost}. It imports {@code io.ensembler.model} and {@code
 * io.ensembler.joiner}, and nothing of the engine.
 */
@NullMarked
package io.ensembler.testkit.runtime;

import org.jspecify.annotations.NullMarked;
