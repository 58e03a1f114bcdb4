package io.ensembler.execution;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * When an ensemble may be changed: on some days of the week from one time of day to another, as the clocks of a place
 * show them. A window that closes earlier in the day than it opens closes on the day after. Where clocks are put
 * forward over the time at which it opens or closes, it does so as much later; where they are put back over it, the
 * first time. Immutable.
 *
 * @param days the days on which it opens, at least one
 * @param opens when
 * @param closes when; the same time as {@code opens} is a whole day later
 * @param zone the place whose clocks count
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record MaintenanceWindow(Set<DayOfWeek> days, LocalTime opens, LocalTime closes, ZoneId zone) {

    /**
     * Copies {@code days}.
     *
     * @throws IllegalArgumentException if there are none
     */
    public MaintenanceWindow {
        if (days.isEmpty()) {
            throw new IllegalArgumentException("a maintenance window opens on no day");
        }
        days = Collections.unmodifiableSet(EnumSet.copyOf(days));
    }

    /** Returns a window that opens every day. */
    public static MaintenanceWindow daily(LocalTime opens, LocalTime closes, ZoneId zone) {
        return new MaintenanceWindow(EnumSet.allOf(DayOfWeek.class), opens, closes, zone);
    }

    /** Returns whether it is open at this instant; it is when it opens, and is not when it closes. */
    public boolean isOpenAt(Instant instant) {
        var today = instant.atZone(zone);
        return isWithin(instant, today) || isWithin(instant, today.minusDays(1));
    }

    private boolean isWithin(Instant instant, ZonedDateTime day) {
        return days.contains(day.getDayOfWeek())
                && !instant.isBefore(opensOn(day))
                && instant.isBefore(closesAfter(day));
    }

    private Instant opensOn(ZonedDateTime day) {
        return ZonedDateTime.of(day.toLocalDate(), opens, zone).toInstant();
    }

    private Instant closesAfter(ZonedDateTime day) {
        var date = closes.isAfter(opens) ? day.toLocalDate() : day.toLocalDate().plusDays(1);
        return ZonedDateTime.of(date, closes, zone).toInstant();
    }

    /** Returns how long it is until it opens; zero if it is open. */
    public Duration untilOpen(Instant instant) {
        if (isOpenAt(instant)) {
            return Duration.ZERO;
        }
        var day = instant.atZone(zone);
        while (!opensLater(day, instant)) {
            day = day.plusDays(1);
        }
        return Duration.between(instant, opensOn(day));
    }

    /** A window may be shorter than the hour by which clocks are put forward over its beginning, and fall out. */
    private boolean opensLater(ZonedDateTime day, Instant instant) {
        return days.contains(day.getDayOfWeek())
                && opensOn(day).isAfter(instant)
                && opensOn(day).isBefore(closesAfter(day));
    }

    /** Returns it in words, such as {@code 22:00 to 04:00 Europe/Berlin on SATURDAY, SUNDAY}. */
    @Override
    public String toString() {
        var when = opens + " to " + closes + " " + zone;
        return days.size() == DayOfWeek.values().length
                ? when + " daily"
                : when + " on " + days.stream().map(DayOfWeek::toString).collect(Collectors.joining(", "));
    }
}
