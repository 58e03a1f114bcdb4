package io.ensembler.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaintenanceWindowTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final MaintenanceWindow NIGHTLY =
            MaintenanceWindow.daily(LocalTime.of(22, 0), LocalTime.of(4, 0), BERLIN);

    private static Instant berlin(String local) {
        return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
    }

    @Test
    void is_open_from_when_it_opens_until_right_before_it_closes() {
        assertThat(NIGHTLY.isOpenAt(berlin("2026-05-01T21:59:59"))).isFalse();
        assertThat(NIGHTLY.isOpenAt(berlin("2026-05-01T22:00:00"))).isTrue();
        assertThat(NIGHTLY.isOpenAt(berlin("2026-05-02T00:00:00"))).isTrue();
        assertThat(NIGHTLY.isOpenAt(berlin("2026-05-02T03:59:59"))).isTrue();
        assertThat(NIGHTLY.isOpenAt(berlin("2026-05-02T04:00:00"))).isFalse();
    }

    @Test
    void opens_on_its_days_only_and_closes_on_the_day_after() {
        var saturday =
                new MaintenanceWindow(Set.of(DayOfWeek.SATURDAY), LocalTime.of(22, 0), LocalTime.of(4, 0), BERLIN);
        assertThat(saturday.isOpenAt(berlin("2026-05-01T23:00:00"))).isFalse();
        assertThat(saturday.isOpenAt(berlin("2026-05-02T23:00:00"))).isTrue();
        assertThat(saturday.isOpenAt(berlin("2026-05-03T03:00:00"))).isTrue();
        assertThat(saturday.isOpenAt(berlin("2026-05-03T23:00:00"))).isFalse();
        assertThat(saturday.untilOpen(berlin("2026-05-03T04:00:00"))).isEqualTo(Duration.ofHours(6 * 24 + 18));
        assertThat(saturday).hasToString("22:00 to 04:00 Europe/Berlin on SATURDAY");
        assertThat(NIGHTLY).hasToString("22:00 to 04:00 Europe/Berlin daily");
    }

    @Test
    void one_that_closes_when_it_opens_lasts_a_day() {
        var monday = new MaintenanceWindow(Set.of(DayOfWeek.MONDAY), LocalTime.NOON, LocalTime.NOON, BERLIN);
        assertThat(monday.isOpenAt(berlin("2026-05-04T12:00:00"))).isTrue();
        assertThat(monday.isOpenAt(berlin("2026-05-05T11:59:59"))).isTrue();
        assertThat(monday.isOpenAt(berlin("2026-05-05T12:00:00"))).isFalse();
    }

    @Test
    void goes_by_the_clocks_of_its_place_when_they_are_changed() {
        // On 29 March 2026 clocks there go from 02:00 to 03:00, on 25 October from 03:00 back to 02:00.
        assertThat(NIGHTLY.untilOpen(berlin("2026-03-28T21:00:00"))).isEqualTo(Duration.ofHours(1));
        assertThat(NIGHTLY.isOpenAt(berlin("2026-03-28T22:00:00").plus(Duration.ofMinutes(299))))
                .isTrue();
        assertThat(NIGHTLY.isOpenAt(berlin("2026-03-28T22:00:00").plus(Duration.ofHours(5))))
                .isFalse();
        assertThat(NIGHTLY.isOpenAt(berlin("2026-10-24T22:00:00").plus(Duration.ofMinutes(419))))
                .isTrue();
        assertThat(NIGHTLY.isOpenAt(berlin("2026-10-24T22:00:00").plus(Duration.ofHours(7))))
                .isFalse();
    }

    @Test
    void one_that_falls_into_the_hour_left_out_opens_on_another_day() {
        var early = MaintenanceWindow.daily(LocalTime.of(2, 30), LocalTime.of(3, 0), BERLIN);
        assertThat(early.isOpenAt(berlin("2026-03-28T02:45:00"))).isTrue();
        assertThat(early.untilOpen(berlin("2026-03-29T00:00:00"))).isEqualTo(Duration.ofMinutes(23 * 60 + 150));
        assertThat(early.untilOpen(berlin("2026-03-29T03:30:00"))).isEqualTo(Duration.ofHours(23));
    }

    @Test
    void is_open_when_the_time_until_then_has_passed_and_not_before() {
        var random = new Random(7);
        var begin = berlin("2026-01-01T00:00:00");
        for (int i = 0; i < 2_000; i++) {
            var window = new MaintenanceWindow(
                    EnumSet.of(day(random), day(random)),
                    LocalTime.ofSecondOfDay(random.nextInt(86_400)),
                    LocalTime.ofSecondOfDay(random.nextInt(86_400)),
                    BERLIN);
            var now = begin.plusSeconds(random.nextInt(365 * 86_400));
            var wait = window.untilOpen(now);
            assertThat(window.isOpenAt(now.plus(wait))).isTrue();
            assertThat(wait).isBetween(Duration.ZERO, Duration.ofDays(14));
            if (!wait.isZero()) {
                assertThat(window.isOpenAt(now.plus(wait).minusSeconds(1))).isFalse();
                assertThat(window.isOpenAt(now.plusMillis((long) (random.nextDouble() * wait.toMillis()))))
                        .isFalse();
            }
        }
    }

    private static DayOfWeek day(Random random) {
        return DayOfWeek.of(1 + random.nextInt(7));
    }

    @Test
    void without_a_day_there_is_none() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MaintenanceWindow(Set.of(), LocalTime.NOON, LocalTime.NOON, BERLIN))
                .withMessage("a maintenance window opens on no day");
    }
}
