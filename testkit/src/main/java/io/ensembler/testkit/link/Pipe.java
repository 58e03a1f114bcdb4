package io.ensembler.testkit.link;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** One direction of one relayed connection. Used by the relaying thread alone. */
final class Pipe {

    /** As much as is under way at most, so that a sender who is too quick is made to wait. */
    static final int UNDER_WAY = 1 << 20;

    /** How what the source sent comes to its end. */
    private enum End {
        NONE,
        CLOSED,
        RESET
    }

    private record Chunk(long due, ByteBuffer data) {}

    private final SocketChannel source;
    private final SocketChannel sink;
    private final Flow flow;
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private int underWay;
    private End end = End.NONE;
    private long endDue;
    private boolean sinkFull;
    private boolean delivered;

    Pipe(SocketChannel source, SocketChannel sink, Flow flow) {
        this.source = source;
        this.sink = sink;
        this.flow = flow;
    }

    /** Returns whether the source may send. */
    boolean wantsToRead() {
        return end == End.NONE && !flow.isHeld() && underWay < UNDER_WAY && source.isOpen();
    }

    /** Returns whether it waits for the sink to take more. */
    boolean wantsToWrite() {
        return sinkFull && !flow.isHeld() && sink.isOpen();
    }

    /** Returns whether all the source sent, and that it sends no more, has reached the sink. */
    boolean isDelivered() {
        return delivered;
    }

    /** Returns when something is due next, or {@link Long#MAX_VALUE}. */
    long nextDue() {
        if (flow.isHeld() || sinkFull || delivered) {
            return Long.MAX_VALUE;
        }
        if (!chunks.isEmpty()) {
            return chunks.getFirst().due();
        }
        return end == End.NONE ? Long.MAX_VALUE : endDue;
    }

    void read(ByteBuffer buffer, long now) {
        buffer.clear();
        try {
            int count = source.read(buffer);
            if (count < 0) {
                ended(End.CLOSED, now);
            } else if (count > 0) {
                add(ByteBuffer.allocate(count).put(buffer.flip()).flip(), now);
            }
        } catch (IOException e) {
            sourceFailed(now);
        }
    }

    /** Takes what the source has sent. */
    void add(ByteBuffer data, long now) {
        chunks.addLast(new Chunk(now + flow.delayNanos(), data));
        underWay += data.remaining();
    }

    /** The source is gone; the sink is to hear of it as it would over a network. */
    void sourceFailed(long now) {
        ended(End.RESET, now);
    }

    void sinkWritable() {
        sinkFull = false;
    }

    /**
     * Hands the sink what is due.
     *
     * @return false if the sink is gone
     */
    boolean deliver(long now) {
        if (flow.isHeld() || delivered || !sink.isOpen()) {
            return true;
        }
        try {
            while (!sinkFull && !chunks.isEmpty() && chunks.getFirst().due() - now <= 0) {
                var data = chunks.getFirst().data();
                underWay -= sink.write(data);
                if (data.hasRemaining()) {
                    sinkFull = true;
                } else {
                    chunks.removeFirst();
                }
            }
            if (chunks.isEmpty() && end != End.NONE && endDue - now <= 0) {
                finish();
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void finish() throws IOException {
        delivered = true;
        if (end == End.RESET) {
            reset(sink);
        } else {
            sink.shutdownOutput();
        }
    }

    private void ended(End how, long now) {
        if (end == End.NONE) {
            end = how;
            endDue = now + flow.delayNanos();
        }
    }

    /** Closes a connection such that the other side takes it for broken. */
    static void reset(SocketChannel channel) throws IOException {
        if (channel.isOpen()) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }
    }

    /** Returns what the channel that one pipe reads from and the other writes to is to be watched for. */
    static int interest(Pipe from, Pipe to) {
        return (from.wantsToRead() ? SelectionKey.OP_READ : 0) | (to.wantsToWrite() ? SelectionKey.OP_WRITE : 0);
    }
}
