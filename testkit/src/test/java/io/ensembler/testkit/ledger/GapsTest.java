package io.ensembler.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.report.TrafficReport.Gap;
import io.ensembler.testkit.ledger.Write.Kind;
import io.ensembler.testkit.ledger.Write.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GapsTest {

    private final List<Write> writes = new ArrayList<>();

    @Test
    void a_gap_lasts_from_when_a_write_was_due_to_the_next_acknowledgement() {
        acknowledged(0, 5);
        acknowledged(10, 12);
        acknowledged(20, 90);

        assertThat(Gaps.spans(writes, 100)).containsExactly(new Span(10, 12), new Span(20, 90));
    }

    @Test
    void a_write_that_was_due_during_a_gap_begins_one_when_that_one_ends() {
        acknowledged(0, 5);
        acknowledged(10, 50);
        acknowledged(20, 52);

        assertThat(Gaps.spans(writes, 100)).containsExactly(new Span(10, 50), new Span(50, 52));
    }

    @Test
    void a_write_that_was_not_acknowledged_does_not_end_a_gap() {
        acknowledged(0, 5);
        write(10, 40, Outcome.AMBIGUOUS);
        write(20, 50, Outcome.REFUSED);
        acknowledged(30, 60);
        write(70, 70, Outcome.UNSENT);

        assertThat(Gaps.spans(writes, 100)).containsExactly(new Span(10, 60), new Span(70, 100));
    }

    @Test
    void the_time_before_the_first_acknowledgement_is_a_gap_only_where_there_is_none() {
        write(10, 40, Outcome.AMBIGUOUS);
        assertThat(Gaps.spans(writes, 100)).containsExactly(new Span(10, 100));

        acknowledged(30, 60);
        assertThat(Gaps.spans(writes, 100)).isEmpty();
    }

    @Test
    void a_gap_counts_in_full_for_every_mark_it_overlaps() {
        acknowledged(0, 5);
        acknowledged(10, 12);
        acknowledged(20, 60);
        acknowledged(70, 71);
        var gaps = new Gaps(
                List.of(new Mark("a", 0), new Mark("b", 15), new Mark("c", 50), new Mark("b", 60), new Mark("d", 90)),
                List.of(),
                100);

        assertThat(gaps.add(writes)).isEqualTo(gap(40, 40));
        assertThat(gaps.overall()).isEqualTo(gap(40, 40));
        assertThat(gaps.byMark()).isEqualTo(Map.of("a", gap(2, 2), "b", gap(40, 40), "c", gap(40, 40), "d", Gap.NONE));
        assertThat(gaps.acknowledgedByMark()).isEqualTo(Map.of("a", 2L, "b", 2L, "c", 0L, "d", 0L));
    }

    @Test
    void stalls_are_taken_off_each_gap_before_the_longest_is_chosen() {
        acknowledged(0, 5);
        acknowledged(10, 60);
        acknowledged(70, 100);
        var gaps =
                new Gaps(List.of(new Mark("a", 0)), List.of(new Span(1, 15), new Span(30, 50), new Span(55, 65)), 100);

        assertThat(gaps.add(writes)).isEqualTo(gap(50, 30));
        assertThat(gaps.byMark()).isEqualTo(Map.of("a", gap(50, 30)));
    }

    private static Gap gap(long longest, long lessStalls) {
        return new Gap(Duration.ofNanos(longest), Duration.ofNanos(lessStalls));
    }

    private void acknowledged(long due, long completed) {
        write(due, completed, Outcome.ACKNOWLEDGED);
    }

    private void write(long due, long completed, Outcome outcome) {
        int number = writes.size();
        writes.add(new Write(
                number, Kind.SET, 1, 1, due, due, completed, outcome, "", number + 1, number + 1, Write.NONE));
    }
}
