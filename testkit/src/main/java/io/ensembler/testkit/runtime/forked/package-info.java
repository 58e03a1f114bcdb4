/**
 * How does each server get a process of its own that never outlives the test?
 *
 * <p>Begin at {@link io.ensembler.testkit.runtime.forked.ForkedHost}. It imports {@code io.ensembler.model} and {@code
 * io.ensembler.testkit.runtime}, and nothing of ZooKeeper: a server here is seen from outside only, by four-letter words,
 * its process and its files, so that it may be of any version.
 */
@NullMarked
package io.ensembler.testkit.runtime.forked;

import org.jspecify.annotations.NullMarked;
