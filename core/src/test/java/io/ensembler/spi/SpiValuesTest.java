package io.ensembler.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpiValuesTest {

    private static final Server SERVER = Server.parse("server.4=10.0.0.4:2888:3888;10.0.0.4:2181");
    private static final Duration TIME = Duration.ofSeconds(1);

    @Test
    void requests_do_not_change_with_the_lists_they_were_given() {
        var servers = new ArrayList<>(List.of(SERVER));
        var ids = new ArrayList<>(List.of(SERVER.id()));
        var observe = new EnsembleDriver.ObserveRequest(servers, TIME);
        var active = new EnsembleDriver.ActiveRequest(servers, TIME);
        var sender = new EnsembleDriver.SenderRequest(Ensemble.of(SERVER), ids, TIME);
        servers.clear();
        ids.clear();
        assertThat(observe.besides()).containsExactly(SERVER);
        assertThat(active.servers()).containsExactly(SERVER);
        assertThat(sender.preferred()).containsExactly(ServerId.of(4));
    }

    @Test
    void a_launcher_that_does_not_say_so_sets_no_data_aside() {
        var launcher = new ServerLauncher() {
            @Override
            public void start(StartRequest request) {}

            @Override
            public void stop(StopRequest request) {}
        };
        var request = new ServerLauncher.WipeRequest(SERVER, "", FencingToken.LOWEST, TIME);
        assertThat(launcher.capabilities()).isEmpty();
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> launcher.wipe(request))
                .withMessage("Cannot set the data of server 4 aside: its launcher cannot do so.")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.UNSUPPORTED));
    }

    @Test
    void a_failure_carries_its_kind_message_and_cause() {
        var cause = new IllegalStateException("closed");
        var failure = new DriverException(DriverException.Kind.OUTCOME_UNKNOWN, "Cannot tell: no answer", cause);
        assertThat(failure)
                .isInstanceOf(EnsembleException.class)
                .hasMessage("Cannot tell: no answer")
                .hasCause(cause);
        assertThat(failure.kind()).isEqualTo(DriverException.Kind.OUTCOME_UNKNOWN);
        assertThat(new DriverException(DriverException.Kind.REFUSED, "Cannot").kind())
                .isEqualTo(DriverException.Kind.REFUSED);
    }

    @Test
    void the_system_clock_tells_the_time_and_measures_forwards() {
        var time = TimeSource.system();
        long nanos = time.nanoTime();
        assertThat(time.now())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(time.nanoTime() - nanos).isNotNegative();
    }

    @Test
    void the_system_clock_waits_as_long_as_asked() throws InterruptedException {
        var time = TimeSource.system();
        long begin = time.nanoTime();
        time.sleep(Duration.ofMillis(20));
        assertThat(Duration.ofNanos(time.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
    }

    @Test
    void the_system_clock_does_not_wait_for_what_is_not_positive() throws InterruptedException {
        TimeSource.system().sleep(Duration.ZERO);
        TimeSource.system().sleep(Duration.ofDays(-1));
    }

    @Test
    void the_system_clock_does_not_wait_on_an_interrupted_thread() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> TimeSource.system().sleep(Duration.ofDays(1)));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void a_token_counts_by_its_lock_first_and_then_by_its_version() {
        var tokens = List.of(
                FencingToken.LOWEST,
                token(0, 0x100000000L),
                // Versions are numbers without sign.
                token(0, -1),
                token(1, 0),
                token(1, 5),
                token(2, 3));
        assertThat(tokens).isSorted();
        assertThat(tokens.get(1)).hasToString("configuration 100000000");
        assertThat(tokens.get(5)).hasToString("configuration 3 under lock 2");
    }

    private static FencingToken token(long lockEpoch, long version) {
        return new FencingToken(lockEpoch, ConfigurationVersion.of(version));
    }
}
