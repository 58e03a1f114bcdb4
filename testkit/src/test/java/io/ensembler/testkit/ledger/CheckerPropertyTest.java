package io.ensembler.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.testkit.ledger.Write.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

class CheckerPropertyTest {

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void nothing_is_found_in_a_history_that_keeps_every_promise(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int writers,
            @ForAll @IntRange(max = 3) int readers) {
        var made = new RandomHistory(seed, writers, readers).operations(600);

        var report = made.history(3).check();

        assertThat(report.examples()).isEmpty();
        assertThat(report.violations()).isEmpty();
        assertThat(report.writes().acknowledged()).isEqualTo(made.count(Outcome.ACKNOWLEDGED));
        assertThat(report.writes().refused()).isEqualTo(made.count(Outcome.REFUSED));
        assertThat(report.writes().ambiguous()).isEqualTo(made.count(Outcome.AMBIGUOUS));
        assertThat(report.writes().ambiguousApplied()).isEqualTo(made.ambiguousApplied());
        assertThat(report.reads().stale()).isEqualTo(made.stale());
        assertThat(report.expiredSessions()).isEqualTo(made.expiredSessions());
    }

    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void every_kind_of_damage_is_found(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int servers) {
        var whole = new RandomHistory(seed, 2, 2).operations(4_000).history(servers);
        for (var damage : Damage.values()) {
            var damaged = damage.to(whole);

            assertThat(damaged).as("history with %s", damage).isPresent();
            assertThat(damaged.orElseThrow().check().violations())
                    .as("violations in a history with %s", damage)
                    .containsKey(damage.expected());
        }
    }

    @Property(tries = 50, shrinking = ShrinkingMode.OFF)
    void a_history_is_the_same_after_it_was_written_and_read(@ForAll long seed, @ForAll Damage damage)
            throws IOException {
        var whole = new RandomHistory(seed, 2, 2).operations(300).history(2);
        var history = damage.to(whole).orElse(whole);
        var text = new StringWriter();
        HistoryWriter.write(history, text);

        var read = new HistoryReader("text").read(new BufferedReader(new StringReader(text.toString())));

        assertThat(read.writes()).isEqualTo(history.writes());
        assertThat(read.reads()).isEqualTo(history.reads());
        assertThat(read.marks()).isEqualTo(history.marks());
        assertThat(read.stalls()).isEqualTo(history.stalls());
        assertThat(read.looks()).isEqualTo(history.looks());
        assertThat(read.check()).isEqualTo(history.check());
    }
}
