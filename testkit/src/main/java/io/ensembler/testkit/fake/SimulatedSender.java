package io.ensembler.testkit.fake;

import io.ensembler.model.Address;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.SenderId;
import io.ensembler.model.Server;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.SendResult.Applied;
import io.ensembler.spi.SendResult.Code;
import io.ensembler.spi.SendResult.Refused;
import io.ensembler.spi.SendResult.Unknown;
import io.ensembler.spi.Sender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One session with a znode of its own, on which a reconfiguration is sent. */
final class SimulatedSender implements Sender {

    private static final String PREFIX = "sender-";

    private final SimulatedDriver driver;
    private final Caller caller;
    private final ClientSession session;
    private final long znode;
    /** What is written before a read: its own znode, or what took its place. */
    private long scratch;

    SimulatedSender(SimulatedDriver driver, ClientSession session, long znode) {
        this.driver = driver;
        this.caller = driver.caller();
        this.session = session;
        this.znode = znode;
        this.scratch = znode;
    }

    static List<Address> clients(List<Server> servers) {
        return servers.stream()
                .flatMap(server -> server.endpoints().reachableClient().stream())
                .distinct()
                .toList();
    }

    @Override
    public SenderId id() {
        return new SenderId(PREFIX + znode);
    }

    @Override
    public SendResult sendOnce(SendRequest request) throws InterruptedException {
        return caller.call("sendOnce", request.timeLeft(), end -> send(request, end));
    }

    private SendResult send(SendRequest request, long end) {
        var simulation = driver.simulation();
        var unresolved = unresolved(request.target());
        if (unresolved.isPresent()) {
            return new Refused(
                    Code.NAME_UNRESOLVED,
                    "nothing was sent: " + unresolved.get()
                            + " of the target cannot be resolved here; the servers would stop when they cannot either");
        }
        var reconfiguration = Reconfiguration.between(
                request.before(), request.target(), request.version().value());
        var endangered = endangered(request, reconfiguration);
        if (endangered.isPresent()) {
            return new Refused(Code.LONE_QUORUM, "nothing was sent: " + endangered.get());
        }
        if (simulation.now() >= end) {
            return new Refused(
                    Code.NAME_UNRESOLVED,
                    "nothing was sent: resolving the host names of the target took all the time there was, "
                            + request.timeLeft().toMillis() + " ms");
        }
        if (session.hasEnded()) {
            return new Refused(Code.SESSION_ENDED, "nothing was sent: the session of " + id() + " has ended");
        }
        var servers = new ArrayList<>(request.before().servers());
        servers.addAll(request.target().servers());
        session.widen(clients(servers));
        var sent = Request.toReconfigure(session.id(), reconfiguration);
        simulation.invariants().sent(sent, request);
        session.ask(sent);
        return awaitAnswer(sent, request.timeLeft(), end);
    }

