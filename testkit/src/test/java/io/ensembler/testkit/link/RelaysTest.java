package io.ensembler.testkit.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.EnsembleException;
import io.ensembler.testkit.runtime.Leases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelaysTest {

    private static final int SOON = 5_000;
    private static final int A_WHILE = 200;

    private final Leases leases = new Leases();
    private final Relays relays = Relays.open("relays-test");
    private final Flow there = relays.flow(List.of());
    private final Flow back = relays.flow(List.of());
    private ServerSocket callee;
    private InetSocketAddress relay;

    @BeforeEach
    void relay() throws IOException {
        callee = new ServerSocket(leases.port(), 50, InetAddress.getLoopbackAddress());
        callee.setSoTimeout(SOON);
        relay = freeAddress();
        relays.relay(relay, (InetSocketAddress) callee.getLocalSocketAddress(), there, back);
    }

    @AfterEach
    void close() throws IOException {
        relays.close();
        callee.close();
        leases.close();
    }

    /** A connection through the relay, by both its ends. */
    private record Ends(Socket caller, Socket callee) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            caller.close();
            callee.close();
        }
    }

    @Test
    void what_either_side_sends_arrives_whole_and_in_order() throws Exception {
        var data = new byte[5_000_000];
        new Random(1).nextBytes(data);
        try (var ends = connect()) {
            var received = CompletableFuture.supplyAsync(() -> readAll(ends.callee()));
            ends.caller().getOutputStream().write(data);
            ends.caller().shutdownOutput();
            assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(data);

            ends.callee().getOutputStream().write(new byte[] {1, 2, 3});
            ends.callee().close();
            assertThat(ends.caller().getInputStream().readAllBytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void what_is_held_one_way_arrives_once_let_go_and_the_other_way_goes_on() throws Exception {
        try (var ends = connect()) {
            var letGo = there.hold();
            var letGoAgain = there.hold();
            ends.caller().getOutputStream().write(7);
            ends.callee().getOutputStream().write(8);

            assertThat(ends.caller().getInputStream().read()).isEqualTo(8);
            assertNothingArrives(ends.callee());
            letGo.run();
            assertNothingArrives(ends.callee());
            letGoAgain.run();
            assertThat(ends.callee().getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void nobody_hears_of_a_close_or_reset_over_a_flow_that_is_held() throws Exception {
        try (var closed = connect();
                var reset = connect()) {
            var letGo = there.hold();
            closed.caller().close();
            reset.caller().setSoLinger(true, 0);
            reset.caller().close();
            closed.callee().getOutputStream().write(1);
            reset.callee().getOutputStream().write(1);

            assertNothingArrives(closed.callee());
            assertNothingArrives(reset.callee());
            letGo.run();
            assertEnds(closed.callee());
            assertEnds(reset.callee());
        }
    }

    @Test
    void a_connection_comes_about_only_while_both_ways_are_free() throws Exception {
        var letGo = back.hold();
        try (var caller = new Socket()) {
            caller.connect(relay, SOON);
            caller.getOutputStream().write(5);
            assertNobodyCalls();

            letGo.run();

            callee.setSoTimeout(SOON);
            try (var accepted = callee.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(5);
            }
        }
    }

    @Test
    void a_caller_that_gave_up_before_the_connection_came_about_never_reaches_its_callee() throws Exception {
        var letGo = back.hold();
        try (var reset = new Socket();
                var patient = new Socket()) {
            try (var closed = new Socket()) {
                for (var ending : List.of(closed, reset)) {
                    ending.connect(relay, SOON);
                    ending.getOutputStream().write(4);
                }
            }
            patient.connect(relay, SOON);
            patient.getOutputStream().write(new byte[] {5, 6});
            reset.setSoLinger(true, 0);
            reset.close();
            assertNobodyCalls();

            letGo.run();

            callee.setSoTimeout(SOON);
            try (var accepted = callee.accept()) {
                accepted.setSoTimeout(SOON);
                assertThat(accepted.getInputStream().readNBytes(2)).containsExactly(5, 6);
            }
            assertNobodyCalls();
        }
    }

    @Test
    void a_caller_that_gave_up_on_a_callee_that_refused_never_reaches_it() throws Exception {
        var address = (InetSocketAddress) callee.getLocalSocketAddress();
        callee.close();
        try (var caller = new Socket()) {
            caller.connect(relay, SOON);
            caller.getOutputStream().write(4);
            Thread.sleep(50);
        }
        callee = new ServerSocket(address.getPort(), 50, address.getAddress());

        assertNobodyCalls();
    }

    @Test
    void it_is_closed_though_whoever_closes_it_is_interrupted() {
        Thread.currentThread().interrupt();
        relays.close();

        assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("relays-test"));
    }

    @Test
    void a_flow_is_held_with_one_that_it_passes() throws Exception {
        var border = relays.flow(List.of());
        var at = freeAddress();
        relays.relay(at, (InetSocketAddress) callee.getLocalSocketAddress(), relays.flow(List.of(border)), back);
        try (var caller = new Socket()) {
            caller.connect(at, SOON);
            try (var accepted = callee.accept()) {
                accepted.setSoTimeout(SOON);
                var letGo = border.hold();
                caller.getOutputStream().write(9);
                assertNothingArrives(accepted);
                letGo.run();
                assertThat(accepted.getInputStream().read()).isEqualTo(9);
            }
        }
    }

    @Test
    void delays_add_up_and_keep_the_order() throws Exception {
        try (var ends = connect()) {
            var first = there.delay(Duration.ofMillis(120));
            var second = there.delay(Duration.ofMillis(130));
            long begin = System.nanoTime();
            ends.caller().getOutputStream().write(1);
            ends.callee().getOutputStream().write(1);
            assertThat(ends.caller().getInputStream().read()).isEqualTo(1);
            second.run();
            ends.caller().getOutputStream().write(2);

            assertThat(ends.callee().getInputStream().read()).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
            assertThat(ends.callee().getInputStream().read()).isEqualTo(2);
            first.run();
        }
    }

    @Test
    void a_callee_that_comes_soon_is_reached() throws Exception {
        var address = (InetSocketAddress) callee.getLocalSocketAddress();
        callee.close();
        try (var caller = new Socket()) {
            caller.connect(relay, SOON);
            caller.getOutputStream().write(3);
            Thread.sleep(50);
            callee = new ServerSocket(address.getPort(), 50, address.getAddress());
            callee.setSoTimeout(SOON);
            try (var accepted = callee.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(3);
            }
        }
    }

    @Test
    void a_caller_whose_callee_refuses_is_reset_in_the_end() throws Exception {
        callee.close();
        try (var caller = new Socket()) {
            assertThatThrownBy(() -> {
                        caller.connect(relay, SOON);
                        caller.setSoTimeout(SOON);
                        caller.getInputStream().read();
                    })
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void nobody_listens_and_nobody_relays_once_it_is_closed() throws Exception {
        try (var ends = connect()) {
            relays.close();

            assertEnds(ends.caller());
            assertThatThrownBy(() -> new Socket().connect(relay, SOON)).isInstanceOf(IOException.class);
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("relays-test"));
        }
    }

    @Test
    void says_where_it_cannot_listen() {
        var taken = (InetSocketAddress) callee.getLocalSocketAddress();
        assertThatThrownBy(() -> relays.relay(taken, taken, there, back))
                .isInstanceOf(EnsembleException.class)
                .hasMessageMatching("Cannot listen on .*:" + taken.getPort() + ": .+");
    }

    private Ends connect() throws IOException {
        var caller = new Socket();
        caller.connect(relay, SOON);
        caller.setSoTimeout(SOON);
        var accepted = callee.accept();
        accepted.setSoTimeout(SOON);
        return new Ends(caller, accepted);
    }

    private InetSocketAddress freeAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), leases.port());
    }

    private void assertNobodyCalls() throws IOException {
        callee.setSoTimeout(A_WHILE);
        assertThatThrownBy(callee::accept).isInstanceOf(SocketTimeoutException.class);
    }

    private static void assertNothingArrives(Socket socket) throws IOException {
        socket.setSoTimeout(A_WHILE);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(SOON);
    }

    private static void assertEnds(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection still stands", e);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static byte[] readAll(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
