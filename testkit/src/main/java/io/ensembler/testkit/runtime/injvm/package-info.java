/**
 * How do several servers run in the test's JVM without ending it, each with threads and files of its own?
 *
 * <p>Begin at {@link io.ensembler.testkit.runtime.injvm.InJvmHost}. It imports {@code io.ensembler.model}, {@code
 * io.ensembler.testkit.runtime} and ZooKeeper's servers; one class imports Logback, which the test's project may lack.
 */
@NullMarked
package io.ensembler.testkit.runtime.injvm;

import org.jspecify.annotations.NullMarked;
