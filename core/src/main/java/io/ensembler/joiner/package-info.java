/**
 * With what is a server started? The files of a joiner, and the directory they go into.
 *
 * <p>Begin at {@link io.ensembler.joiner.JoinerFiles}; launchers call it. {@link io.ensembler.joiner.ZooCfgLint} tells what
 * is wrong in a {@code zoo.cfg}. Only {@link io.ensembler.joiner.DataDirectory} touches files. Imports {@code io.ensembler.model} and {@code
 * io.ensembler.validation}.
 */
@NullMarked
package io.ensembler.joiner;

import org.jspecify.annotations.NullMarked;
