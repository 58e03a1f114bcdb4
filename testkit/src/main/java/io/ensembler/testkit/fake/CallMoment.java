package io.ensembler.testkit.fake;

import org.apiguardian.api.API;

/**
 * When, in a call of driver, sender, proof, launcher, journal or lock, something else happens.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum CallMoment {
    /** Before it has done anything. */
    BEFORE,
    /** Once it has done what it does, before it returns. */
    AFTER
}
