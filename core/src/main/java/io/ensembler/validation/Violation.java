package io.ensembler.validation;

import org.apiguardian.api.API;

/**
 * One rule that does not hold. Immutable.
 *
 * @param rule the rule
 * @param effect what cannot be done, or what to mind, as the beginning of a sentence: "Cannot remove server 3"
 * @param facts the facts found, as the rest of that sentence
 * @param remedy what would help, as a sentence of its own without full stop
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Violation(Rule rule, String effect, String facts, String remedy) {

    /** Returns the whole text, with the rule's code in brackets. */
    @Override
    public String toString() {
        return effect + ": " + facts + ". " + remedy + ". [" + rule.code() + "]";
    }
}
