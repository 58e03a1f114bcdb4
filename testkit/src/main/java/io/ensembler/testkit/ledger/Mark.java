package io.ensembler.testkit.ledger;

/**
 * Where a named span of time begins; it ends where the next one begins.
 *
 * @param name what its user calls it
 * @param at in nanoseconds since the ledger began
 */
record Mark(String name, long at) {}
