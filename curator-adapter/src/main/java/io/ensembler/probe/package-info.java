/**
 * What does one server say of itself? Its answers to four-letter words and to commands over HTTP, asked of many servers at
 * once and read without trusting them to be complete.
 *
 * <p>Internal: for {@code io.ensembler.curator}. Begin at {@link io.ensembler.probe.WordProbe}. Imports
 * {@code io.ensembler.model} and {@code io.ensembler.spi} only.
 */
@NullMarked
package io.ensembler.probe;

import org.jspecify.annotations.NullMarked;
