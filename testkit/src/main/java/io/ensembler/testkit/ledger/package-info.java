/**
 * Was a write lost, and how long did writing stand still? Plain clients write and keep account of every answer.
 *
 * <p>Begin at {@link io.ensembler.testkit.ledger.Ledger}. It imports {@code io.ensembler.model}, {@code
 * io.ensembler.report}, ZooKeeper's client and SLF4J, and needs no {@code TestEnsemble}.
 */
@NullMarked
package io.ensembler.testkit.ledger;

import org.jspecify.annotations.NullMarked;
