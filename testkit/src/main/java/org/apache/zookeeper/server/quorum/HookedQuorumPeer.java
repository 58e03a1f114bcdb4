package org.apache.zookeeper.server.quorum;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.sasl.SaslException;
import org.apache.zookeeper.common.X509Exception;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.quorum.flexible.QuorumVerifier;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * One run of a server whose {@link ServerHooks} say what is to go wrong with it. Thread-safe as its parent is.
 *
 * <p>Every connection to another server is recorded before it is asked whether there may be one, and closed after it has
 * been forbidden: so none slips through between the two.
 */
@NullMarked
public class HookedQuorumPeer extends QuorumPeer {

    private final ServerHooks hooks;
    private final Set<Socket> toLeaders = ConcurrentHashMap.newKeySet();
    private volatile boolean dead;
    private volatile boolean ending;

    /** Creates a run that is not started. */
    public HookedQuorumPeer(ServerHooks hooks) throws SaslException {
        this.hooks = hooks;
        hooks.began(this);
    }

    /**
     * Ends the server as a loss of power would. The thread that calls this is the one that must go no further; if this
     * returns, it is held until {@link #shutdown} is called. No server can reach this one any more, nor be reached.
     *
     * @param version the configuration that the server does not take up
     */
    protected void die(long version) {
        Runtime.getRuntime().halt(137);
    }

    @Override
    public void shutdown() {
        ending = true;
        hooks.ending();
        super.shutdown();
    }

    /** Every way by which a server takes up a configuration leads here. */
    @Override
    public boolean processReconfig(
            QuorumVerifier next, @Nullable Long suggestedLeader, @Nullable Long zxid, boolean restartElection) {
        if (restartElection && isReconfiguration(next) && hooks.takeCrash()) {
            awaitAcknowledged(next.getVersion());
            dead = true;
            cutLinks();
            die(next.getVersion());
            hooks.awaitEnding(this);
            throw new IllegalStateException(
                    "died before it took up configuration " + Long.toHexString(next.getVersion()));
        }
        return super.processReconfig(next, suggestedLeader, zxid, restartElection);
    }

    /**
     * The commit may come before a follower has acknowledged what is committed, if others have. In the middle of its sync
     * it acknowledges all at once, and a leader does so before it commits.
     */
    private void awaitAcknowledged(long zxid) {
        if (follower instanceof HookedFollower following && getZabState() == ZabState.BROADCAST) {
            try {
                following.awaitAcknowledged(zxid);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * A new ensemble gives its first configuration a version, and a joiner adopts what is in force, which it never
     * acknowledged: both have none before.
     */
    private boolean isReconfiguration(QuorumVerifier next) {
        long current = getQuorumVerifier().getVersion();
        return current != 0 && next.getVersion() > current;
    }

    @Override
    public QuorumCnxManager createCnxnManager() {
        return new HookedCnxManager(this);
    }

    @Override
    protected Follower makeFollower(FileTxnSnapLog log) throws IOException {
        return new HookedFollower(this, new FollowerZooKeeperServer(log, this, getZkDb()));
    }

    @Override
    protected Observer makeObserver(FileTxnSnapLog log) throws IOException {
        return new HookedObserver(this, new ObserverZooKeeperServer(log, this, getZkDb()));
    }

    @Override
    protected Leader makeLeader(FileTxnSnapLog log) throws IOException, X509Exception {
        return new HookedLeader(this, new LeaderZooKeeperServer(log, this, getZkDb()));
    }

    boolean isEnding() {
        return ending;
    }

    /** Returns whether no connection to another server may be. */
    boolean isCutOff() {
        return dead || hooks.isIsolated();
    }

    void awaitSync() throws InterruptedException {
        hooks.awaitSync(this);
    }

    void connectToLeader(Socket socket, InetSocketAddress leader, int timeout) throws IOException {
        toLeaders.removeIf(Socket::isClosed);
        toLeaders.add(socket);
        if (isCutOff()) {
            socket.close();
            throw new ConnectException("cut off from " + leader);
        }
        socket.connect(leader, timeout);
    }

    /** Closes all connections to other servers; whoever calls this has forbidden new ones before. */
    void cutLinks() {
        toLeaders.forEach(HookedQuorumPeer::close);
        var leading = leader;
        if (leading != null) {
            leading.getLearners().forEach(LearnerHandler::closeSocket);
        }
        var elections = getQuorumCnxManager();
        if (elections != null) {
            elections.softHalt();
        }
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no more use either way.
            return;
        }
    }
}
