package io.ensembler.testkit.ledger;

import io.ensembler.model.EnsembleException;
import org.apiguardian.api.API;

/**
 * A file is no history of a ledger, or one of a format that is not known here. The message names the line.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class HistoryFormatException extends EnsembleException {

    private static final long serialVersionUID = 1L;

    HistoryFormatException(String message) {
        super(message);
    }

    HistoryFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
