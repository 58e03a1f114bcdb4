package io.ensembler.testkit.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.EnsembleException;
import io.ensembler.testkit.runtime.LoopbackPorts;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of single connections, each side of which is a socket of the test's. */
class ClientRelaysTest {

    private static final int SOON = 5_000;
    private static final int WRITE = 5;

    private final ClientRelays relays = new ClientRelays();
    private final int port = LoopbackPorts.lease(1).get(0);
    private final AtomicInteger strikes = new AtomicInteger();
    private ServerSocket server;

    @BeforeEach
    void relay() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(SOON);
        relays.relay(at(port), () -> (InetSocketAddress) server.getLocalSocketAddress());
    }

    @AfterEach
    void close() throws IOException {
        relays.close();
        server.close();
        LoopbackPorts.release(List.of(port));
    }

    @Test
    void a_strike_is_told_before_the_client_can_see_it() throws Exception {
        var ended = new CompletableFuture<Boolean>();
        var endedBefore = new CompletableFuture<Boolean>();
        Runnable onStrike = () -> endedBefore.complete(endsWithin(ended, 200));
        relays.cutBeforeRequest(type -> type == WRITE, onStrike);
        try (var ends = connect()) {
            ends.request(1, WRITE);

            ends.awaitEnd();
            ended.complete(true);
        }
        assertThat(endedBefore.get(SOON, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void a_reply_that_can_come_no_more_leaves_the_ambush_to_the_next_request() throws Exception {
        relays.cutBeforeReply(type -> type == WRITE, strikes::incrementAndGet);
        try (var ends = connect()) {
            ends.request(1, WRITE);
            ends.awaitRequest();
            ends.server().close();
            ends.awaitEnd();
        }
        assertThat(strikes).hasValue(0);

        try (var ends = connect()) {
            ends.request(1, WRITE);
            ends.awaitRequest();
            ends.reply(1);
            ends.awaitEnd();
        }

        assertThat(strikes).hasValue(1);
    }

    @Test
    void an_ambush_disarmed_between_a_request_and_its_reply_does_not_strike() throws Exception {
        var disarm = relays.cutBeforeReply(type -> type == WRITE, strikes::incrementAndGet);
        try (var ends = connect()) {
            ends.request(1, WRITE);
            ends.awaitRequest();
            disarm.run();
            ends.reply(1);

            assertThat(ends.client().getInputStream().readNBytes(4 * Integer.BYTES))
                    .hasSize(4 * Integer.BYTES);
        }
        assertThat(strikes).hasValue(0);
    }

    @Test
    void a_length_that_is_none_passes_as_it_is() throws Exception {
        try (var ends = connect()) {
            ends.client().getOutputStream().write(new byte[] {-1, -2, -3, -4});
            ends.server().getOutputStream().write(new byte[] {-5, -6, -7, -8});

            assertThat(ends.server().getInputStream().readNBytes(4)).containsExactly(-1, -2, -3, -4);
            assertThat(ends.client().getInputStream().readNBytes(4)).containsExactly(-5, -6, -7, -8);
        }
    }

    @Test
    void a_client_whose_server_is_nowhere_is_cut_off() throws Exception {
        var nowhere = LoopbackPorts.lease(1).get(0);
        relays.relay(at(nowhere), () -> {
            throw new IllegalStateException("nowhere");
        });
        try (var client = new Socket(InetAddress.getLoopbackAddress(), nowhere)) {
            client.setSoTimeout(SOON);

            awaitEnd(client);
        } finally {
            LoopbackPorts.release(List.of(nowhere));
        }
    }

    @Test
    void they_are_closed_though_whoever_closes_them_is_interrupted() throws Exception {
        try (var ends = connect()) {
            Thread.currentThread().interrupt();
            relays.close();

            assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("ensembler-client", "ensembler-replies", "ensembler-clients-" + port);
            ends.awaitEnd();
        }
    }

    @Test
    void says_where_it_cannot_listen_and_leaves_nothing_open() throws Exception {
        int taken = server.getLocalPort();

        assertThatThrownBy(() -> relays.relay(at(taken), () -> (InetSocketAddress) server.getLocalSocketAddress()))
                .isInstanceOf(EnsembleException.class)
                .hasMessageMatching("Cannot listen on .+:" + taken + ": .+");
        server.close();
        assertThat(LoopbackPorts.isFree(taken)).isTrue();
    }

    @Test
    void what_is_asked_as_the_connection_is_cut_is_there_for_the_server_to_read() throws Exception {
        relays.cutAfterRequest(type -> type == WRITE, strikes::incrementAndGet);
        try (var ends = connect()) {
            ends.request(1, WRITE);
            ends.awaitEnd();
            assertThat(strikes).hasValue(1);

            ends.reply(1);
            ends.awaitRequest();
            assertThat(ends.server().getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void an_ambush_disarmed_after_it_was_laid_lets_requests_and_replies_pass() throws Exception {
        relays.cutAfterRequest(type -> type == WRITE, strikes::incrementAndGet).run();
        try (var ends = connect()) {
            ends.request(1, WRITE);
            ends.awaitRequest();
            ends.reply(1);

            assertThat(ends.client().getInputStream().readNBytes(4 * Integer.BYTES))
                    .hasSize(4 * Integer.BYTES);
        }
        assertThat(strikes).hasValue(0);
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static boolean endsWithin(CompletableFuture<Boolean> ended, int millis) {
        try {
            return ended.get(millis, TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            return false;
        }
    }

    private Ends connect() throws IOException {
        var client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(SOON);
        var accepted = server.accept();
        accepted.setSoTimeout(SOON);
        return new Ends(client, accepted);
    }

    private static void awaitEnd(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    /** A connection through the relay, by both its ends. */
    private record Ends(Socket client, Socket server) implements AutoCloseable {

        /** Sends a request, with what opens the session before it. */
        void request(int number, int type) throws IOException {
            var to = new DataOutputStream(client.getOutputStream());
            to.writeInt(Integer.BYTES);
            to.writeInt(0);
            to.writeInt(2 * Integer.BYTES);
            to.writeInt(number);
            to.writeInt(type);
        }

        void awaitRequest() throws IOException {
            server.getInputStream().readNBytes(5 * Integer.BYTES);
        }

        /** Sends a reply, with what opens the session before it. */
        void reply(int number) throws IOException {
            var to = new DataOutputStream(server.getOutputStream());
            to.writeInt(Integer.BYTES);
            to.writeInt(0);
            to.writeInt(Integer.BYTES);
            to.writeInt(number);
        }

        /** Reads on until the client sees the end of the connection. */
        void awaitEnd() throws IOException {
            try {
                client.getInputStream().readAllBytes();
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }
}
