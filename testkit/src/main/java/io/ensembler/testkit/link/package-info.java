/**
 * How does a network fail between two programs that speak TCP? By relays that all their connections pass through.
 *
 * <p>Begin at {@link io.ensembler.testkit.link.Relays}. Internal; it imports {@code io.ensembler.model} and knows nothing
 * of what it connects.
 */
@NullMarked
package io.ensembler.testkit.link;

import org.jspecify.annotations.NullMarked;
