package io.ensembler.testkit.fake;

/** Counts by trying, so that it is right for another reason than what it is held against. */
final class Arithmetic {

    private static final int MOST_TRIED = 16;

    private Arithmetic() {}

    /** Whether every quorum of one configuration shares a server with every quorum of the other. */
    static boolean quorumsMeet(Listing one, Listing other) {
        long all = one.participants() | other.participants();
        if (Long.bitCount(all) > MOST_TRIED) {
            throw new IllegalStateException("more than " + MOST_TRIED + " participants are not tried out");
        }
        for (long some = all; ; some = some - 1 & all) {
            if (one.isQuorum(some) && other.isQuorum(all & ~some)) {
                return false;
            }
            if (some == 0) {
                return true;
            }
        }
    }

    /** The fewest of the live whose loss leaves no quorum, less one. */
    static int tolerance(Listing listing, long live) {
        long voting = live & listing.participants();
        int fewest = Long.bitCount(voting);
        for (long lost = voting; ; lost = lost - 1 & voting) {
            if (!listing.isQuorum(voting & ~lost)) {
                fewest = Math.min(fewest, Long.bitCount(lost));
            }
            if (lost == 0) {
                return fewest - 1;
            }
        }
    }
}
