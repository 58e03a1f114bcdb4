package io.ensembler.curator;

import io.ensembler.curator.Session.OnLoss;
import io.ensembler.curator.Session.Read;
import io.ensembler.model.Address;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationTextException;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.Server;
import io.ensembler.model.Zxid;
import io.ensembler.probe.SrvrReply;
import io.ensembler.probe.WordProbe;
import io.ensembler.probe.WordProbe.Answer;
import io.ensembler.probe.WordProbe.Question;
import io.ensembler.probe.WordProbe.Word;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The driver's own session to the ensemble, on any of its servers: opened when first needed, opened again when it was
 * lost. It owns a znode, and writing that is both the write to be committed before a read and the marker that a server
 * has to show. Thread-safe.
 */
final class EnsembleSession {

    private final CuratorFramework curator;
    private final Sessions sessions;
    private final WordProbe probe;
    private final ProbePace pace;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Own own;
    private volatile List<Address> known;
    private volatile @Nullable Address first;

    /**
     * Creates what opens the session.
     *
     * @param known where to begin; if empty, the client is asked
     */
    EnsembleSession(CuratorFramework curator, List<Address> known, Sessions sessions, WordProbe probe, ProbePace pace) {
        this.curator = curator;
        this.known = known;
        this.sessions = sessions;
        this.probe = probe;
        this.pace = pace;
    }

    /**
     * A marker in the ensemble.
     *
     * @param znode where; nobody else writes there
     * @param zxid the write that put it there
     */
    record Marker(String znode, Zxid zxid) {

        /** Answers whether a session shows this marker once its server has caught up with the leader. */
        CompletableFuture<Boolean> isShownBy(Session session) {
            return session.sync()
                    .thenCompose(done -> session.find(znode))
                    .thenApply(stat ->
                            stat.isPresent() && Zxid.of(stat.get().getMzxid()).compareTo(zxid) >= 0);
        }
    }

    /**
     * A session with the znode it owns.
     *
     * @param session connected when it was made
     * @param znode ephemeral, of that session
     * @param identity of the ensemble
     */
    record Own(Session session, String znode, IdentityZnode identity) {

        /**
         * Commits a write and reads the configuration and the identity behind it. All go out at once: a server answers a
         * session in the order of its requests.
         */
        Look look(Deadline deadline) throws KeeperException, TimeoutException, InterruptedException {
            var written = session.write(znode);
            var read = session.readConfiguration();
            var asked = identity.ask(session);
            var marker = marker(written, deadline);
            var configuration = Guard.await(read, deadline);
            return new Look(marker, committed(configuration, marker.zxid(), identity.await(asked, deadline)));
        }

        Marker mark(Deadline deadline) throws KeeperException, TimeoutException, InterruptedException {
            return marker(session.write(znode), deadline);
        }

        private Marker marker(CompletableFuture<Stat> written, Deadline deadline)
                throws KeeperException, TimeoutException, InterruptedException {
            try {
                return new Marker(znode, Zxid.of(Guard.await(written, deadline).getMzxid()));
            } catch (KeeperException.NoNodeException e) {
                // The next session makes itself another.
                session.close();
                throw new DriverException(
                        Kind.RETRYABLE,
                        "Cannot write " + znode + ": somebody removed it. Leave what lies there to this library.",
                        e);
            }
        }
    }

    /** What was written, and what was committed then. */
    record Look(Marker marker, CommittedConfiguration committed) {}

    static CommittedConfiguration committed(Read read, Zxid write, EnsembleIdentity identity) {
        return new CommittedConfiguration(
                configuration(read.text()), Zxid.of(read.stat().getMzxid()), write, Optional.of(identity));
    }

    /**
     * Reads what the configuration znode holds.
     *
     * @throws DriverException of kind {@code REFUSED} if that is no configuration
     */
    static Configuration configuration(String text) {
        try {
            return ConfigurationText.parse(text);
        } catch (ConfigurationTextException e) {
            throw new DriverException(
                    Kind.REFUSED,
                    "Cannot use what /zookeeper/config holds: " + e.getMessage()
                            + "\nIf somebody wrote that znode directly, any reconfiguration with zkCli.sh puts there again"
                            + " what the servers have in force.",
                    e);
        }
    }

