/**
 * How is a plan carried out? The interpreter of steps, the settling of outcomes and the barrier.
 *
 * <p>Begin at {@link io.ensembler.execution.PlanRunner}. The only package of core that calls a driver or a launcher, and
 * the only one that logs. It starts no thread and waits only through the injected time source. Imports everything but
 * the root package.
 */
@NullMarked
package io.ensembler.execution;

import org.jspecify.annotations.NullMarked;
