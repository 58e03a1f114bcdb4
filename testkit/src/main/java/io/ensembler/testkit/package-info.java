/**
 * How does a test get a real ensemble? Several ZooKeeper servers in the test's JVM that start, join, stop and restart on
 * demand, each from files of its own.
 *
 * <p>Begin at {@link io.ensembler.testkit.TestEnsemble}. It imports {@code io.ensembler.model}, {@code
 * io.ensembler.spi}, {@code io.ensembler.joiner} and ZooKeeper, and knows no test framework.
 */
@NullMarked
package io.ensembler.testkit;

import org.jspecify.annotations.NullMarked;
