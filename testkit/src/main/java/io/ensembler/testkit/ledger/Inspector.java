package io.ensembler.testkit.ledger;

import io.ensembler.model.Address;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationTextException;
import io.ensembler.model.EnsembleException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks who the servers are, and each what it holds of a ledger. Immutable. */
record Inspector(Access access, Layout layout, int writers) {

    private static final Logger LOG = LoggerFactory.getLogger(Inspector.class);

    /** What is asked over a session. */
    private interface Question<T> {
        T ask(ZooKeeper client) throws KeeperException, InterruptedException;
    }

    /**
     * Returns the client addresses of the servers that the committed configuration lists; those of the connect string
     * where it does not tell, as with a standalone server, or where it may not be read.
     *
     * @throws EnsembleException if nobody can be asked within the session timeout
     */
    List<String> servers(String connectString) throws InterruptedException {
        try {
            var configured = ask(connectString, this::configured);
            if (!configured.isEmpty()) {
                return configured;
            }
        } catch (KeeperException | ConfigurationTextException e) {
            LOG.debug("The servers of {} are asked, since the configuration cannot be read", connectString, e);
        }
        return new ConnectStringParser(connectString)
                .getServerAddresses().stream()
                        .map(address -> new Address(address.getHostString(), address.getPort()).toString())
                        .toList();
    }

    /**
     * Asks all of these servers at once, as {@link #ask(String, String)} does, and returns what they hold in their order.
     *
     * @throws EnsembleException if one of them cannot be asked
     */
    List<Look> ask(List<String> servers, String chroot) throws InterruptedException {
        var threads = Executors.newFixedThreadPool(servers.size(), Inspector::thread);
        try {
            var questions = servers.stream()
                    .<Callable<List<Look>>>map(server -> () -> ask(server, chroot))
                    .toList();
            var looks = new ArrayList<Look>();
            for (var answer : threads.invokeAll(questions)) {
                looks.addAll(answer.get());
            }
            return looks;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(work, "ensembler-ledger-inspector");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Asks a server for all of it, over a session to it alone and after a write was answered on that session, since a
     * bare {@code sync} does not promise that it has everything. A server that loses the connection meanwhile, as all
     * do when they elect a leader, is asked again.
     *
     * @param server its client address
     * @param chroot what all paths are below, or empty
     * @throws EnsembleException if it cannot be asked within the session timeout
     */
    List<Look> ask(String server, String chroot) throws InterruptedException {
        try {
            return ask(server + chroot, client -> looks(server, client));
        } catch (KeeperException e) {
            throw new EnsembleException(
                    "Cannot look for the writes on the server at " + server + ": " + e.getMessage(), e);
        }
    }

    private <T> T ask(String connectString, Question<T> question) throws KeeperException, InterruptedException {
        long deadline = System.nanoTime() + access.sessionTimeout().toNanos();
        var client = access.connect(connectString, access.sessionTimeout());
        try {
            while (true) {
                try {
                    passBarrier(client);
                    return question.ask(client);
                } catch (ConnectionLossException e) {
                    if (System.nanoTime() - deadline > 0) {
                        throw e;
                    }
                    LOG.debug("{} is asked again: {}", connectString, e.getMessage());
                }
            }
        } finally {
            access.close(client);
        }
    }

    /** Returns nothing unless each server listed tells where clients reach it. */
    private List<String> configured(ZooKeeper client) throws KeeperException, InterruptedException {
        var text = new String(client.getConfig(false, new Stat()), StandardCharsets.UTF_8);
        var servers = ConfigurationText.parse(text).ensemble().servers();
        var addresses = servers.stream()
                .flatMap(server -> server.endpoints().reachableClient().stream())
                .filter(address -> !address.isWildcard())
                .map(Address::toString)
                .toList();
        return addresses.size() == servers.size() ? addresses : List.of();
    }

    private List<Look> looks(String server, ZooKeeper client) throws KeeperException, InterruptedException {
        var looks = new ArrayList<Look>();
        for (int writer = 0; writer < writers; writer++) {
            looks.add(new Look(server, writer, Client.value(client, layout.register(writer)), entries(client, writer)));
        }
        return looks;
    }

    /** A write that is refused has passed all servers as well. */
    private void passBarrier(ZooKeeper client) throws KeeperException, InterruptedException {
        try {
            client.setData(layout.barrier(), new byte[0], -1);
        } catch (NoNodeException e) {
            LOG.debug("{} is not there", layout.barrier());
        }
    }

    private List<String> entries(ZooKeeper client, int writer) throws KeeperException, InterruptedException {
        try {
            return client.getChildren(layout.entries(writer), false).stream()
                    .sorted()
                    .toList();
        } catch (NoNodeException e) {
            return List.of();
        }
    }
}
