package io.ensembler.examples.bench;

/** How much is measured. */
enum Length {
    /** Enough to see that each benchmark runs; what it prints is not to be relied on. */
    BRIEF,
    /** Enough for the figures. */
    USUAL,
    /** More processes, and for longer. */
    LONG;

    /** Returns what the system properties {@code bench.brief} and {@code bench.long} ask for. */
    static Length asked() {
        if (Boolean.getBoolean("bench.long")) {
            return LONG;
        }
        return Boolean.getBoolean("bench.brief") ? BRIEF : USUAL;
    }

    /** Returns one of three. */
    int of(int brief, int usual, int atLength) {
        return switch (this) {
            case BRIEF -> brief;
            case USUAL -> usual;
            case LONG -> atLength;
        };
    }
}
