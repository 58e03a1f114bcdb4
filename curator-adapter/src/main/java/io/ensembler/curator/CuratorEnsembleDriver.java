package io.ensembler.curator;

import io.ensembler.curator.Session.OnLoss;
import io.ensembler.model.Address;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.Trial;
import io.ensembler.probe.WordProbe;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.Sender;
import io.ensembler.spi.SyncResult;
import io.ensembler.spi.TimeSource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.common.PathUtils;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Reaches an ensemble beginning from a Curator client: that client tells where the ensemble is, and everything else goes
 * over ZooKeeper sessions of the driver's own, to the client addresses that the configuration names. The client is never
 * changed; its namespace and chroot do not matter.
 *
 * <p>A reconfiguration is sent once, outside every retry. Reads, probes and writes to the driver's own znodes are
 * repeated within the time of the call. Each server is looked at 48 times within any ten seconds at most, whatever calls
 * there are: a call that comes too early waits for its turn, and is given up with a {@link
 * io.ensembler.spi.DriverException} of kind {@code RETRYABLE} if that comes too late for it. Once it has looked at an
 * ensemble it looks at no other, nor at one whose version has gone back: calls are refused then. Thread-safe; sessions
 * open with the first call and end with {@link #close()}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class CuratorEnsembleDriver implements EnsembleDriver, AutoCloseable {

    private final String description;
    private final @Nullable CuratorFramework ownCurator;
    private final SenderRoute route;
    private final Sessions sessions;
    private final EnsembleSession ensemble;
    private final Survey survey;
    private final CatchUp catchUp;
    private final Canary canary;
    private final LockClient lockClient;
    private final Optional<Snapshots> snapshots;

    private CuratorEnsembleDriver(Builder builder, CuratorFramework curator, @Nullable CuratorFramework ownCurator) {
        var time = TimeSource.system();
        var words = new WordProbe(time);
        var pace = new ProbePace(time, builder.looks);
        var probe = new ServerProbe(words, builder.administration, pace, time);
        this.description = "CuratorEnsembleDriver[path=" + builder.path + ", identities=" + builder.credentials + "]";
        this.ownCurator = ownCurator;
        this.route = builder.route;
        this.sessions = new Sessions(builder.credentials, builder.path, builder.sessionTimeout, time);
        // A client of our own is yet to connect, and knows no more than it was told.
        var known = ownCurator == null
                ? List.<Address>of()
                : EnsembleSession.ofConnectString(
                        ownCurator.getZookeeperClient().getCurrentConnectionString());
        this.ensemble = new EnsembleSession(curator, known, sessions, words, pace);
        var servers = new ServerSessions(sessions);
        this.survey = new Survey(ensemble, servers, probe, sessions);
        this.catchUp = new CatchUp(ensemble, servers, probe, pace, sessions);
        this.lockClient = new LockClient(ensemble, sessions);
        this.snapshots = Optional.ofNullable(builder.snapshots)
                .map(directory -> new Snapshots(directory, builder.administration, builder.credentials));
        this.canary = new Canary(ensemble, servers, probe, sessions);
    }

    /** Begins a driver on a started client of yours, which the driver never changes and never closes. */
    public static Builder on(CuratorFramework curator) {
        return new Builder(curator, null);
    }

    /** Begins a driver on a client of its own, opened for a connect string such as {@code zk1:2181,zk2:2181}. */
    public static Builder connect(String connectString) {
        return new Builder(null, connectString);
    }

    @Override
    public Observation observe(ObserveRequest request) throws InterruptedException {
        sessions.requireOpen("Cannot observe the ensemble");
        return survey.observe(request.besides(), sessions.deadline(request.timeLeft()));
    }

    @Override
    public Sender openSender(SenderRequest request) throws InterruptedException {
        return open(request);
    }

    SessionSender open(SenderRequest request) throws InterruptedException {
        sessions.requireOpen("Cannot open a session to send on");
        var deadline = sessions.deadline(request.timeLeft());
        var servers = route.order(request.ensemble(), request.preferred()).stream()
                .map(request.ensemble()::server)
                .flatMap(Optional::stream)
                .toList();
        return Guard.repeat("Cannot open a session to send on", deadline, () -> {
            var session = sessions.openOnFirst(EnsembleSession.clients(servers), OnLoss.RECONNECT, deadline);
            boolean owning = false;
            try {
                session.widen(EnsembleSession.clients(request.ensemble().servers()));
                var sender = new SessionSender(session, sessions.createOwn(session, "senders", deadline), sessions);
                owning = true;
                return sender;
            } finally {
                if (!owning) {
                    session.close();
                }
            }
        });
    }

    @Override
    public SyncResult proveSynced(SyncRequest request) throws InterruptedException {
        sessions.requireOpen("Cannot prove server " + request.server().id() + " synced");
        return catchUp.prove(request.server(), sessions.deadline(request.timeLeft()));
    }

    @Override
    public SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(ActiveRequest request)
            throws InterruptedException {
        sessions.requireOpen("Cannot ask which configuration servers have in force");
        return survey.confirmActive(request.servers(), sessions.deadline(request.timeLeft()));
    }

    @Override
    public Trial verify(VerifyRequest request) throws InterruptedException {
        sessions.requireOpen("Cannot put the ensemble to work");
        return canary.fly(request.servers(), sessions.deadline(request.timeLeft()));
    }

    /** Returns whether {@link Builder#snapshots} says where to keep a copy. */
    @Override
    public boolean canBackUp() {
        return snapshots.isPresent();
    }

    @Override
    public String backUp(CopyRequest request) throws InterruptedException {
        var what = "Cannot back up the data of server " + request.server().id();
        sessions.requireOpen(what);
        return snapshots
                .orElseThrow(() -> new DriverException(
                        DriverException.Kind.UNSUPPORTED,
                        what + ": nobody said where to keep a copy. Say so with snapshots."))
                .take(request.server(), sessions.deadline(request.timeLeft()));
    }

    /**
     * Returns the journal that lies in the ensemble, under the driver's path: the same for all who use that path. It
     * uses sessions of this driver, and with it ends.
     */
    public ZooKeeperJournal journal() {
        return new ZooKeeperJournal(sessions.path() + "/journal", ensemble, sessions);
    }

    /**
     * Returns the lock that lies in the ensemble, under the driver's path: all runners with that path keep one another off.
     * It uses a session of this driver, and with it is given back.
     */
    public ZooKeeperLock lock() {
        return new ZooKeeperLock(sessions.path() + "/lock", lockClient, sessions);
    }

    /**
     * Ends all sessions of the driver, senders and proofs included, and its own client if it opened one. Calls throw
     * {@link io.ensembler.spi.DriverException} of kind {@code REFUSED} from then on. May be repeated.
     */
    @Override
    public void close() {
        sessions.close();
        // After that nobody opens it again.
        lockClient.close();
        if (ownCurator != null) {
            ownCurator.close();
        }
    }

    /** Returns the path and the schemes of the identities, never a secret. */
    @Override
    public String toString() {
        return description;
    }

    /**
     * Collects what a driver needs. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        /**
         * What a server with default settings grants at most. Long, because the session that sends a reconfiguration is
         * heard of only when that has committed, and is given up after two thirds of its timeout. Not longer, because
         * that is also how long whoever takes over from a process that died may have to wait for its session to end.
         */
        private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(40);

        private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

        /** Fewer than five a second, and what an interpreter needs that looks four times a second. */
        private static final int LOOKS = 48;

        private final @Nullable CuratorFramework curator;
        private final @Nullable String connectString;
        private final List<Credential> credentials = new ArrayList<>();
        private String path = "/ensembler";
        private Duration sessionTimeout = SESSION_TIMEOUT;
        private SenderRoute route = SenderRoute.PREFERRED_FIRST;
        private @Nullable Path snapshots;
        private int looks = LOOKS;
        private Administration administration = Administration.none();

        private Builder(@Nullable CuratorFramework curator, @Nullable String connectString) {
            this.curator = curator;
            this.connectString = connectString;
        }

        /**
         * Adds an identity that the driver's sessions take on; may be called repeatedly. Credentials cannot be read back
         * from a Curator client, so they are given here again. The secret is never printed.
         *
         * @param scheme such as {@code digest}
         * @param secret such as {@code user:password}
         * @throws IllegalArgumentException if the scheme is {@code digest} and the secret has no colon: servers would take
         *     all of it for the user's name, which everybody may read in ACLs
         */
        public Builder authorization(String scheme, String secret) {
            if (scheme.equals("digest") && secret.indexOf(':') < 0) {
                throw new IllegalArgumentException(
                        "Cannot use the secret given for scheme digest: it has no colon, so that"
                                + " it would be a user's name and show in ACLs. Give user:password.");
            }
            credentials.add(new Credential(scheme, secret));
            return this;
        }

        /**
         * Sets the path under which all znodes of the driver lie, {@code /ensembler} by default. It is absolute: the
         * client's namespace and chroot do not apply.
         *
         * @throws IllegalArgumentException if it is no path of a znode, or the root
         */
        public Builder path(String path) {
            PathUtils.validatePath(path);
            if (path.equals("/")) {
                throw new IllegalArgumentException("Cannot keep znodes right under /. Give a path such as /ensembler.");
            }
            this.path = path;
            return this;
        }

        /**
         * Sets the timeout of the session that sends a reconfiguration, 40 s by default; servers may cap it. The session
         * is given up if the reconfiguration takes longer than two thirds of it, and the outcome is then unknown.
         *
         * @throws IllegalArgumentException if it is not positive or longer than a day
         */
        public Builder sessionTimeout(Duration sessionTimeout) {
            if (sessionTimeout.toMillis() <= 0 || sessionTimeout.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException(
                        "Cannot use a session timeout of " + sessionTimeout + ". Give one between 1 ms and a day.");
            }
            this.sessionTimeout = sessionTimeout;
            return this;
        }

        /**
         * Lets servers be asked over HTTP as well, each at the host of its client address and on this port, which is its
         * {@code admin.serverPort}. What a server tells there goes before what it answers to four-letter words. Nobody is
         * asked unless this or {@link #adminServer(Function)} says so: 8080, ZooKeeper's default, may be the port of
         * anybody's program.
         *
         * @throws IllegalArgumentException if it is no port
         */
        public Builder adminPort(int port) {
            // Refuses what is no port at once.
            var checked = new Address("localhost", port).port();
            return adminServer(server -> server.endpoints()
                    .reachableClient()
                    .map(client -> URI.create("http://" + new Address(client.host(), checked) + "/commands")));
        }

        /**
         * Lets servers be asked over HTTP as well, each where {@code places} says, such as {@code
         * http://zk1:8080/commands}; where it says nothing the server is not asked.
         *
         * @param places quick, of no effect, and thread-safe
         */
        public Builder adminServer(Function<Server, Optional<URI>> places) {
            this.administration = Administration.at(Objects.requireNonNull(places, "places"));
            return this;
        }

        /**
         * Lets data be copied for plans with {@code backUpData()} by a server's snapshot command, over HTTP where {@link
         * #adminPort} or {@link #adminServer} says: one file for each copy, named by server and transaction, made
         * complete or not at all. ZooKeeper 3.9 or later has that command, and demands an identity that may do everything
         * at {@code /}: those of {@link #authorization} are given, which can be read on the way where it is not HTTPS.
         *
         * @param directory where to keep them, made with the first; nothing in it is ever deleted
         */
        public Builder snapshots(Path directory) {
            this.snapshots = Objects.requireNonNull(directory, "directory");
            return this;
        }

        /** Sets how often each server may be looked at within ten seconds. */
        Builder looks(int most) {
            this.looks = most;
            return this;
        }

        /** Sets on which servers senders are opened, whatever the caller prefers. */
        Builder route(SenderRoute route) {
            this.route = route;
            return this;
        }

        /**
         * Returns the driver. It opens no session of its own before the first call.
         *
         * @throws IllegalStateException if the client given was not started or has been closed
         */
        public CuratorEnsembleDriver open() {
            if (curator != null) {
                if (curator.getState() != CuratorFrameworkState.STARTED) {
                    throw new IllegalStateException("Cannot use the Curator client: its state is " + curator.getState()
                            + ". Start it first, and close it after the driver.");
                }
                return new CuratorEnsembleDriver(this, curator, null);
            }
            var own = CuratorFrameworkFactory.builder()
                    .connectString(connectString)
                    .connectionTimeoutMs(Math.toIntExact(CONNECTION_TIMEOUT.toMillis()))
                    .retryPolicy(new ExponentialBackoffRetry(100, 3))
                    .ensembleTracker(false)
                    .build();
            own.start();
            return new CuratorEnsembleDriver(this, own, own);
        }

        /** Returns the path and the schemes of the identities, never a secret. */
        @Override
        public String toString() {
            return "CuratorEnsembleDriver.Builder[path=" + path + ", identities=" + credentials + "]";
        }
    }
}
