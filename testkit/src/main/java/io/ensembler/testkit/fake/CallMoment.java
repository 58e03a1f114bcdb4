package io.ensembler.testkit.fake;

import org.apiguardian.api.API;

/**
 * When, in a call of driver, sender, proof or launcher, something else happens.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum CallMoment {
    /** Before it has done anything. */
    BEFORE,
    /** Once it has done what it does, in place of returning. */
    AFTER
}
