package io.ensembler.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GoalTest {

    @Test
    void is_met_by_its_bound_and_what_lies_on_its_good_side() {
        assertThat(Goal.atMost(2).isMetBy(2)).isTrue();
        assertThat(Goal.atMost(2).isMetBy(2.1)).isFalse();
        assertThat(Goal.atLeast(2).isMetBy(2)).isTrue();
        assertThat(Goal.atLeast(2).isMetBy(1.9)).isFalse();
        assertThat(Goal.NONE.isMetBy(1e300)).isTrue();
    }
}
