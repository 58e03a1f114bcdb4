package io.ensembler.joiner;

import io.ensembler.validation.Severity;
import org.apiguardian.api.API;

/**
 * One thing that should be otherwise in a {@code zoo.cfg}. Immutable.
 *
 * @param rule the rule that does not hold
 * @param key the key it is about
 * @param facts what is wrong, as a sentence without full stop
 * @param remedy what would help, as a sentence without full stop
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ZooCfgFinding(ZooCfgRule rule, String key, String facts, String remedy) {

    /** Returns how grave it is. */
    public Severity severity() {
        return rule.severity();
    }

    /** Returns the whole text, with the rule's code in brackets. */
    @Override
    public String toString() {
        return key + ": " + facts + ". " + remedy + ". [" + rule.code() + "]";
    }
}
