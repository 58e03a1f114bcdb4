package io.ensembler.testkit.ledger;

/**
 * One read as its client saw it. All times are nanoseconds since the ledger began.
 *
 * @param kind what was read
 * @param writer whose register or ephemeral znode was read, counted from 0
 * @param session the sessions of one client are numbered from 1
 * @param due when it was to be sent by the schedule
 * @param invoked when it was sent, or the {@code sync} before it
 * @param completed when its answer was there, or it was certain that none would come
 * @param answered whether there was an answer
 * @param value what it was; for an ephemeral znode only whether it is {@link Value#ABSENT} counts
 */
record Read(Kind kind, int writer, int session, long due, long invoked, long completed, boolean answered, Value value) {

    enum Kind {
        REGISTER,
        /** The register, after a bare {@code sync} on the same session. */
        SYNCED_REGISTER,
        /** Whether the ephemeral znode of the reading session is there. */
        EPHEMERAL
    }
}
