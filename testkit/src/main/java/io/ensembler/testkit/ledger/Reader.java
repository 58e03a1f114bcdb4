package io.ensembler.testkit.ledger;

import io.ensembler.testkit.ledger.Connection.Session;
import java.util.function.LongSupplier;

/** Reads the registers of all writers in turn, every other time after a bare {@code sync}. Thread-safe. */
final class Reader extends Client {

    private final Layout layout;
    private final int writers;

    Reader(String name, Layout layout, int writers, Connection connection, LongSupplier clock, int perSecond) {
        super(name, connection, clock, perSecond);
        this.layout = layout;
        this.writers = writers;
    }

    @Override
    boolean isAtWork() {
        return hasRead();
    }

    @Override
    void operate(Session session, int number, long due) throws InterruptedException {
        int writer = number % writers;
        boolean synced = number / writers % 2 == 1;
        read(session, synced ? Read.Kind.SYNCED_REGISTER : Read.Kind.REGISTER, writer, layout.register(writer), due);
    }

    @Override
    void leave(int number, long due) {
        // A read that was not sent says nothing.
    }
}
