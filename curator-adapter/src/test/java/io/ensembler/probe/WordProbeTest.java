package io.ensembler.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Address;
import io.ensembler.probe.WordProbe.Answer;
import io.ensembler.probe.WordProbe.Question;
import io.ensembler.probe.WordProbe.Word;
import io.ensembler.spi.TimeSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordProbeTest {

    private final WordProbe probe = new WordProbe(TimeSource.system());

    @Test
    void tells_a_refused_connection_from_silence() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Question refusing;
            try (var closing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                refusing = new Question(new Address("127.0.0.1", closing.getLocalPort()), Word.SRVR);
            }
            var quiet = new Question(new Address("127.0.0.1", silent.getLocalPort()), Word.CONF);

            var answers = probe.ask(List.of(refusing, quiet), Duration.ofMillis(150));

            assertThat(answers.get(refusing)).isEqualTo(new Answer.Refused());
            assertThat(answers.get(quiet)).isEqualTo(new Answer.Silent("no answer within 150 ms"));
        }
    }

    @Test
    void a_name_that_does_not_resolve_is_silence_with_its_reason() throws Exception {
        var question = new Question(new Address("no-such-host.invalid", 2181), Word.SRVR);

        assertThat(probe.ask(List.of(question), Duration.ofMillis(150)).get(question))
                .isEqualTo(new Answer.Silent("its host name does not resolve"));
    }

    @Test
    void asks_nobody_in_no_time() throws Exception {
        assertThat(probe.ask(List.of(), Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void an_interruption_ends_the_asking() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var quiet = new Question(new Address("127.0.0.1", silent.getLocalPort()), Word.SRVR);
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> probe.ask(List.of(quiet), Duration.ofMinutes(1)))
                    .isInstanceOf(InterruptedException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }
}
