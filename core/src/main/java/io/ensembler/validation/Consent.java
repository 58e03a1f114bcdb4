package io.ensembler.validation;

import org.apiguardian.api.API;

/**
 * Whether a person has said that something risky is meant.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Consent {
    /** Somebody said so. */
    GIVEN,
    /** Nobody said so. */
    NONE
}
