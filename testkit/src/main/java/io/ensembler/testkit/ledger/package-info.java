/**
 * Did an ensemble keep what it promised its clients, and how long did writing stand still? Plain clients write and read and
 * keep account of every answer.
 *
 * <p>Begin at {@link io.ensembler.testkit.ledger.Ledger}. It imports {@code io.ensembler.model}, {@code
 * io.ensembler.report}, ZooKeeper's client, HdrHistogram, Jackson's streaming and SLF4J, and needs no {@code TestEnsemble}.
 */
@NullMarked
package io.ensembler.testkit.ledger;

import org.jspecify.annotations.NullMarked;
