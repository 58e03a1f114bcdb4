/**
 * How is the library used? Programs to read and to run, on nothing but the public API.
 *
 * <p>Begin at {@link io.ensembler.examples.QuickStart}, which {@code mvn -Pquickstart} runs. Imported by nobody.
 */
@NullMarked
package io.ensembler.examples;

import org.jspecify.annotations.NullMarked;
