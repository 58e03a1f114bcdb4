/**
 * In which order does an ensemble become another one? Requests, the planner, and plans as lists of step values.
 *
 * <p>Begin at {@link io.ensembler.plan.Planner}. Pure and deterministic: the same observation and request give the same
 * plan. Imports {@code io.ensembler.model} and {@code io.ensembler.validation}.
 */
@NullMarked
package io.ensembler.plan;

import org.jspecify.annotations.NullMarked;
