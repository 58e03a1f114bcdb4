package io.ensembler.testkit;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What can be done to an ensemble under test. Which of it a runtime can do, {@link ServerRuntime#supports} tells.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Verb {
    /** Starting an ensemble. */
    START,
    /** Starting a server that is to join. */
    JOIN,
    /** Stopping a server in good order. */
    STOP,
    /** Starting a server again from its own files. */
    RESTART,
    /** Starting a server from its own files twice in a row, so that it forgets a proposal it had acknowledged. */
    BOOT_TWICE,
    /** Setting the data of a stopped server aside. */
    WIPE,
    /** Waiting until the ensemble has settled. */
    SETTLE,
    /** Giving one server flags of its own that ZooKeeper keeps once for a whole JVM. */
    SET_SERVER_FLAGS,
    /** Killing a server's process. */
    CRASH,
    /** Letting a server's process stand still. */
    PAUSE,
    /** Cutting the link between two servers. */
    CUT,
    /** Cutting one direction of the link between two servers. */
    CUT_ONE_WAY,
    /** Delaying what one server sends to another. */
    DELAY,
    /** Cutting a server off from all others, but not from clients. */
    ISOLATE,
    /** Holding a joiner in the middle of its sync. */
    STALL_SYNC,
    /** Ending a server after it has acknowledged a reconfiguration and before it acts by it. */
    CRASH_BEFORE_ACTIVATION,
    /** Letting a server answer no four-letter word. */
    MUTE,
    /** Cutting a client's connection around a request: before or after the server gets it, or before the client gets the reply. */
    CUT_REPLY,
    /** Letting relays stand where the configuration says that clients are served. */
    RELAY_CLIENTS;

    /** Returns the verb in words: "cut one way". */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
