package io.ensembler.testkit.fake;

/** Draws what happens by chance, the same for the same seed. */
final class Chance {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    Chance(long seed) {
        this.state = seed * GOLDEN + 0x2545f4914f6cdd1dL;
    }

    private long next() {
        state += GOLDEN;
        long mixed = state;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** From {@code low} up to, but not, {@code high}. */
    long between(long low, long high) {
        return low + Long.remainderUnsigned(next(), high - low);
    }

    /** From 0 up to, but not, {@code bound}. */
    int below(int bound) {
        return (int) between(0, bound);
    }
}
