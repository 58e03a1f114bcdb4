package io.ensembler.testkit.link;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One relayed connection. It is made only while both flows travel: to connect takes an answer. Used by the relaying
 * thread alone.
 *
 * <p>A caller is connected to the relay at once, be its target there or not, and cannot be refused any more. Where the
 * target refuses it is tried again for a while before the caller is reset, since a server that is refused tries again
 * soon, but takes a connection that breaks for the end of its leader.
 *
 * <p>A caller that has given up before the target was connected never reaches it, whatever it had sent: without a relay it
 * would have had no connection to send anything on.
 */
final class Relayed {

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final SocketChannel caller;
    private final InetSocketAddress target;
    private final Flow forward;
    private final Flow backward;
    /** What the caller had sent before the target was connected. */
    private final ByteArrayOutputStream early = new ByteArrayOutputStream();

    private boolean waited;
    private long tries;
    private long retryAt;
    private @Nullable SocketChannel callee;
    private @Nullable Pipe there;
    private @Nullable Pipe back;

    Relayed(SocketChannel caller, InetSocketAddress target, Flow forward, Flow backward) {
        this.caller = caller;
        this.target = target;
        this.forward = forward;
        this.backward = backward;
    }

    /** Prepares the caller's end; the other comes about as this is moved on. */
    void begin(Selector selector) throws IOException {
        caller.configureBlocking(false);
        caller.setOption(StandardSocketOptions.TCP_NODELAY, true);
        caller.register(selector, 0, this);
        retryAt = System.nanoTime();
    }

    boolean isOver() {
        return !caller.isOpen() && (callee == null || !callee.isOpen());
    }

    /** Does what the key says can be done. */
    void ready(SelectionKey key, ByteBuffer buffer, long now) throws IOException {
        if (key.isConnectable()) {
            finishConnect(key, now);
            return;
        }
        if (there == null || back == null) {
            return;
        }
        var reading = key.channel() == caller ? there : back;
        var writing = reading == there ? back : there;
        if (key.isValid() && key.isReadable() && reading.wantsToRead()) {
            reading.read(buffer, now);
        }
        if (key.isValid() && key.isWritable()) {
            writing.sinkWritable();
        }
    }

    /**
     * Moves on what is due and sets what is waited for next.
     *
     * @param buffer for what the caller has sent
     * @return when something is due next, or {@link Long#MAX_VALUE}
     */
    long moveOn(Selector selector, ByteBuffer buffer, long now) throws IOException {
        connectIfPossible(selector, buffer, now);
        var connected = callee;
        if (connected == null) {
            return isHeld() ? Long.MAX_VALUE : retryAt;
        }
        if (there == null || back == null) {
            return Long.MAX_VALUE;
        }
        deliver(there, back, connected, now);
        deliver(back, there, caller, now);
        if (there.isDelivered() && back.isDelivered()) {
            close();
            return Long.MAX_VALUE;
        }
        watch(selector, caller, Pipe.interest(there, back));
        watch(selector, connected, Pipe.interest(back, there));
        return Math.min(there.nextDue(), back.nextDue());
    }

    void close() {
        try (caller;
                var other = callee) {
            assert other == callee;
        } catch (IOException e) {
            // It is of no use any more, closed well or not.
            return;
        }
    }

    /** Breaks the connection at both ends. */
    void reset() {
        try {
            Pipe.reset(caller);
            if (callee != null) {
                Pipe.reset(callee);
            }
        } catch (IOException e) {
            close();
        }
    }

    /** A sink that is gone is news that travels the other way. */
    private static void deliver(Pipe pipe, Pipe opposite, SocketChannel sink, long now) throws IOException {
        if (!pipe.deliver(now)) {
            sink.close();
            opposite.sourceFailed(now);
        }
    }

    private static void watch(Selector selector, SocketChannel channel, int operations) {
        var key = channel.keyFor(selector);
        if (key != null && key.isValid()) {
            key.interestOps(operations);
        }
    }

    private boolean isHeld() {
        return forward.isHeld() || backward.isHeld();
    }

    private void connectIfPossible(Selector selector, ByteBuffer buffer, long now) throws IOException {
        if (callee != null || !caller.isOpen()) {
            return;
        }
        if (isHeld() || retryAt - now > 0) {
            waited = true;
            return;
        }
        if (waited) {
            readEarly(buffer);
        }
        var channel = SocketChannel.open();
        callee = channel;
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var key = channel.register(selector, SelectionKey.OP_CONNECT, this);
        try {
            if (channel.connect(target)) {
                connected(key, channel, now);
            }
        } catch (ConnectException e) {
            refused(channel, now, e);
        }
    }

    /**
     * Reads what has come meanwhile.
     *
     * @throws IOException if the caller has given up
     */
    private void readEarly(ByteBuffer buffer) throws IOException {
        while (early.size() < Pipe.UNDER_WAY) {
            int count = caller.read(buffer.clear());
            if (count < 0) {
                throw new EOFException("the caller has given up");
            }
            if (count == 0) {
                return;
            }
            var data = new byte[count];
            buffer.flip().get(data);
            early.writeBytes(data);
        }
    }

    private void finishConnect(SelectionKey key, long now) throws IOException {
        var channel = (SocketChannel) key.channel();
        try {
            if (channel.finishConnect()) {
                connected(key, channel, now);
            }
        } catch (ConnectException e) {
            refused(channel, now, e);
        }
    }

    private void refused(SocketChannel channel, long now, ConnectException refusal) throws IOException {
        channel.close();
        tries++;
        if (tries * RETRY_NANOS >= PATIENCE_NANOS) {
            throw refusal;
        }
        callee = null;
        waited = true;
        retryAt = now + RETRY_NANOS;
    }

    private void connected(SelectionKey key, SocketChannel channel, long now) {
        key.interestOps(0);
        there = new Pipe(caller, channel, forward);
        there.add(ByteBuffer.wrap(early.toByteArray()), now);
        early.reset();
        back = new Pipe(channel, caller, backward);
    }
}
