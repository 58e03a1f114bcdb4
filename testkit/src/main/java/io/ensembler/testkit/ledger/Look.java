package io.ensembler.testkit.ledger;

import java.util.List;

/**
 * What one server held of one writer when it was asked at the end.
 *
 * @param server its client address
 * @param writer counted from 0
 * @param register what the register held
 * @param entries the names of the sequential znodes
 */
record Look(String server, int writer, Value register, List<String> entries) {

    Look {
        entries = List.copyOf(entries);
    }
}
