package io.ensembler.testkit.link;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;

/** A cut that waits for a request and strikes once. Thread-safe. */
final class Ambush {

    /** When it strikes. */
    enum Moment {
        /** When the request comes, which the server never gets. */
        BEFORE_REQUEST,
        /** When the reply comes, which the client never gets. */
        BEFORE_REPLY
    }

    private final Moment moment;
    private final IntPredicate types;
    private final Runnable onStrike;
    private final AtomicBoolean over = new AtomicBoolean();

    Ambush(Moment moment, IntPredicate types, Runnable onStrike) {
        this.moment = moment;
        this.types = types;
        this.onStrike = onStrike;
    }

    Moment moment() {
        return moment;
    }

    /** Returns whether it is for this request, and for no other from now on. */
    boolean takes(int type) {
        return types.test(type) && over.compareAndSet(false, true);
    }

    void struck() {
        onStrike.run();
    }

    void disarm() {
        over.set(true);
    }
}
