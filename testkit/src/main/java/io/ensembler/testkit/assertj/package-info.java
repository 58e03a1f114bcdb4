/**
 * Did it turn out as expected? Assertions whose failures tell the story by themselves.
 *
 * <p>Begin at {@link io.ensembler.testkit.assertj.EnsemblerAssertions}. It imports {@code io.ensembler.model}, {@code
 * io.ensembler.report} and AssertJ, which the test's project brings.
 */
@NullMarked
package io.ensembler.testkit.assertj;

import org.jspecify.annotations.NullMarked;
