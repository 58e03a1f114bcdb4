package io.ensembler.model;

import java.time.Duration;
import java.util.List;
import org.apiguardian.api.API;

/**
 * One kind of thing that may be known of a server beside whether it serves. Each kind is one constant. Immutable.
 *
 * @param <T> what is known of it, an immutable type
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ServerDetail<T> {

    /** The version of the software it runs. */
    public static final ServerDetail<ServerVersion> VERSION = of("version", ServerVersion.class);
    /** How much data its tree holds, which is about what a joiner has to load. */
    public static final ServerDetail<DataSize> DATA_SIZE = of("data", DataSize.class);
    /** How many znodes its tree holds. */
    public static final ServerDetail<Long> ZNODES = of("znodes", Long.class);
    /** How much data a second came through when a server last caught up from nothing. */
    public static final ServerDetail<DataSize> SYNC_BANDWIDTH = of("sync bandwidth a second", DataSize.class);
    /** How much room its data directory has left. */
    public static final ServerDetail<DataSize> FREE_DISK = of("free disk", DataSize.class);
    /** How far its heap may grow. */
    public static final ServerDetail<DataSize> MAX_HEAP = of("heap", DataSize.class);
    /** How much of its heap is in use, what is yet to be collected included. */
    public static final ServerDetail<DataSize> HEAP_USED = of("heap used", DataSize.class);
    /** Whether it runs with {@code reconfigEnabled=true}. */
    public static final ServerDetail<Boolean> RECONFIG_ENABLED = of("reconfigEnabled", Boolean.class);
    /** Whether it runs with {@code standaloneEnabled=true}, which is the default. */
    public static final ServerDetail<Boolean> STANDALONE_ENABLED = of("standaloneEnabled", Boolean.class);
    /** Its {@code electionPortBindRetry}: how often it tries to bind its election port, 0 for ever. */
    public static final ServerDetail<Integer> ELECTION_PORT_BIND_RETRY = of("electionPortBindRetry", Integer.class);
    /** How long it waits for a server that catches up: {@code initLimit} times {@code tickTime}. */
    public static final ServerDetail<Duration> INIT_LIMIT = of("initLimit", Duration.class);
    /** Whether clients can reach it over TLS only. */
    public static final ServerDetail<Boolean> SECURE_CLIENT_PORT_ONLY = of("secure client port only", Boolean.class);
    /** For how long it has been serving, since its start or since it last had no leader. */
    public static final ServerDetail<Duration> UPTIME = of("serving for", Duration.class);
    /** What it does in the ensemble and how far it has come with it, such as {@code following - broadcast}. */
    public static final ServerDetail<String> PEER_STATE = of("peer state", String.class);
    /** How many transactions it had yet to apply of those that the leader had committed right before it was asked. */
    public static final ServerDetail<Long> LAG = of("transactions behind", Long.class);
    /** How many requests of clients it has taken and not yet answered. */
    public static final ServerDetail<Long> OUTSTANDING_REQUESTS = of("outstanding requests", Long.class);
    /** How long it has taken to answer a request, on average since it began to serve. */
    public static final ServerDetail<Duration> LATENCY = of("average latency", Duration.class);
    /** How long it has taken to answer a request at most since it began to serve. */
    public static final ServerDetail<Duration> LONGEST_LATENCY = of("longest latency", Duration.class);
    /** For how long it has been leading; of the leader only. */
    public static final ServerDetail<Duration> IN_OFFICE = of("leading for", Duration.class);
    /** How many servers are attached to it as leader, listed or not. */
    public static final ServerDetail<Integer> LEARNERS = of("learners", Integer.class);
    /** How many observers are attached to this very server. */
    public static final ServerDetail<Integer> OBSERVERS = of("observers", Integer.class);
    /** What its data directory holds. */
    public static final ServerDetail<DirectoryState> DATA_DIRECTORY = of("data directory", DirectoryState.class);
    /** How the file from which it starts compares with what is committed. */
    public static final ServerDetail<OwnFile> OWN_FILE = of("own file", OwnFile.class);
    /** What fails together with it, such as the name of its rack or zone. */
    public static final ServerDetail<String> FAILURE_DOMAIN = of("failure domain", String.class);

    private static final List<ServerDetail<?>> ALL = List.of(
            VERSION,
            DATA_SIZE,
            ZNODES,
            SYNC_BANDWIDTH,
            FREE_DISK,
            MAX_HEAP,
            HEAP_USED,
            RECONFIG_ENABLED,
            STANDALONE_ENABLED,
            ELECTION_PORT_BIND_RETRY,
            INIT_LIMIT,
            SECURE_CLIENT_PORT_ONLY,
            UPTIME,
            PEER_STATE,
            LAG,
            OUTSTANDING_REQUESTS,
            LATENCY,
            LONGEST_LATENCY,
            IN_OFFICE,
            LEARNERS,
            OBSERVERS,
            DATA_DIRECTORY,
            OWN_FILE,
            FAILURE_DOMAIN);

    private final String name;
    private final Class<T> type;

    private ServerDetail(String name, Class<T> type) {
        this.name = name;
        this.type = type;
    }

    private static <T> ServerDetail<T> of(String name, Class<T> type) {
        return new ServerDetail<>(name, type);
    }

    /** Returns every kind, in the order in which they are printed. */
    public static List<ServerDetail<?>> all() {
        return ALL;
    }

    /** Returns as what it is known, for whoever writes facts down and reads them back. */
    public Class<T> type() {
        return type;
    }

    /** Returns its name for a person to read, such as {@code free disk}. */
    @Override
    public String toString() {
        return name;
    }
}
