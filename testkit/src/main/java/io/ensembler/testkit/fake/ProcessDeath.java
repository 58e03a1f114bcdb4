package io.ensembler.testkit.fake;

import org.apiguardian.api.API;

/**
 * The process that runs a plan dies in the middle of a call. It is an {@link Error}, so that nobody who handles
 * failures handles this one.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ProcessDeath extends Error {

    private static final long serialVersionUID = 1L;

    ProcessDeath(String where) {
        super("the process dies " + where, null, false, false);
    }
}
