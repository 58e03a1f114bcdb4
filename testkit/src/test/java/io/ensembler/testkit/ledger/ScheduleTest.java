package io.ensembler.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void operations_are_due_at_a_fixed_rate_without_drift() {
        var schedule = new Schedule(7, 3);

        assertThat(schedule.due(0)).isEqualTo(7);
        assertThat(schedule.due(1)).isEqualTo(333_333_340L);
        assertThat(schedule.due(3)).isEqualTo(1_000_000_007L);
        assertThat(schedule.due(3_000_000_000L)).isEqualTo(1_000_000_000_000_000_007L);
    }
}