    /** Returns the client addresses of these servers, in their order, of those that are known. */
    static List<Address> clients(List<Server> servers) {
        return servers.stream()
                .map(server -> server.endpoints().reachableClient())
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    /**
     * Returns the session, connected and with its znode committed.
     *
     * @throws DriverException of kind {@code RETRYABLE} if no server accepts it in time
     */
    Own get(Deadline deadline) throws KeeperException, TimeoutException, InterruptedException {
        if (!lock.tryLock(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new DriverException(
                    Kind.RETRYABLE, "Cannot open a session: another call still tries to. Give it more time.");
        }
        try {
            var present = own;
            if (present != null && present.session().isConnected()) {
                return present;
            }
            if (present != null) {
                own = null;
                present.session().close();
            }
            var made = open(deadline);
            own = made;
            return made;
        } finally {
            lock.unlock();
        }
    }

    private Own open(Deadline deadline) throws KeeperException, TimeoutException, InterruptedException {
        Session session;
        try {
            session = sessions.openOnFirst(servingFirst(addresses(deadline), deadline), OnLoss.END, deadline);
        } catch (DriverException e) {
            if (curator.getZookeeperClient().isConnected()) {
                // The ensemble may have moved on while nobody asked this driver, and the user's client with it.
                known = List.of();
            }
            throw e;
        }
        try {
            return new Own(session, sessions.createOwn(session, "drivers", deadline), new IdentityZnode(sessions));
        } catch (KeeperException | TimeoutException | DriverException | InterruptedException e) {
            session.close();
            throw e;
        }
    }

    /** Ends the session if it is still this one, so that the next is opened on this server if it serves. */
    void move(Own from, Address to) {
        lock.lock();
        try {
            first = to;
            if (from.equals(own)) {
                own = null;
            }
        } finally {
            lock.unlock();
        }
        from.session().close();
    }

    /** Remembers where the ensemble is, for the next session. */
    void remember(Ensemble ensemble) {
        var clients = clients(ensemble.servers());
        if (!clients.isEmpty()) {
            known = clients;
        }
    }

    /** Returns where the ensemble said last that it is reached, or where to begin; empty if neither is known. */
    List<Address> known() {
        return known;
    }

    /** Returns where the ensemble can be reached: as it said itself, or as the user's client was told. */
    List<Address> addresses(Deadline deadline) throws InterruptedException {
        if (known.isEmpty()) {
            remember(configuration(readThroughCurator(deadline)).ensemble());
        }
        var addresses = known;
        return addresses.isEmpty()
                ? ofConnectString(curator.getZookeeperClient().getCurrentConnectionString())
                : addresses;
    }

    private String readThroughCurator(Deadline deadline) throws InterruptedException {
        return Guard.repeat("Cannot read the configuration through the Curator client", deadline, () -> {
            var answer = new CompletableFuture<String>();
            try {
                curator.getConfig()
                        .inBackground((client, event) -> {
                            if (event.getResultCode() == 0) {
                                var data = event.getData();
                                answer.complete(data == null ? "" : new String(data, StandardCharsets.UTF_8));
                            } else {
                                answer.completeExceptionally(KeeperException.create(
                                        KeeperException.Code.get(event.getResultCode()), event.getPath()));
                            }
                        })
                        .forEnsemble();
            } catch (IllegalStateException e) {
                throw new DriverException(
                        Kind.REFUSED,
                        "Cannot read the configuration through the Curator client: its state is " + curator.getState()
                                + ". Close it after the driver, and open another driver on a client that is started.",
                        e);
            } catch (KeeperException | InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new DriverException(
                        Kind.RETRYABLE,
                        "Cannot read the configuration through the Curator client: " + e.getMessage() + ".",
                        e);
            }
            return Guard.await(answer, deadline);
        });
    }

    /** Returns the addresses that a connect string names, whatever its chroot. */
    static List<Address> ofConnectString(String connectString) {
        return new ConnectStringParser(connectString)
                .getServerAddresses().stream()
                        .map(address -> new Address(address.getHostString(), address.getPort()))
                        .toList();
    }

    /** Puts servers that serve first and those that refuse last, so that no session waits for a server that is down. */
    private List<Address> servingFirst(List<Address> addresses, Deadline deadline) throws InterruptedException {
        pace.await("Cannot open a session", addresses, deadline);
        var questions = addresses.stream()
                .map(address -> new Question(address, Word.SRVR))
                .toList();
        var answers = probe.ask(questions, deadline.atMost(ServerProbe.LONGEST).left());
        return questions.stream()
                .sorted(Comparator.comparingInt((Question question) -> rank(answers.get(question)))
                        .thenComparing(question -> !question.address().equals(first)))
                .map(Question::address)
                .toList();
    }

    private static int rank(@Nullable Answer answer) {
        if (answer instanceof Answer.Text text) {
            return SrvrReply.parse(text.text()) instanceof SrvrReply.Serving ? 0 : 1;
        }
        return answer instanceof Answer.Refused ? 3 : 2;
    }
}
