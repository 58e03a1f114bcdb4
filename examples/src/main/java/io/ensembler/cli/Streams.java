package io.ensembler.cli;

import java.io.PrintStream;

/**
 * Where a command writes.
 *
 * @param out what it was asked for
 * @param err everything else
 */
record Streams(PrintStream out, PrintStream err) {}
