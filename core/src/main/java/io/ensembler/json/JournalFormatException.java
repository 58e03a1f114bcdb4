package io.ensembler.json;

import io.ensembler.model.EnsembleException;
import org.apiguardian.api.API;

/**
 * A line of a journal that cannot be relied on: what was done is then not known, and nothing must be done on the
 * strength of the rest.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class JournalFormatException extends EnsembleException {

    private static final long serialVersionUID = 1L;

    private final int line;

    JournalFormatException(int line, String found) {
        super(message(line, found));
        this.line = line;
    }

    JournalFormatException(int line, String found, Throwable cause) {
        super(message(line, found), cause);
        this.line = line;
    }

    private static String message(int line, String found) {
        return "Cannot go by the journal: line " + line + " " + found
                + ". Bring back the journal as it was written; without it, look at the ensemble and make a new plan.";
    }

    /** Returns the number of the line, counted from 1. */
    public int line() {
        return line;
    }
}
