package io.ensembler.probe;

import io.ensembler.model.Address;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Asks servers four-letter words, all at once on the calling thread. Thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class WordProbe {

    private static final int LONGEST_ANSWER = 1 << 20;

    private final TimeSource time;

    /** Creates a probe that measures time by the given source. */
    public WordProbe(TimeSource time) {
        this.time = time;
    }

    /** What can be asked. */
    public enum Word {
        /** Mode, zxid and load; allowed unless switched off. */
        SRVR,
        /** Settings and the configuration in force; has to be allowed by {@code 4lw.commands.whitelist}. */
        CONF,
        /** Figures, of the leader also how many follow it; has to be allowed as well. */
        MNTR,
        /** Memory; has to be allowed as well. */
        ENVI;

        private ByteBuffer bytes() {
            return ByteBuffer.wrap(name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
        }
    }

    /**
     * A word for one server.
     *
     * @param address the server's client address
     * @param word what to ask
     */
    public record Question(Address address, Word word) {}

    /** What came back. */
    public sealed interface Answer {

        /**
         * The server answered.
         *
         * @param text everything it said, which may be that it does not answer this word
         */
        record Text(String text) implements Answer {}

        /** The host refused the connection: nothing listens there. */
        record Refused() implements Answer {}

        /**
         * No answer.
         *
         * @param reason what happened instead, as the end of a sentence
         */
        record Silent(String reason) implements Answer {}
    }

    /**
     * Asks all questions at once and returns an answer to each, at the latest after {@code timeout}: what has not
     * answered by then is silent. Host names are resolved first, which takes as long as the name service does.
     *
     * @throws DriverException of kind {@code RETRYABLE} if this process can open no more sockets
     */
    public Map<Question, Answer> ask(Collection<Question> questions, Duration timeout) throws InterruptedException {
        var answers = new HashMap<Question, Answer>();
        try (var selector = Selector.open()) {
            try {
                for (var question : questions) {
                    connect(question, selector, answers);
                }
                converse(selector, answers, timeout);
            } finally {
                for (var key : selector.keys()) {
                    key.channel().close();
                }
            }
        } catch (IOException e) {
            throw new DriverException(
                    Kind.RETRYABLE,
                    "Cannot ask servers: no selector or socket could be opened or closed (" + e.getMessage()
                            + "). See how many files this process may have open.",
                    e);
        }
        for (var question : questions) {
            answers.putIfAbsent(question, new Answer.Silent("no answer within " + timeout.toMillis() + " ms"));
        }
        return Collections.unmodifiableMap(answers);
    }

    private static void connect(Question question, Selector selector, Map<Question, Answer> answers)
            throws IOException {
        var address = new InetSocketAddress(
                question.address().host(), question.address().port());
        if (address.isUnresolved()) {
            answers.put(question, new Answer.Silent("its host name does not resolve"));
            return;
        }
        var channel = SocketChannel.open();
        channel.configureBlocking(false);
        var key = channel.register(selector, SelectionKey.OP_CONNECT, new Conversation(question));
        try {
            if (channel.connect(address)) {
                key.interestOps(SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            answers.put(question, failure(e));
            channel.close();
        }
    }

    private void converse(Selector selector, Map<Question, Answer> answers, Duration timeout)
            throws IOException, InterruptedException {
        long end = time.nanoTime() + timeout.toNanos();
        while (selector.keys().stream().anyMatch(SelectionKey::isValid)) {
            long leftMillis = (end - time.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return;
            }
            selector.select(leftMillis);
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while asking servers");
            }
            for (var key : selector.selectedKeys()) {
                proceed(key, answers);
            }
            selector.selectedKeys().clear();
        }
    }

    private static void proceed(SelectionKey key, Map<Question, Answer> answers) throws IOException {
        var channel = (SocketChannel) key.channel();
        var conversation = (Conversation) key.attachment();
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                key.interestOps(SelectionKey.OP_WRITE);
            } else if (key.isWritable()) {
                channel.write(conversation.word);
                if (!conversation.word.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ);
                }
            } else if (key.isReadable() && conversation.isOver(channel)) {
                answers.put(conversation.question, conversation.answer());
                channel.close();
            }
        } catch (IOException e) {
            // A server that closes with bytes of ours unread resets the connection behind its answer.
            answers.put(conversation.question, conversation.heard.size() > 0 ? conversation.answer() : failure(e));
            channel.close();
        }
    }

    private static Answer failure(IOException e) {
        return e instanceof ConnectException refused
                        && String.valueOf(refused.getMessage()).contains("refused")
                ? new Answer.Refused()
                : new Answer.Silent(String.valueOf(e.getMessage()));
    }

    private static final class Conversation {

        private final Question question;
        private final ByteBuffer word;
        private final ByteBuffer buffer = ByteBuffer.allocate(4096);
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

        Conversation(Question question) {
            this.question = question;
            this.word = question.word().bytes();
        }

        boolean isOver(SocketChannel channel) throws IOException {
            int read = channel.read(buffer);
            heard.write(buffer.array(), 0, buffer.position());
            buffer.clear();
            return read < 0 || heard.size() > LONGEST_ANSWER;
        }

        Answer answer() {
            return heard.size() == 0
                    ? new Answer.Silent("it closed the connection without a word")
                    : new Answer.Text(heard.toString(StandardCharsets.UTF_8));
        }
    }
}
