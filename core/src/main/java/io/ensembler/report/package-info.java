/**
 * What happened? Events while a plan runs, and what is left to read afterwards.
 *
 * <p>Begin at {@link io.ensembler.report.ScalingReport}. Immutable values; imports {@code io.ensembler.model}, {@code
 * io.ensembler.validation} and {@code io.ensembler.plan}.
 */
@NullMarked
package io.ensembler.report;

import org.jspecify.annotations.NullMarked;
