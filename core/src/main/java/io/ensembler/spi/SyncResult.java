package io.ensembler.spi;

import org.apiguardian.api.API;

/**
 * Whether a server was proved to have caught up.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface SyncResult {

    /**
     * It was.
     *
     * @param proof holds as long as its session does; the caller closes it
     */
    record Proved(SyncProof proof) implements SyncResult {}

    /**
     * It was not, or not yet.
     *
     * @param waitingFor what is being waited for, as a clause: "server 4 does not answer at zk4:2181"
     */
    record NotYet(String waitingFor) implements SyncResult {}
}
