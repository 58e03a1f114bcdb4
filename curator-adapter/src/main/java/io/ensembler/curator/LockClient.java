package io.ensembler.curator;

import io.ensembler.model.Address;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.curator.ensemble.EnsembleProvider;
import org.apache.curator.framework.AuthInfo;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * A Curator client of the driver's own for Curator's recipes: without the namespace or chroot of the user's, with the
 * driver's identities, and with the addresses that the ensemble names, as it moves. Opened when first needed. Thread-safe.
 */
final class LockClient implements AutoCloseable {

    /** How long a first connection may take, also for somebody who does not want to wait for the lock. */
    static final Duration CONNECTING = Duration.ofSeconds(10);

    private final EnsembleSession ensemble;
    private final Sessions sessions;
    private @Nullable CuratorFramework client;

    LockClient(EnsembleSession ensemble, Sessions sessions) {
        this.ensemble = ensemble;
        this.sessions = sessions;
    }

    /**
     * Returns the client, connected.
     *
     * @throws DriverException of kind {@code RETRYABLE} if it is not in time
     */
    CuratorFramework connected(Deadline deadline) throws InterruptedException {
        var addresses = ensemble.addresses(deadline);
        var opened = open(addresses);
        long millis = Math.max(1, deadline.left().toMillis());
        if (!opened.blockUntilConnected(Math.toIntExact(Math.min(millis, Integer.MAX_VALUE)), TimeUnit.MILLISECONDS)) {
            throw new DriverException(
                    Kind.RETRYABLE,
                    "Cannot take the lock: no server of " + addresses
                            + " accepted a session in time. See whether the ensemble serves clients there.");
        }
        return opened;
    }

    private synchronized CuratorFramework open(List<Address> addresses) {
        var present = client;
        if (present != null) {
            return present;
        }
        sessions.requireOpen("Cannot take the lock");
        var opened = CuratorFrameworkFactory.builder()
                .ensembleProvider(new Following(addresses))
                .ensembleTracker(false)
                .sessionTimeoutMs(Math.toIntExact(ZooKeeperLock.SESSION_TIMEOUT.toMillis()))
                .connectionTimeoutMs(Math.toIntExact(CONNECTING.toMillis()))
                .retryPolicy(new ExponentialBackoffRetry(100, 3))
                .authorization(sessions.credentials().stream()
                        .map(credential -> new AuthInfo(credential.scheme(), credential.secret()))
                        .toList())
                .aclProvider(new OwnAcl(sessions.acl()))
                .build();
        opened.start();
        client = opened;
        return opened;
    }

    @Override
    public synchronized void close() {
        var present = client;
        if (present != null) {
            client = null;
            present.close();
        }
    }

    /** Everything that the recipe makes has the rights of all that is the driver's. */
    private record OwnAcl(List<ACL> acl) implements ACLProvider {
        @Override
        public List<ACL> getDefaultAcl() {
            return acl;
        }

        @Override
        public List<ACL> getAclForPath(String path) {
            return acl;
        }
    }

    /** Where the ensemble is, as the driver knows it. */
    private final class Following implements EnsembleProvider {

        private final List<Address> first;

        Following(List<Address> first) {
            this.first = first;
        }

        @Override
        public String getConnectionString() {
            var known = ensemble.known();
            return (known.isEmpty() ? first : known)
                    .stream().map(Address::toString).collect(Collectors.joining(","));
        }

        @Override
        public void setConnectionString(String connectionString) {
            // The driver knows better.
        }

        /** Another list is told to the session that there is: one that is opened anew would not have the lock. */
        @Override
        public boolean updateServerListEnabled() {
            return true;
        }

        @Override
        public void start() {
            // There is nothing to start.
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }
}
