package io.ensembler.plan;

import java.time.Duration;

/** Times for a person to read. */
final class Times {

    private Times() {}

    /** Returns a range such as {@code 2 to 5 min}. */
    static String range(Duration from, Duration to) {
        var least = of(from);
        var most = of(to);
        if (least.equals(most)) {
            return most;
        }
        boolean oneUnit = least.split(" ", -1).length == 2
                && most.split(" ", -1).length == 2
                && unit(least).equals(unit(most));
        return (oneUnit ? least.substring(0, least.indexOf(' ')) : least) + " to " + most;
    }

    private static String unit(String time) {
        return time.substring(time.indexOf(' '));
    }

    /** Returns the time in one or two units; what is less than the second of them goes. */
    private static String of(Duration time) {
        if (time.toHours() > 0) {
            return both(time.toHours() + " h", time.toMinutesPart(), "min");
        } else if (time.toMinutes() > 0) {
            return both(time.toMinutes() + " min", time.toSecondsPart(), "s");
        } else if (time.toSeconds() > 0) {
            int tenths = time.toMillisPart() / 100;
            return time.toSeconds() + (tenths == 0 ? "" : "." + tenths) + " s";
        }
        return time.isZero() ? "0 s" : time.toMillis() + " ms";
    }

    private static String both(String greater, int lesser, String unit) {
        return lesser == 0 ? greater : greater + " " + lesser + " " + unit;
    }
}
