package io.ensembler.cli;

import io.ensembler.model.EnsembleException;

/** An argument, or a file that one names, that cannot be used. Nothing was sent. */
final class UsageException extends EnsembleException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with what cannot be done, the facts found and what would help. */
    UsageException(String message) {
        super(message);
    }
}
