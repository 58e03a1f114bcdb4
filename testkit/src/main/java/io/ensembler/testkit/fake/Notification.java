package io.ensembler.testkit.fake;

/** What a server tells another about the election of a leader. */
record Notification(SimulatedServer sender, Role role, Vote vote, long round, Listing inForce) {

    /**
     * Whom a server wants to lead, and why.
     *
     * @param leader its number, {@link #NOBODY} where a server that must not vote votes for nobody
     * @param epoch the epoch it was last in
     * @param zxid the last transaction it has
     */
    record Vote(int leader, long epoch, long zxid) {

        static final int NOBODY = -1;
        static final Vote NONE = new Vote(NOBODY, Long.MIN_VALUE, Long.MIN_VALUE);
    }
}
