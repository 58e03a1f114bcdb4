package io.ensembler.testkit.link;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One connection of a client. What both sides say comes in frames: a length, then for a request its number and type, for a
 * reply the number of the request. The first frame each way opens the session and has neither.
 */
final class RelayedClient {

    /** What a length cannot be is a four-letter word or no ZooKeeper's, after which nothing comes in frames. */
    private static final int LONGEST = 1 << 28;

    private static final int CONNECT_MILLIS = 2_000;

    private final ClientRelays relays;
    private final Socket client;
    private final Socket server = new Socket();
    private final Map<Integer, Ambush> awaited = new ConcurrentHashMap<>();
    private volatile boolean unheard;

    RelayedClient(ClientRelays relays, Socket client) {
        this.relays = relays;
        this.client = client;
    }

    /** Relays requests on this thread and replies on another, until either side has closed. */
    void run(Supplier<InetSocketAddress> target) {
        try {
            server.connect(target.get(), CONNECT_MILLIS);
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            // There is none once the connection to the client is cut, while the one to the server is to go on.
            var replies = new DataOutputStream(client.getOutputStream());
            if (relays.start(() -> relayReplies(replies), "ensembler-replies")) {
                relayRequests();
            } else {
                cut();
            }
        } catch (IOException | RuntimeException e) {
            // Whatever side has failed, or we have, the other is to hear of it.
            cut();
        }
    }

    /** Breaks the connection, such that neither side takes it for closed in good order. */
    void cut() {
        reset(client);
        reset(server);
        end();
    }

    private void end() {
        awaited.values().forEach(Ambush::layAgain);
        awaited.clear();
        relays.ended(this);
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
            return;
        }
    }

    private void close() throws IOException {
        try (client;
                server) {
            client.shutdownOutput();
        } finally {
            end();
        }
    }

    private void relayRequests() throws IOException {
        var from = new DataInputStream(client.getInputStream());
        var to = new DataOutputStream(server.getOutputStream());
        for (boolean first = true; ; first = false) {
            int length = from.readInt();
            if (isNone(length)) {
                to.writeInt(length);
                to.flush();
                from.transferTo(to);
                server.shutdownOutput();
                return;
            }
            var frame = readFrame(from, length);
            var ambush = first || length < 2 * Integer.BYTES
                    ? Optional.<Ambush>empty()
                    : relays.ambush(ByteBuffer.wrap(frame).getInt(Integer.BYTES));
            if (ambush.isEmpty()) {
                write(frame, to);
            } else if (isStruck(frame, to, ambush.get())) {
                return;
            }
        }
    }

    /** Returns whether the connection is cut around this request: before it or behind it, not before its reply. */
    private boolean isStruck(byte[] request, DataOutputStream to, Ambush ambush) throws IOException {
        switch (ambush.moment()) {
            case BEFORE_REQUEST -> {
                if (ambush.strikes()) {
                    cut();
                    return true;
                }
                write(request, to);
                return false;
            }
            case AFTER_REQUEST -> {
                boolean strikes = ambush.strikes();
                if (strikes) {
                    cutReplies();
                }
                write(request, to);
                if (strikes) {
                    server.shutdownOutput();
                }
                return strikes;
            }
            case BEFORE_REPLY -> {
                awaited.put(ByteBuffer.wrap(request).getInt(), ambush);
                write(request, to);
                return false;
            }
        }
        throw new IllegalStateException("no moment: " + ambush.moment());
    }

    /**
     * Breaks the connection to the client alone. The one to the server is to end in good order, so that what was sent is
     * there to be read however long the server takes; what it says is heard by nobody.
     */
    private void cutReplies() {
        unheard = true;
        reset(client);
    }

    private void relayReplies(DataOutputStream to) {
        try {
            var from = new DataInputStream(server.getInputStream());
            for (boolean first = true; ; first = false) {
                int length = from.readInt();
                if (isNone(length)) {
                    to.writeInt(length);
                    from.transferTo(to);
                    close();
                    return;
                }
                var frame = readFrame(from, length);
                if (!first && length >= Integer.BYTES) {
                    var ambush = awaited.remove(ByteBuffer.wrap(frame).getInt());
                    if (ambush != null && ambush.strikes()) {
                        cut();
                        return;
                    }
                }
                reply(frame, to);
            }
        } catch (IOException | RuntimeException e) {
            cut();
        }
    }

    private void reply(byte[] frame, DataOutputStream to) throws IOException {
        try {
            write(frame, to);
        } catch (IOException e) {
            if (!unheard) {
                throw e;
            }
        }
    }

    /** Reads no more than comes: only what has all come is a frame. */
    private static byte[] readFrame(DataInputStream from, int length) throws IOException {
        var frame = from.readNBytes(length);
        if (frame.length < length) {
            throw new EOFException("a frame of " + length + " bytes ended after " + frame.length);
        }
        return frame;
    }

    private static boolean isNone(int length) {
        return length < 0 || length > LONGEST;
    }

    private static void write(byte[] frame, DataOutputStream to) throws IOException {
        var whole = ByteBuffer.allocate(Integer.BYTES + frame.length)
                .putInt(frame.length)
                .put(frame);
        to.write(whole.array());
        to.flush();
    }
}
