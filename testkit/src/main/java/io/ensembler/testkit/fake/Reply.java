package io.ensembler.testkit.fake;

/** What comes back for a request. */
enum Reply {
    NONE_YET,
    OK,
    NO_NODE,
    BAD_VERSION,
    IN_PROGRESS,
    NO_QUORUM,
    BAD_ARGUMENTS,
    NO_PERMISSION,
    DISABLED,
    SESSION_EXPIRED,
    SESSION_MOVED,
    CONNECTION_LOST
}
