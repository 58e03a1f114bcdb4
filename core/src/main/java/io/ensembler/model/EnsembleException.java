package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * The root of what this library throws when something cannot be done. Its message says what cannot be done, the facts
 * found and what would help.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public class EnsembleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with its message. */
    public EnsembleException(String message) {
        super(message);
    }

    /** Creates the exception with its message and its cause. */
    public EnsembleException(String message, Throwable cause) {
        super(message, cause);
    }
}
