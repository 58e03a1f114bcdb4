package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

class AgendaTest {

    private record Entry(long time, int number) {}

    @Test
    void what_was_added_comes_out_by_time_and_of_one_moment_in_the_order_it_was_added() {
        var chance = new Chance(3);
        var agenda = new Agenda();
        var expected = new ArrayList<Entry>();
        var seen = new ArrayList<Entry>();
        for (int i = 0; i < 5_000; i++) {
            var entry = new Entry(chance.below(300), i);
            expected.add(entry);
            agenda.add(entry.time(), () -> seen.add(entry));
        }
        expected.sort(Comparator.comparingLong(Entry::time).thenComparingInt(Entry::number));

        while (!agenda.isEmpty()) {
            assertThat(agenda.nextTime()).isEqualTo(expected.get(seen.size()).time());
            agenda.remove().run();
        }

        assertThat(seen).isEqualTo(expected);
        assertThatThrownBy(agenda::remove).isInstanceOf(IllegalStateException.class);
    }
}
