package io.ensembler.curator;

import io.ensembler.curator.Session.Reconfigured;
import io.ensembler.model.Address;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Ensemble;
import io.ensembler.model.SenderId;
import io.ensembler.model.Server;
import io.ensembler.model.Zxid;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session with its ephemeral znode, which is also the znode it writes before it reads. If somebody removes that, it
 * writes another: what proves an outcome is the session, not the znode.
 */
final class SessionSender implements Sender {

    private static final Logger log = LoggerFactory.getLogger(SessionSender.class);

    private final Session session;
    private final String znode;
    private final Sessions sessions;
    private final IdentityZnode identity;

    /** What is written before a read: the sender's own znode, or what took its place. */
    private String scratch;

    SessionSender(Session session, String znode, Sessions sessions) {
        this.session = session;
        this.znode = znode;
        this.scratch = znode;
        this.sessions = sessions;
        this.identity = new IdentityZnode(sessions);
    }

    @Override
    public SenderId id() {
        return new SenderId(znode);
    }

    /** Returns the server it was opened on. */
    Address openedOn() {
        return session.first();
    }

    long sessionId() {
        return session.sessionId();
    }

    @Override
    public SendResult sendOnce(SendRequest request) throws InterruptedException {
        var deadline = sessions.deadline(request.timeLeft());
        var unresolved = unresolved(request.target());
        if (!unresolved.isEmpty()) {
            return Outcome.HOST_NOT_RESOLVED.told("nothing was sent: " + String.join(" and ", unresolved)
                    + " of the target cannot be resolved here; the servers would stop when they cannot either");
        }
        var call = ReconfigurationCall.from(request.before(), request.target());
        var endangered = LoneQuorum.endangered(request, call);
        if (endangered.isPresent()) {
            return Outcome.LEADER_ALONE_A_QUORUM.told("nothing was sent: " + endangered.get());
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before anything was sent");
        }
        if (deadline.isOver()) {
            return Outcome.HOSTS_NOT_RESOLVED_IN_TIME.told(
                    "nothing was sent: resolving the host names of the target took all the time there was, "
                            + request.timeLeft().toMillis() + " ms");
        }
        if (session.hasEnded()) {
            return Outcome.HANDLE_CLOSED_BEFORE_SENDING.told("nothing was sent: the session of " + id() + " has ended");
        }
        session.widen(clients(request.before(), request.target()));
        log.debug("{} sends {} on version {}", id(), call, request.version());
        var answer = session.reconfigure(call, request.version().value());
        var result = answer(answer, request.timeLeft(), deadline);
        log.debug("{} got {}", id(), result);
        return result;
    }

    /** Waits for an answer, and returns what it says; an interruption sets the flag. */
    static SendResult answer(CompletableFuture<Reconfigured> answer, Duration timeLeft, Deadline deadline) {
        try {
            return Outcome.of(answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Outcome.NO_ANSWER_IN_TIME.told("no answer came within " + timeLeft.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.INTERRUPTED_WHILE_WAITING.told("interrupted while waiting for the answer");
        } catch (ExecutionException e) {
            return Outcome.ANSWER_UNREADABLE.told("the answer could not be read: " + e.getCause());
        }
    }

    /**
     * Returns the hosts of the target that no name service knows. The JVM remembers names that resolve for half a minute
     * (security property networkaddress.cache.ttl), so one that failed since may pass.
     */
    private static List<String> unresolved(Ensemble target) {
        var hosts = new TreeSet<String>();
        for (var server : target.servers()) {
            server.endpoints().quorum().forEach(address -> hosts.add(address.host()));
            server.endpoints().client().ifPresent(address -> hosts.add(address.host()));
        }
        var unresolved = new ArrayList<String>();
        for (var host : hosts) {
            try {
                InetAddress.getAllByName(host);
            } catch (UnknownHostException e) {
                unresolved.add(host);
            }
        }
        return unresolved;
    }

    static List<Address> clients(Ensemble before, Ensemble target) {
        var servers = new ArrayList<Server>(before.servers());
        servers.addAll(target.servers());
        return EnsembleSession.clients(servers);
    }

    @Override
    public CommittedConfiguration readCommitted(Duration timeLeft) throws InterruptedException {
        var deadline = sessions.deadline(timeLeft);
        return onThisSession("Cannot read the configuration on the session of " + id(), deadline, () -> {
            var write = write(deadline);
            var read = session.readConfiguration();
            var asked = identity.ask(session);
            var configuration = Guard.await(read, deadline);
            return EnsembleSession.committed(configuration, write, identity.await(asked, deadline));
        });
    }

    @Override
    public boolean isGone(SenderId other, Duration timeLeft) throws InterruptedException {
        var deadline = sessions.deadline(timeLeft);
        return onThisSession("Cannot see whether the session of " + other + " has ended", deadline, () -> {
            write(deadline);
            return Guard.await(session.find(other.value()), deadline).isEmpty();
        });
    }

    private Zxid write(Deadline deadline) throws KeeperException, TimeoutException, InterruptedException {
        Guard.await(session.connected(), deadline);
        try {
            return Zxid.of(Guard.await(session.write(scratch), deadline).getMzxid());
        } catch (KeeperException.NoNodeException e) {
            log.warn(
                    "Somebody removed {}, the znode of a session that lives: others take the session for ended."
                            + " Leave what lies there to this library.",
                    scratch);
            scratch = sessions.createOwn(session, "senders", deadline);
            return Zxid.of(Guard.await(session.write(scratch), deadline).getMzxid());
        }
    }

    private <T> T onThisSession(String what, Deadline deadline, Guard.Attempt<T> attempt) throws InterruptedException {
        return Guard.repeat(what, deadline, () -> {
            try {
                return attempt.make();
            } catch (KeeperException.SessionExpiredException e) {
                throw new DriverException(
                        Kind.SESSION_ENDED, what + ": it has expired. Settle what it sent on another session.", e);
            } catch (KeeperException.NoNodeException e) {
                throw new DriverException(
                        Kind.CONFLICT,
                        what + ": somebody keeps removing its znodes. Leave what lies there to this library.",
                        e);
            }
        });
    }

    @Override
    public void close() {
        session.close();
    }

    @Override
    public String toString() {
        return "sender " + znode;
    }
}
