/**
 * Ensembler grows, shrinks and repairs ZooKeeper ensembles while their clients keep reading and writing.
 *
 * <p>Begin at {@link io.ensembler.EnsembleScaler}: observe, plan, run.
 */
@NullMarked
package io.ensembler;

import org.jspecify.annotations.NullMarked;
