package io.ensembler.model;

import java.util.Optional;

/** Why a line cannot be read; it becomes a problem of its line, and so needs no stack trace of its own. */
final class UnreadableLineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String remedy;
    private final transient Optional<String> corrected;

    UnreadableLineException(String reason, String remedy) {
        this(reason, remedy, Optional.empty());
    }

    UnreadableLineException(String reason, String remedy, Optional<String> corrected) {
        super(reason, null, false, false);
        this.reason = reason;
        this.remedy = remedy;
        this.corrected = corrected;
    }

    String reason() {
        return reason;
    }

    String remedy() {
        return remedy;
    }

    Optional<String> corrected() {
        return corrected;
    }
}
