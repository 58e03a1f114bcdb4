/**
 * How does a program read a plan? Plans as JSON documents, and back.
 *
 * <p>Begin at {@link io.ensembler.json.PlanJson}. Needs {@code com.fasterxml.jackson.core:jackson-core}, which this
 * library's own dependencies do not bring: nobody else here uses it. Imports {@code io.ensembler.model}, {@code
 * io.ensembler.validation}, {@code io.ensembler.plan} and {@code io.ensembler.report}.
 */
@NullMarked
package io.ensembler.json;

import org.jspecify.annotations.NullMarked;
