package io.ensembler.spi;

import io.ensembler.model.EnsembleException;
import org.apiguardian.api.API;

/**
 * What a driver or a launcher could not do, with the kind that says what may be done next.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class DriverException extends EnsembleException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** Creates the exception with its kind and message. */
    public DriverException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Creates the exception with its kind, message and cause. */
    public DriverException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Returns what may be done next. */
    public Kind kind() {
        return kind;
    }

    /** What may be done after a failure. */
    public enum Kind {
        /** Nothing was changed; the same call may be repeated. */
        RETRYABLE,
        /** The session has ended: nothing can be asked on it any more. What it sent may have been applied. */
        SESSION_ENDED,
        /** It may or may not have been done: observe before anything else. */
        OUTCOME_UNKNOWN,
        /** Somebody else changed what the call builds on: observe again. */
        CONFLICT,
        /** It was refused, and would be again. */
        REFUSED,
        /** The implementation or the server cannot do it. */
        UNSUPPORTED
    }
}
