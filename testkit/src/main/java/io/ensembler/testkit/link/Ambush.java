package io.ensembler.testkit.link;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;

/** A cut that waits for a request and strikes once. Thread-safe. */
final class Ambush {

    /** When it strikes. */
    enum Moment {
        /** When the request comes, which the server never gets. */
        BEFORE_REQUEST,
        /** When the request is handed to the server: whatever that makes of it, the client hears nothing. */
        AFTER_REQUEST,
        /** When the reply comes, which the client never gets. */
        BEFORE_REPLY
    }

    private enum State {
        /** It waits for a request. */
        LAID,
        /** It waits for what follows one request. */
        TAKEN,
        /** It has struck, or is not to strike any more. */
        OVER
    }

    private final Moment moment;
    private final IntPredicate types;
    private final Runnable onStrike;
    private final AtomicReference<State> state = new AtomicReference<>(State.LAID);

    Ambush(Moment moment, IntPredicate types, Runnable onStrike) {
        this.moment = moment;
        this.types = types;
        this.onStrike = onStrike;
    }

    Moment moment() {
        return moment;
    }

    /** Returns whether it is for this request, and for no other unless it is laid again. */
    boolean takes(int type) {
        return types.test(type) && state.compareAndSet(State.LAID, State.TAKEN);
    }

    /** Tells that it strikes, and returns whether it does: the cut is to follow, so that nobody sees it untold. */
    boolean strikes() {
        boolean strikes = state.compareAndSet(State.TAKEN, State.OVER);
        if (strikes) {
            onStrike.run();
        }
        return strikes;
    }

    /** Waits for another request, if what was to follow the one it took can come no more. */
    void layAgain() {
        state.compareAndSet(State.TAKEN, State.LAID);
    }

    void disarm() {
        state.set(State.OVER);
    }

    boolean isOver() {
        return state.get() == State.OVER;
    }
}
