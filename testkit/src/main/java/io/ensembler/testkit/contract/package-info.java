/**
 * Did somebody get the SPI right? Tests, written once, that each implementation must pass.
 *
 * <p>Begin at {@link io.ensembler.testkit.contract.EnsembleDriverContract} or {@link
 * io.ensembler.testkit.contract.PlanJournalContract}. They import {@code io.ensembler.model},
 * {@code io.ensembler.spi}, {@link io.ensembler.testkit.EnsembleVerbs}, and JUnit Jupiter and AssertJ, which the test's
 * project brings.
 */
@NullMarked
package io.ensembler.testkit.contract;

import org.jspecify.annotations.NullMarked;
