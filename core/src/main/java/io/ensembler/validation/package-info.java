/**
 * What forbids a change, and what would help? Rules over one ensemble, over one observation and over one transition.
 *
 * <p>Begin at {@link io.ensembler.validation.Rule}. Pure functions over values; imports {@code io.ensembler.model} only.
 */
@NullMarked
package io.ensembler.validation;

import org.jspecify.annotations.NullMarked;
