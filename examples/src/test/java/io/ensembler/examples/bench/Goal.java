package io.ensembler.examples.bench;

/**
 * Between which numbers a median is good.
 *
 * @param least the lowest that is; negative infinity where any is
 * @param most the highest that is; infinity where any is
 */
record Goal(double least, double most) {

    static final Goal NONE = new Goal(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    static Goal atMost(double most) {
        return new Goal(Double.NEGATIVE_INFINITY, most);
    }

    static Goal atLeast(double least) {
        return new Goal(least, Double.POSITIVE_INFINITY);
    }

    boolean isMetBy(double median) {
        return least <= median && median <= most;
    }

    /** Returns it in words. */
    @Override
    public String toString() {
        if (equals(NONE)) {
            return "none";
        }
        return Double.isInfinite(most) ? "at least " + least : "at most " + most;
    }
}
