package io.ensembler.testkit.fake;

/** What a server does at a moment. */
enum Role {
    LOOKING,
    FOLLOWING,
    OBSERVING,
    LEADING
}
