package io.ensembler.examples.bench;

import java.util.List;
import java.util.Locale;

/**
 * A measured figure with the goal it is to stay within.
 *
 * @param name its name in {@code docs/verification.md}
 * @param unit of the goal and of every measurement
 * @param goal what the median is to come to
 * @param measured one number for each measurement, at least one
 */
record Figure(String name, String unit, Goal goal, List<Double> measured) {

    Figure {
        if (measured.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured for " + name);
        }
        measured = measured.stream().sorted().toList();
    }

    /** Returns the middle measurement, or the mean of the two in the middle. */
    double median() {
        int size = measured.size();
        return (measured.get((size - 1) / 2) + measured.get(size / 2)) / 2;
    }

    /**
     * Returns between which two measurements the median of all that could be made lies with a likelihood of 95 %: as far
     * from the middle as the number of measurements below the median strays, by the normal approximation of the binomial
     * distribution.
     */
    List<Double> bounds() {
        int size = measured.size();
        double stray = 1.96 * Math.sqrt(size) / 2;
        int low = Math.max(0, (int) Math.floor(size / 2.0 - stray));
        return List.of(measured.get(low), measured.get(size - 1 - low));
    }

    boolean meetsGoal() {
        return goal.isMetBy(median());
    }

    /** Returns the line that begins with {@code figure:}, and below it what it was taken from and whether it is good. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "figure: %s = %.3f %s%n  median of %d, 95 %% bound %.3f to %.3f, from %.3f to %.3f; goal %s",
                name,
                median(),
                unit,
                measured.size(),
                bounds().get(0),
                bounds().get(1),
                measured.get(0),
                measured.get(measured.size() - 1),
                goal.equals(Goal.NONE) ? goal : goal + " " + unit + ": " + (meetsGoal() ? "met" : "missed"));
    }
}
