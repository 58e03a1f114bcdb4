/**
 * Where does a run write down what it does? Journals that this library brings itself.
 *
 * <p>Begin at {@link io.ensembler.journal.FileJournal}. Imports {@code io.ensembler.model} and {@code
 * io.ensembler.spi} only; what the lines say is not known here.
 */
@NullMarked
package io.ensembler.journal;

import org.jspecify.annotations.NullMarked;
