/**
 * How does a person use the library from a shell? The command-line tool, on nothing but the public API.
 *
 * <p>Begin at {@link io.ensembler.cli.EnsemblerCli}, the main class of {@code ensembler-cli.jar}; each command is a class.
 * Imported by nobody.
 */
@NullMarked
package io.ensembler.cli;

import org.jspecify.annotations.NullMarked;
