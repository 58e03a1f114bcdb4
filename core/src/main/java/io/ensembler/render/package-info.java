/**
 * What does a person get to see? Plans as texts and pictures.
 *
 * <p>Begin at {@link io.ensembler.render.PlanText}. Pure and deterministic: the same plan gives the same text. Imports
 * {@code io.ensembler.model}, {@code io.ensembler.validation}, {@code io.ensembler.plan} and {@code io.ensembler.report}.
 */
@NullMarked
package io.ensembler.render;

import org.jspecify.annotations.NullMarked;
