package io.ensembler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CourseTest {

    private static final Station HEAVY = new Station(Optional.of(Sight.participant(1)), 1, 3);

    private final Course rebuilding = Course.rebuilding(Sight.participant(1).id(), HEAVY, HEAVY);

    @Test
    void a_heavy_server_to_rebuild_gets_lighter_before_it_leaves_and_heavier_once_it_is_back() {
        assertThat(rebuilding.stations())
                .containsExactly(
                        HEAVY,
                        HEAVY.weighing(2),
                        HEAVY.weighing(1),
                        Station.ABSENT,
                        HEAVY.weighing(1),
                        HEAVY.weighing(2),
                        HEAVY);
    }

    @Test
    void a_server_that_but_gets_lighter_has_not_left() {
        assertThat(IntStream.rangeClosed(0, 6).filter(rebuilding::hasLeft)).containsExactly(3, 4, 5, 6);
    }
}
