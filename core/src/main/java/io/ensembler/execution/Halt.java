package io.ensembler.execution;

import io.ensembler.spi.DriverException;

/** Ends a run before its plan, from wherever it was noticed. */
final class Halt extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final StopReason reason;
    private final Resumption resumption;
    private final String text;

    private Halt(StopReason reason, Resumption resumption, String text) {
        super(text);
        this.reason = reason;
        this.resumption = resumption;
        this.text = text;
    }

    /** What a later run would meet. */
    enum Resumption {
        /** It could go on. */
        POSSIBLE,
        /** It would end here again. */
        FUTILE
    }

    static Halt stopped(StopReason reason, String text) {
        return new Halt(reason, Resumption.POSSIBLE, text);
    }

    static Halt failed(StopReason reason, String text) {
        return new Halt(reason, Resumption.FUTILE, text);
    }

    /** What a call throws that is no run, and so has no result to tell it in. */
    DriverException asFailure(DriverException.Kind unlessForeign) {
        return new DriverException(
                reason == StopReason.ONE_AUTHOR ? DriverException.Kind.CONFLICT : unlessForeign, text, this);
    }

    StopReason reason() {
        return reason;
    }

    Resumption resumption() {
        return resumption;
    }

    String text() {
        return text;
    }
}
