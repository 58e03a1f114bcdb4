package io.ensembler.testkit.link;

import io.ensembler.model.EnsembleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * Relays the connections of clients, reads what they ask, and can cut a connection around one request. Thread-safe;
 * each address has a thread of its own and each connection two.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ClientRelays implements AutoCloseable {

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<ServerSocket> listeners = new CopyOnWriteArrayList<>();
    private final Set<RelayedClient> clients = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Ambush> ambushes = new CopyOnWriteArrayList<>();
    private boolean closed;

    /**
     * Relays what connects to an address.
     *
     * @param at the address to listen on
     * @param target where the next connection is to be made to in turn
     * @throws EnsembleException if one cannot listen there
     */
    public void relay(InetSocketAddress at, Supplier<InetSocketAddress> target) {
        try {
            var listener = new ServerSocket();
            boolean listens = false;
            try {
                listener.setReuseAddress(true);
                listener.bind(at);
                listeners.add(listener);
                listens = start(() -> acceptAll(listener, target), "ensembler-clients-" + at.getPort());
            } finally {
                if (!listens) {
                    listeners.remove(listener);
                    listener.close();
                }
            }
        } catch (IOException e) {
            throw new EnsembleException("Cannot listen on " + at + ": " + e.getMessage(), e);
        }
    }

    /**
     * Cuts the connection on which the next request of one of these types comes, before the server gets it. Returns
     * what disarms this.
     *
     * @param onStrike run when that happens, before either side can see it
     */
    public Runnable cutBeforeRequest(IntPredicate types, Runnable onStrike) {
        return arm(new Ambush(Ambush.Moment.BEFORE_REQUEST, types, onStrike));
    }

    /**
     * Cuts the connection on which the next request of one of these types comes, and lets the server have that request,
     * and then the end of the connection. Returns what disarms this.
     *
     * @param onStrike run when that happens, before either side can see it
     */
    public Runnable cutAfterRequest(IntPredicate types, Runnable onStrike) {
        return arm(new Ambush(Ambush.Moment.AFTER_REQUEST, types, onStrike));
    }

    /**
     * Cuts the connection on which the next request of one of these types comes, once its reply has come and before the
     * client gets it. If the connection ends before the reply comes, this is for the next such request. Returns what
     * disarms this.
     *
     * @param onStrike run when that happens, before either side can see it
     */
    public Runnable cutBeforeReply(IntPredicate types, Runnable onStrike) {
        return arm(new Ambush(Ambush.Moment.BEFORE_REPLY, types, onStrike));
    }

    /** Closes all connections and returns once all threads have ended, interrupted or not. */
    @Override
    public void close() {
        List<Thread> started;
        synchronized (threads) {
            closed = true;
            started = List.copyOf(threads);
        }
        try {
            for (var listener : listeners) {
                listener.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close the relays of clients", e);
        } finally {
            clients.forEach(RelayedClient::cut);
            started.forEach(Relays::join);
        }
    }

    /** Returns the ambush that takes this request, if there is one. */
    Optional<Ambush> ambush(int type) {
        ambushes.removeIf(Ambush::isOver);
        return ambushes.stream().filter(ambush -> ambush.takes(type)).findFirst();
    }

    void ended(RelayedClient client) {
        clients.remove(client);
    }

    /** Starts a thread, unless this is closed. Returns whether it did. */
    boolean start(Runnable work, String name) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        synchronized (threads) {
            if (closed) {
                return false;
            }
            threads.removeIf(other -> other.getState() == Thread.State.TERMINATED);
            threads.add(thread);
            thread.start();
        }
        return true;
    }

    private Runnable arm(Ambush ambush) {
        ambushes.add(ambush);
        return () -> {
            ambush.disarm();
            ambushes.remove(ambush);
        };
    }

    private void acceptAll(ServerSocket listener, Supplier<InetSocketAddress> target) {
        while (!listener.isClosed()) {
            accept(listener, target);
        }
    }

    private void accept(ServerSocket listener, Supplier<InetSocketAddress> target) {
        try {
            var client = new RelayedClient(this, listener.accept());
            clients.add(client);
            if (!start(() -> client.run(target), "ensembler-client")) {
                client.cut();
            }
        } catch (IOException e) {
            // Closed, or whoever called has gone already; or there are no descriptors, which soon repeats itself.
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }
}
