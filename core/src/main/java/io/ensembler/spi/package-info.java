/**
 * What must somebody else supply? A way to reach an ensemble ({@link io.ensembler.spi.EnsembleDriver}), optionally a way
 * to start and stop servers ({@link io.ensembler.spi.ServerLauncher}), and the time.
 *
 * <p>Public API for implementers. Imports {@code io.ensembler.model} only: a driver never sees a step or a plan.
 */
@NullMarked
package io.ensembler.spi;

import org.jspecify.annotations.NullMarked;
