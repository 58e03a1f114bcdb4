/**
 * What is an ensemble? Servers, how they form quorums, the text that ZooKeeper keeps of them, and what was seen of them.
 *
 * <p>Begin at {@link io.ensembler.model.Ensemble}. Everything here is an immutable value; nothing here does I/O, reads a
 * clock or resolves a name. It imports nothing but the JDK.
 */
@NullMarked
package io.ensembler.model;

import org.jspecify.annotations.NullMarked;
