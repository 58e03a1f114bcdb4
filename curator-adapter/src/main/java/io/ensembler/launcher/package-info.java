/**
 * How are servers started and stopped by commands? On this machine, or through a program that reaches another.
 *
 * <p>Begin at {@link io.ensembler.launcher.CommandLauncher}. Imports {@code io.ensembler.model}, {@code io.ensembler.spi}
 * and {@code io.ensembler.joiner}.
 */
@NullMarked
package io.ensembler.launcher;

import org.jspecify.annotations.NullMarked;