    private SendResult awaitAnswer(Request sent, Duration timeLeft, long end) {
        try {
            return caller.await(sent::isAnswered, end)
                    ? result(sent)
                    : new Unknown("no answer came within " + timeLeft.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unknown("interrupted while waiting for the answer");
        }
    }

    private static SendResult result(Request sent) {
        return switch (sent.reply()) {
            case OK -> new Applied(ConfigurationVersion.of(sent.zxid()));
            case BAD_VERSION ->
                new Refused(Code.BAD_VERSION, "the configuration no longer has the version the call is conditional on");
            case IN_PROGRESS -> new Refused(Code.IN_PROGRESS, "another reconfiguration is proposed and not committed");
            case NO_QUORUM ->
                new Refused(Code.NO_QUORUM, "no quorum of the new configuration is connected to the leader and synced");
            case NO_PERMISSION ->
                new Refused(Code.NO_PERMISSION, "the identity given lacks WRITE on /zookeeper/config");
            case DISABLED -> new Refused(Code.DISABLED, "the leader runs with reconfigEnabled=false");
            case BAD_ARGUMENTS -> new Refused(Code.BAD_ARGUMENTS, "the leader did not accept the text");
            case CONNECTION_LOST -> new Unknown("the connection was lost before the answer came");
            case SESSION_EXPIRED -> new Unknown("the session ended before the answer came");
            case SESSION_MOVED -> new Unknown("the session had moved to another server");
            case NO_NODE, NONE_YET -> new Unknown("the answer was " + sent.reply());
        };
    }

    private Optional<String> unresolved(Ensemble target) {
        var names = driver.simulation().names();
        return target.servers().stream()
                .flatMap(server -> server.endpoints().quorum().stream())
                .filter(address -> !address.isLiteral())
                .map(address -> address.host())
                .filter(names::isUnresolvedHere)
                .findFirst();
    }

    /** What endangers the ensemble: a leader that alone is a quorum of the target and would find itself elsewhere. */
    private Optional<String> endangered(SendRequest request, Reconfiguration reconfiguration) {
        var roster = driver.simulation().roster();
        var before = driver.simulation().listing(request.before(), 0);
        var target = driver.simulation().listing(request.target(), 0);
        for (var server : request.target().servers()) {
            long bit = roster.bit(server.id());
            boolean mayLead = request.leader().map(server.id()::equals).orElse(true);
            if (mayLead && (before.participants() & bit) != 0 && target.isQuorum(bit)) {
                var alone = "server " + server.id() + ", alone a quorum of the target, ";
                if (!target.keepsQuorumAddress(roster.get(server.id()), before)) {
                    return Optional.of(alone + "would move its quorum address with nobody to take over. Let another"
                            + " server hold a part of the quorum first");
                } else if (reconfiguration.isBulk() && server.endpoints().usesNames()) {
                    return Optional.of(alone + "is listed by host name, which a call with the whole text makes it"
                            + " resolve anew. List it by its address first");
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public CommittedConfiguration readCommitted(Duration timeLeft) throws InterruptedException {
        return caller.call(
                "readCommitted",
                timeLeft,
                end -> onThisSession("Cannot read the configuration", end, () -> {
                    long write = write(end);
                    var read = ask(Request.of(Request.Kind.READ_CONFIGURATION, session.id()), end);
                    return driver.committed(read, write);
                }));
    }

    @Override
    public boolean isGone(SenderId other, Duration timeLeft) throws InterruptedException {
        return caller.call(
                "isGone",
                timeLeft,
                end -> onThisSession("Cannot see whether a session has ended", end, () -> {
                    write(end);
                    long theirs = Long.parseLong(other.value().substring(PREFIX.length()));
                    var find = Request.about(Request.Kind.FIND_ZNODE, session.id(), theirs);
                    return ask(find, end).reply() == Reply.NO_NODE;
                }));
    }

    private long write(long end) throws InterruptedException {
        caller.await(session::isConnectedOrOver, end);
        var write = ask(Request.about(Request.Kind.WRITE_ZNODE, session.id(), scratch), end);
        if (write.reply() == Reply.NO_NODE) {
            scratch = driver.sessions().createZnode(session, end);
            write = ask(Request.about(Request.Kind.WRITE_ZNODE, session.id(), scratch), end);
        }
        return write.zxid();
    }

    /** Asks on this session; answers are good, or say that there is no such znode. */
    private Request ask(Request request, long end) throws InterruptedException {
        session.ask(request);
        boolean answered = caller.await(request::isAnswered, end);
        if (!answered || (request.reply() != Reply.OK && request.reply() != Reply.NO_NODE)) {
            throw new DriverException(
                    Kind.RETRYABLE, answered ? "the answer was " + request.reply() : "no answer came in time");
        }
        return request;
    }

    private <T> T onThisSession(String what, long end, Caller.Attempt<T> attempt) throws InterruptedException {
        return caller.repeat(end, () -> {
            try {
                return attempt.make();
            } catch (DriverException e) {
                if (session.hasEnded()) {
                    throw new DriverException(
                            Kind.SESSION_ENDED,
                            what + " on the session of " + id()
                                    + ": it has expired. Settle what it sent on another session.",
                            e);
                }
                throw new DriverException(
                        e.kind(), what + " on the session of " + id() + ": " + e.getMessage() + ".", e);
            }
        });
    }

    @Override
    public void close() {
        synchronized (driver.simulation().clock()) {
            if (!caller.isDead()) {
                session.close();
            }
        }
    }

    @Override
    public String toString() {
        return id().toString();
    }
}
