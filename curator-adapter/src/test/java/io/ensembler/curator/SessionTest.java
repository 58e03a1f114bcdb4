package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.curator.Session.OnLoss;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionTest {

    @Test
    void a_session_whose_servers_are_gone_gives_up_closing_once_it_has_expired() throws Exception {
        try (var ensemble = TestEnsemble.start(1)) {
            var server = ensemble.servers().get(0);
            var ended = new CompletableFuture<Session>();
            var session = Session.open(
                    server.endpoints().client().orElseThrow(),
                    Duration.ofSeconds(1),
                    List.of(),
                    OnLoss.RECONNECT,
                    TimeSource.system(),
                    ended::complete);
            session.opened().get(20, TimeUnit.SECONDS);
            ensemble.stop(server.id());

            session.close();

            assertThat(ended.get(20, TimeUnit.SECONDS)).isSameAs(session);
        }
    }

    /** A server that leaves is looked at, and stopped while the session to it closes. */
    @Test
    void one_that_was_given_up_keeps_nobody_waiting_who_closes_the_others() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                        .participants(1)
                        .runtime(ServerRuntime.forked())
                        .start();
                var sessions = new Sessions(List.of(), "/ensembler", Duration.ofSeconds(10), TimeSource.system())) {
            var session =
                    sessions.look(ensemble.servers().get(0).endpoints().client().orElseThrow());
            session.opened().get(20, TimeUnit.SECONDS);
            try (var pause = ensemble.faults().pause(Selector.participants())) {
                session.close();
                long before = System.nanoTime();

                sessions.close();

                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(700));
                assertThat(session.isOver()).isFalse();
                assertThat(pause.isHealed()).isFalse();
            }
        }
    }
}
