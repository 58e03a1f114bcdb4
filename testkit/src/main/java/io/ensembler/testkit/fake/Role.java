package io.ensembler.testkit.fake;

/** What a server does at a moment. */
enum Role {
    LOOKING,
    FOLLOWING,
    OBSERVING,
    LEADING;

    boolean isLearning() {
        return this == FOLLOWING || this == OBSERVING;
    }
}
