package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArmedTest {

    private final Armed armed = new Armed();

    @Test
    void each_fault_strikes_once() {
        armed.arm();
        armed.arm();

        assertThat(armed.strikes()).isTrue();
        assertThat(armed.strikes()).isTrue();
        assertThat(armed.strikes()).isFalse();
    }

    @Test
    void one_that_is_disarmed_does_not_strike() {
        armed.arm().run();

        assertThat(armed.strikes()).isFalse();
    }

    @Test
    void to_disarm_one_that_has_struck_leaves_the_other() {
        var first = armed.arm();
        armed.arm();
        assertThat(armed.strikes()).isTrue();

        first.run();
        first.run();

        assertThat(armed.strikes()).isTrue();
        assertThat(armed.strikes()).isFalse();
    }

    @Test
    void none_strikes_once_all_are_disarmed() {
        armed.arm();
        var second = armed.arm();

        armed.clear();
        second.run();

        assertThat(armed.strikes()).isFalse();
    }
}
