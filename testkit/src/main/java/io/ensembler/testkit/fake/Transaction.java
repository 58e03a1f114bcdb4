package io.ensembler.testkit.fake;

import org.jspecify.annotations.Nullable;

/**
 * A transaction with all that came before it: whoever has it in the log has those as well. Immutable; two are the same
 * only if they are one object, since two leaders may give one zxid twice.
 */
final class Transaction {

    /** The beginning of each history: a log without transactions. */
    static final Transaction NONE = new Transaction();

    private final long zxid;
    private final @Nullable Transaction previous;
    private final int number;
    private final Tree tree;
    private final @Nullable Listing listing;
    private final @Nullable Request request;

    private Transaction() {
        this.zxid = 0;
        this.previous = null;
        this.number = 0;
        this.tree = Tree.EMPTY;
        this.listing = null;
        this.request = null;
    }

    Transaction(long zxid, Transaction previous, Tree tree, @Nullable Listing listing, Request request) {
        this.zxid = zxid;
        this.previous = previous;
        this.number = previous.number + 1;
        this.tree = tree;
        this.listing = listing;
        this.request = request;
    }

    long zxid() {
        return zxid;
    }

    @Nullable
    Transaction previous() {
        return previous;
    }

    /** What is in memory after it. */
    Tree tree() {
        return tree;
    }

    /** The configuration it brings, if it is a reconfiguration. */
    @Nullable
    Listing listing() {
        return listing;
    }

    /** Whether somebody wrote the configuration znode directly. */
    boolean isTampering() {
        return request != null && request.kind() == Request.Kind.TAMPER;
    }

    @Nullable
    Request request() {
        return request;
    }

    /** Whether whoever has this one has that one. */
    boolean holds(Transaction other) {
        Transaction at = this;
        while (at != null && at.number > other.number) {
            at = at.previous;
        }
        return at == other;
    }

    /** The last one that both have. */
    Transaction common(Transaction other) {
        Transaction one = this;
        Transaction two = other;
        while (one != two) {
            if (one.number >= two.number && one.previous != null) {
                one = one.previous;
            } else if (two.previous != null) {
                two = two.previous;
            } else {
                return NONE;
            }
        }
        return one;
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(zxid) + (request == null ? "" : " " + request.kind());
    }
}
