package io.ensembler.testkit.ledger;

/**
 * One write as its client saw it. All times are nanoseconds since the ledger began.
 *
 * @param number the writes of one client are numbered from 0 without a gap
 * @param kind what was asked for
 * @param nonce what tells this write's value from that of any other
 * @param session the sessions of one client are numbered from 1
 * @param due when it was to be sent by the schedule
 * @param invoked when it was sent
 * @param completed when its answer was there, or it was certain that none would come
 * @param outcome what the answer was
 * @param error the name of the error, if there was one
 * @param zxid the transaction, if acknowledged
 * @param version the version it gave to the register, or the sequence number it gave to a new znode, if acknowledged
 * @param trims the number of the write whose znode {@link Kind#TRIM} deletes
 */
record Write(
        int number,
        Kind kind,
        long nonce,
        int session,
        long due,
        long invoked,
        long completed,
        Outcome outcome,
        String error,
        long zxid,
        long version,
        int trims) {

    /** Stands for what there is none of. */
    static final int NONE = -1;

    enum Kind {
        /** Writes the register. */
        SET,
        /** Creates a sequential znode. */
        ADD,
        /** Writes the register and deletes a sequential znode, both or neither. */
        TRIM,
        /** Creates the ephemeral znode of a session. */
        EPHEMERAL;

        boolean writesRegister() {
            return this == SET || this == TRIM;
        }
    }

    enum Outcome {
        ACKNOWLEDGED,
        /** Answered with an error that says it was not applied. */
        REFUSED,
        /** Not answered. */
        AMBIGUOUS,
        /** Due but not sent, for want of a connection, before all was stopped. */
        UNSENT
    }

    /** Returns a write that has no answer yet. */
    static Write sent(int number, Kind kind, long nonce, int session, long due, long invoked, int trims) {
        return new Write(number, kind, nonce, session, due, invoked, invoked, Outcome.AMBIGUOUS, "", 0, NONE, trims);
    }

    Write acknowledged(long at, long newZxid, long newVersion) {
        return new Write(
                number, kind, nonce, session, due, invoked, at, Outcome.ACKNOWLEDGED, "", newZxid, newVersion, trims);
    }

    Write failed(long at, Outcome newOutcome, String newError) {
        return new Write(number, kind, nonce, session, due, invoked, at, newOutcome, newError, 0, NONE, trims);
    }

    boolean isAcknowledged() {
        return outcome == Outcome.ACKNOWLEDGED;
    }

    boolean isAmbiguous() {
        return outcome == Outcome.AMBIGUOUS;
    }

    /** Returns whether it may have been applied. */
    boolean mayHold() {
        return isAcknowledged() || isAmbiguous();
    }
}
