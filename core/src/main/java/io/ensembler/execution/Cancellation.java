package io.ensembler.execution;

/** Ends a run because somebody asked for it, from where nothing is unsettled. */
final class Cancellation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Cancellation() {
        super("the run was cancelled");
    }

    static void check(RunControl control) {
        if (control.isCancelled()) {
            throw new Cancellation();
        }
    }
}
