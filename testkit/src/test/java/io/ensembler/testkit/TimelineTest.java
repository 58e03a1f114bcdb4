package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ServerId;
import io.ensembler.testkit.Timeline.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {

    @Test
    void tells_what_happened_in_the_order_in_which_it_began() {
        var recorder = new TimelineRecorder();
        recorder.record(Kind.START, "server 1", List.of(ServerId.of(1)));
        var began = recorder.now();
        recorder.record(Kind.MARK, "grow", List.of());
        recorder.record(began, Kind.FAULT, "pause of server 1", List.of(ServerId.of(1)));

        var timeline = recorder.snapshot();

        assertThat(timeline.entries())
                .extracting(Timeline.Entry::what)
                .containsExactly("server 1", "pause of server 1", "grow");
        assertThat(timeline.of(Kind.MARK)).extracting(Timeline.Entry::what).containsExactly("grow");
        assertThat(timeline.concerning(ServerId.of(1))).hasSize(2);
        assertThat(timeline.last(Kind.FAULT, "pause of server 1"))
                .contains(timeline.entries().get(1));
        assertThat(timeline.last(Kind.FAULT, "pause of server 2")).isEmpty();
        assertThat(timeline.text().lines().skip(1))
                .allMatch(line -> line.matches("\\+ +\\d+ ms {2}(start|fault|mark ) .*"));
    }

    @Test
    void is_a_snapshot() {
        var recorder = new TimelineRecorder();
        var before = recorder.snapshot();

        recorder.record(Kind.MARK, "later", List.of());

        assertThat(before.entries()).isEmpty();
    }

    @Test
    void of_an_ensemble_holds_starts_stops_and_marks() {
        try (var ensemble = TestEnsemble.start(1)) {
            ensemble.mark("now");
            ensemble.restart(ServerId.of(1));

            assertThat(ensemble.timeline().entries())
                    .extracting(entry -> entry.kind() + " " + entry.what())
                    .containsExactly("START server 1", "MARK now", "STOP server 1", "START server 1");
        }
    }
}
