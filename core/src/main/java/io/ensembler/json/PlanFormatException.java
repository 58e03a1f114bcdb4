package io.ensembler.json;

import io.ensembler.model.EnsembleException;
import org.apiguardian.api.API;

/**
 * A document that cannot be read as a plan.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class PlanFormatException extends EnsembleException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final String found;
    private final String remedy;

    PlanFormatException(String field, String found, String remedy) {
        super("Cannot read the plan: " + (field.isEmpty() ? "the document" : field) + " " + found + ". " + remedy
                + ".");
        this.field = field;
        this.found = found;
        this.remedy = remedy;
    }

    /** Returns which field is at fault, such as {@code steps[2].after}; empty if it is the document as a whole. */
    public String field() {
        return field;
    }

    /** Returns what was found there, as the rest of a sentence that begins with the field. */
    public String found() {
        return found;
    }

    /** Returns what would help, as a sentence without full stop. */
    public String remedy() {
        return remedy;
    }
}
