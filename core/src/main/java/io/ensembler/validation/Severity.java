package io.ensembler.validation;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What a violation leads to.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Severity {
    /** The request is refused, or the run does not go on. */
    ERROR,
    /** The plan is made and carries the text, which somebody should act upon. */
    WARNING,
    /** The plan is made and carries the text; nothing need be done. */
    ADVICE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
