package io.ensembler.plan;

import java.time.Duration;
import org.apiguardian.api.API;

/**
 * How long something takes, as a range, and what that rests on. Immutable.
 *
 * @param least the shortest to expect
 * @param most the longest to expect
 * @param basis whether it rests on something measured on this ensemble
 * @param because what it rests on, as a phrase
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Estimate(Duration least, Duration most, Basis basis, String because) {

    /** What an estimate rests on. */
    public enum Basis {
        /** Something measured on this ensemble. */
        MEASURED,
        /** What was seen elsewhere. */
        ASSUMED
    }

    /**
     * Refuses a range that ends before it begins.
     *
     * @throws IllegalArgumentException if {@code least} is negative or longer than {@code most}
     */
    public Estimate {
        if (least.isNegative() || least.compareTo(most) > 0) {
            throw new IllegalArgumentException("no range of time: " + least + " to " + most);
        }
    }

    static Estimate assumed(Duration least, Duration most, String because) {
        return new Estimate(least, most, Basis.ASSUMED, because);
    }

    static Estimate none() {
        return assumed(Duration.ZERO, Duration.ZERO, "nothing is done");
    }

    /** Returns the time of one after the other; measured only if both are. */
    Estimate then(Estimate next) {
        var both = basis == Basis.MEASURED && next.basis == Basis.MEASURED ? Basis.MEASURED : Basis.ASSUMED;
        return new Estimate(least.plus(next.least), most.plus(next.most), both, "the sum of the steps");
    }

    /** Returns the range by itself, such as {@code 2 to 5 min}. */
    public String range() {
        return Times.range(least, most);
    }

    /** Returns the range with its basis, such as {@code 2 to 5 min (assumed: less than 1 GB of data)}. */
    @Override
    public String toString() {
        return range() + " (" + (basis == Basis.MEASURED ? "measured: " : "assumed: ") + because + ")";
    }
}
