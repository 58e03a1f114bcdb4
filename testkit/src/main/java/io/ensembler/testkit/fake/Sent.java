package io.ensembler.testkit.fake;

import org.jspecify.annotations.Nullable;

/** A reconfiguration that a plan has sent, and what became of it. */
final class Sent {

    private final Request request;
    private final Listing before;
    private final Listing target;
    private final long version;
    private @Nullable Listing inForceBefore;
    private @Nullable Listing proposed;

    Sent(Request request, Listing before, Listing target, long version) {
        this.request = request;
        this.before = before;
        this.target = target;
        this.version = version;
    }

    Request request() {
        return request;
    }

    Listing before() {
        return before;
    }

    Listing target() {
        return target;
    }

    long version() {
        return version;
    }

    void proposed(Listing was, Listing next) {
        inForceBefore = was;
        proposed = next;
    }

    /** What was in force where it was proposed. */
    @Nullable
    Listing inForceBefore() {
        return inForceBefore;
    }

    /** What was proposed, with its version. */
    @Nullable
    Listing proposal() {
        return proposed;
    }

    /** Whether at most one of this and another can ever be committed, and it makes no difference which. */
    boolean closes(Sent earlier) {
        return version == earlier.version
                && (target.ensemble().equals(earlier.target.ensemble())
                        || target.ensemble().equals(earlier.before.ensemble()));
    }

    @Override
    public String toString() {
        return "a plan sends " + target + " on";
    }
}
