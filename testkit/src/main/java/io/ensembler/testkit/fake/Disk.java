package io.ensembler.testkit.fake;

import org.jspecify.annotations.Nullable;

/** What a server finds again when it is started: its data directory and its configuration files. */
final class Disk {

    /** The last transaction of the log; with it all before. */
    private Transaction last = Transaction.NONE;

    private long acceptedEpoch;
    private long currentEpoch;
    private @Nullable Listing configuration;
    /** The proposal acknowledged and not acted by: the {@code .next} file. */
    private @Nullable Listing next;

    private @Nullable String marker;
    private boolean used;

    Transaction last() {
        return last;
    }

    void log(Transaction transaction) {
        last = transaction;
        used = true;
    }

    long acceptedEpoch() {
        return acceptedEpoch;
    }

    void acceptEpoch(long epoch) {
        acceptedEpoch = epoch;
        used = true;
    }

    long currentEpoch() {
        return currentEpoch;
    }

    void enterEpoch(long epoch) {
        currentEpoch = epoch;
        used = true;
    }

    /** The dynamic configuration file, with the version in its name; empty if it was never given any. */
    @Nullable
    Listing configuration() {
        return configuration;
    }

    void writeConfiguration(Listing listing) {
        configuration = listing;
    }

    @Nullable
    Listing next() {
        return next;
    }

    void writeNext(Listing listing) {
        next = listing;
    }

    void deleteNext() {
        next = null;
    }

    /** The marker file's text. */
    @Nullable
    String marker() {
        return marker;
    }

    void writeMarker(String text) {
        marker = text;
    }

    /** Whether a server has ever run on it. */
    boolean isUsed() {
        return used;
    }

    boolean holdsTransactions() {
        return last != Transaction.NONE;
    }

    /** Moves the data away, and what tells whose it is; the configuration files stay. */
    void setAside() {
        last = Transaction.NONE;
        acceptedEpoch = 0;
        currentEpoch = 0;
        marker = null;
        used = false;
    }
}
