package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ServerId;
import io.ensembler.probe.SrvrReply;
import io.ensembler.probe.WordProbe;
import io.ensembler.probe.WordProbe.Answer;
import io.ensembler.probe.WordProbe.Question;
import io.ensembler.probe.WordProbe.Word;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.TestEnsemble;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Waits for what becomes of an ensemble, or sees that nothing does; by four-letter words only. */
final class Watching {

    /** Several times as long as an election takes. */
    private static final Duration SEVERAL_ELECTIONS = Duration.ofSeconds(2);

    private static final Duration TIME = Duration.ofSeconds(60);
    private static final Duration WORD_TIME = Duration.ofSeconds(1);
    private static final long POLL_MILLIS = 20;

    private Watching() {}

    /** Returns once this holds; if it does not in time, fails with how the ensemble stands. */
    static void until(String what, TestEnsemble ensemble, BooleanSupplier holds) {
        long deadline = System.nanoTime() + TIME.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("not within %s: %s; %s", TIME, what, ensemble)
                    .isLessThan(deadline);
            pause();
        }
    }

    /** Fails if one of these servers serves before several elections could have been held. */
    static void assertNoneServes(TestEnsemble ensemble, Collection<ServerId> ids) {
        until("none of " + ids + " serves", ensemble, () -> serving(ensemble, ids)
                .isEmpty());
        long end = System.nanoTime() + SEVERAL_ELECTIONS.toNanos();
        while (System.nanoTime() < end) {
            assertThat(serving(ensemble, ids)).as("%s", ensemble).isEmpty();
            pause();
        }
    }

    /** Returns which of these servers say that they serve. */
    static List<ServerId> serving(TestEnsemble ensemble, Collection<ServerId> ids) {
        try {
            var questions = ids.stream()
                    .collect(Collectors.toMap(
                            id -> id,
                            id -> new Question(
                                    ensemble.server(id).endpoints().client().orElseThrow(), Word.SRVR)));
            var answers = new WordProbe(TimeSource.system()).ask(questions.values(), WORD_TIME);
            return ids.stream()
                    .filter(id -> answers.get(questions.get(id)) instanceof Answer.Text text
                            && SrvrReply.parse(text.text()) instanceof SrvrReply.Serving)
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
