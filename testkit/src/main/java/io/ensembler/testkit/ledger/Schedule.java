package io.ensembler.testkit.ledger;

/** When the operations of one client are due: at a fixed rate from its begin on, whatever becomes of them. Immutable. */
record Schedule(long begin, int perSecond) {

    private static final long BILLION = 1_000_000_000L;

    long due(long number) {
        return begin + number / perSecond * BILLION + number % perSecond * BILLION / perSecond;
    }
}
