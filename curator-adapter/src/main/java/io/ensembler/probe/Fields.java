package io.ensembler.probe;

import java.util.Optional;

/** What a server tells, by name, whatever it was asked with. */
interface Fields {

    /** Returns what stands under this name, or empty. */
    Optional<String> get(String name);
}
