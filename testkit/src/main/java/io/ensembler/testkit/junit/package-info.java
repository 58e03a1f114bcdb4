/**
 * How does a JUnit test get an ensemble? By an annotation and parameters.
 *
 * <p>Begin at {@link io.ensembler.testkit.junit.ZooKeeperEnsemble}. It imports {@code io.ensembler.model},
 * {@code io.ensembler.testkit}, {@code io.ensembler.testkit.ledger} and JUnit Jupiter, which the test's project brings.
 */
@NullMarked
package io.ensembler.testkit.junit;

import org.jspecify.annotations.NullMarked;
