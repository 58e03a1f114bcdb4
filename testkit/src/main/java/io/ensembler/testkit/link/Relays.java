package io.ensembler.testkit.link;

import io.ensembler.model.EnsembleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;

/**
 * Relays TCP connections, each from an address it listens on to a target, and does to them what their {@link Flow}s
 * say. Thread-safe; one thread of its own does all the work.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Relays implements AutoCloseable {

    private static final int BUFFER = 1 << 16;

    private final Selector selector;
    private final Thread thread;
    private final Queue<ServerSocketChannel> listeners = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /** Used by the relaying thread alone. */
    private final List<Relayed> connections = new ArrayList<>();

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

    private Relays(Selector selector, String name) {
        this.selector = selector;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    private record Listener(InetSocketAddress target, Flow forward, Flow backward) {}

    /** Starts without any relay. */
    public static Relays open(String name) {
        try {
            var relays = new Relays(Selector.open(), name);
            relays.thread.start();
            return relays;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot relay connections", e);
        }
    }

    /** Returns a flow for relays of this, which passes others of this. */
    public Flow flow(List<Flow> passes) {
        return new Flow(selector::wakeup, passes);
    }

    /**
     * Relays what connects to an address.
     *
     * @param at the address to listen on
     * @param target where connections are made to in turn
     * @param forward what travels to the target
     * @param backward what comes from there
     * @throws EnsembleException if one cannot listen there
     */
    public void relay(InetSocketAddress at, InetSocketAddress target, Flow forward, Flow backward) {
        try {
            var listener = ServerSocketChannel.open();
            boolean listens = false;
            try {
                listener.configureBlocking(false);
                listener.bind(at);
                listeners.add(listener);
                listener.register(selector, SelectionKey.OP_ACCEPT, new Listener(target, forward, backward));
                listens = true;
            } finally {
                if (!listens) {
                    listeners.remove(listener);
                    listener.close();
                }
            }
            selector.wakeup();
        } catch (IOException e) {
            throw new EnsembleException("Cannot listen on " + at + ": " + e.getMessage(), e);
        }
    }

    /** Closes all connections and listeners and returns once the thread has ended, interrupted or not. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        join(thread);
    }

    /** Returns once a thread has ended, which an interrupt does not keep it from; the flag is set then. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                select(moveOn());
                for (var keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    var key = keys.next();
                    keys.remove();
                    ready(key);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Relays have ended", e);
        } finally {
            closeAll();
        }
    }

    private void select(long due) throws IOException {
        if (due == Long.MAX_VALUE) {
            selector.select();
            return;
        }
        long left = due - System.nanoTime();
        if (left <= 0) {
            selector.selectNow();
        } else {
            selector.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        }
    }

    /** Returns when something is due next. */
    private long moveOn() {
        long next = Long.MAX_VALUE;
        for (Iterator<Relayed> each = connections.iterator(); each.hasNext(); ) {
            var connection = each.next();
            try {
                next = earlier(next, connection.moveOn(selector, buffer, System.nanoTime()));
            } catch (IOException e) {
                connection.reset();
            }
            if (connection.isOver()) {
                each.remove();
            }
        }
        return next;
    }

    private static long earlier(long one, long other) {
        if (one == Long.MAX_VALUE || other == Long.MAX_VALUE) {
            return Math.min(one, other);
        }
        return one - other <= 0 ? one : other;
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Listener listener) {
            accept((ServerSocketChannel) key.channel(), listener);
        } else if (key.attachment() instanceof Relayed connection) {
            try {
                connection.ready(key, buffer, System.nanoTime());
            } catch (IOException e) {
                connection.reset();
            }
        }
    }

    private void accept(ServerSocketChannel from, Listener listener) {
        try {
            var caller = from.accept();
            if (caller == null) {
                return;
            }
            var connection = new Relayed(caller, listener.target(), listener.forward(), listener.backward());
            connections.add(connection);
            try {
                connection.begin(selector);
            } catch (IOException e) {
                connection.reset();
            }
        } catch (IOException e) {
            // Whoever called has gone already.
            return;
        }
    }

    private void closeAll() {
        connections.forEach(Relayed::close);
        try {
            for (var listener : listeners) {
                listener.close();
            }
            selector.close();
        } catch (IOException | ClosedSelectorException e) {
            throw new IllegalStateException("Cannot close relays", e);
        }
    }
}
