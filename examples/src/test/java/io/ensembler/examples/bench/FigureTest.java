package io.ensembler.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void prints_its_median_and_that_it_is_good() {
        var figure = new Figure("plan.example", "ms", Goal.atMost(1), List.of(3.0, 0.25, 1.0));

        assertThat(figure)
                .hasToString(String.join(
                        System.lineSeparator(),
                        "figure: plan.example = 1.000 ms",
                        "  median of 3, 95 % bound 0.250 to 3.000, from 0.250 to 3.000; goal at most 1.0 ms: met"));
        assertThat(figure.meetsGoal()).isTrue();
    }

    @Test
    void prints_a_goal_missed_by_the_mean_of_the_two_in_the_middle() {
        var figure = new Figure("plan.example", "ratio", Goal.atMost(15), List.of(20.0, 14.0, 17.0, 10.0));

        assertThat(figure)
                .hasToString(
                        String.join(
                                System.lineSeparator(),
                                "figure: plan.example = 15.500 ratio",
                                "  median of 4, 95 % bound 10.000 to 20.000, from 10.000 to 20.000; goal at most 15.0 ratio: missed"));
        assertThat(figure.meetsGoal()).isFalse();
    }

    @Test
    void tells_a_goal_that_is_to_be_reached_from_one_to_stay_within() {
        var missed = new Figure("plan.example", "runs/s", Goal.atLeast(20), List.of(19.0));

        assertThat(missed.toString()).endsWith("goal at least 20.0 runs/s: missed");
        assertThat(missed.meetsGoal()).isFalse();
        assertThat(new Figure("plan.example", "runs/s", Goal.atLeast(20), List.of(20.0)).meetsGoal())
                .isTrue();
    }

    @Test
    void is_good_whatever_it_is_without_a_goal() {
        var figure = new Figure("plan.example", "ms", Goal.NONE, List.of(1e9));

        assertThat(figure.toString()).endsWith("goal none");
        assertThat(figure.meetsGoal()).isTrue();
    }

    /** Of thirty the 10th and the 21st: tables of the binomial distribution give them for 95 %. */
    @Test
    void bounds_its_median_by_its_own_measurements() {
        var measured = IntStream.rangeClosed(1, 30).mapToObj(Double::valueOf).toList();

        assertThat(new Figure("plan.example", "ms", Goal.atMost(20), measured).bounds())
                .containsExactly(10.0, 21.0);
    }

    @Test
    void does_not_exist_without_a_measurement() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Figure("plan.example", "ms", Goal.atMost(1), List.of()))
                .withMessage("nothing was measured for plan.example");
    }
}
