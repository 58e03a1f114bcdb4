/**
 * How does a test get a real ensemble? ZooKeeper servers that start, join, stop and restart on demand, each from files
 * of its own, and to which what goes wrong in practice can be done.
 *
 * <p>Begin at {@link io.ensembler.testkit.TestEnsemble}. It imports {@code io.ensembler.model}, {@code
 * io.ensembler.spi}, {@code io.ensembler.joiner}, {@code io.ensembler.testkit.runtime}, {@code
 * io.ensembler.testkit.link} and ZooKeeper's client, and knows no test framework.
 */
@NullMarked
package io.ensembler.testkit;

import org.jspecify.annotations.NullMarked;
