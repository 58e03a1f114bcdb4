/**
 * How is an ensemble reached over ZooKeeper sessions, beginning from a Curator client?
 *
 * <p>Begin at {@link io.ensembler.curator.CuratorEnsembleDriver}. Imports {@code io.ensembler.model},
 * {@code io.ensembler.spi} and {@code io.ensembler.probe}, Curator, ZooKeeper and Resilience4j.
 */
@NullMarked
package io.ensembler.curator;

import org.jspecify.annotations.NullMarked;
