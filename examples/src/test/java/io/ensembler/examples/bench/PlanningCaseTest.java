package io.ensembler.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ServerId;
import java.util.Collection;
import org.junit.jupiter.api.Test;

/** What is measured is the plan that the figure's name promises. */
class PlanningCaseTest {

    @Test
    void replaces_three_participants_with_the_leader_among_them_promotes_two_observers_and_takes_out_twenty() {
        var plan = PlanningCase.of(100, 20).plan();

        assertThat(plan.leader()).contains(ServerId.of(1));
        assertThat(plan.handOffs()).isEqualTo(1);
        assertThat(ids(plan.origin().participants())).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(plan.origin().observers()).hasSize(100);
        assertThat(ids(plan.target().participants())).containsExactly(4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
        assertThat(plan.target().observers()).hasSize(78);
        assertThat(plan.forecast().steps()).hasSameSizeAs(plan.steps());
    }

    @Test
    void grows_to_ten_times_the_observers() {
        var plan = PlanningCase.of(1_000, 200).plan();

        assertThat(plan.origin().observers()).hasSize(1_000);
        assertThat(plan.target().observers()).hasSize(798);
    }

    private static Collection<Long> ids(Collection<ServerId> servers) {
        return servers.stream().map(ServerId::value).toList();
    }
}
