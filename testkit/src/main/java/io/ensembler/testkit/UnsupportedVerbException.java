package io.ensembler.testkit;

import io.ensembler.model.EnsembleException;
import org.apiguardian.api.API;

/**
 * Says that a runtime cannot do what was asked of it. Nothing was done.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class UnsupportedVerbException extends EnsembleException {

    private static final long serialVersionUID = 1L;

    private final Verb verb;
    private final String runtime;

    /**
     * Creates the exception.
     *
     * @param help what would help, as a sentence
     */
    public UnsupportedVerbException(Verb verb, ServerRuntime runtime, String help) {
        super("Cannot " + verb + ": " + runtime + " do not support it. " + help);
        this.verb = verb;
        this.runtime = runtime.toString();
    }

    /** Returns what cannot be done. */
    public Verb verb() {
        return verb;
    }

    /** Returns the runtime that cannot do it, in words. */
    public String runtime() {
        return runtime;
    }
}
