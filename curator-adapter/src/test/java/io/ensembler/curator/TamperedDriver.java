package io.ensembler.curator;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.SenderId;
import io.ensembler.model.ServerId;
import io.ensembler.model.Trial;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.spi.SyncResult;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The real driver, with whatever a test overrides: a call made at another moment, something done just before it, an
 * answer withheld. What is not overridden goes to the real driver and its real senders.
 */
class TamperedDriver implements EnsembleDriver {

    private final EnsembleDriver driver;
    private final AtomicInteger sends = new AtomicInteger();

    TamperedDriver(EnsembleDriver driver) {
        this.driver = driver;
    }

    /** How often a reconfiguration was asked for. */
    final int sends() {
        return sends.get();
    }

    /** Takes the place of sending on a real sender; {@code number} counts the sends from 1. */
    SendResult send(Sender sender, Sender.SendRequest request, int number) throws InterruptedException {
        return sender.sendOnce(request);
    }

    /** Takes the place of reading on a real sender. */
    CommittedConfiguration read(Sender sender, Duration timeLeft) throws InterruptedException {
        return sender.readCommitted(timeLeft);
    }

    /** Takes the place of looking for another sender. */
    boolean isGone(Sender sender, SenderId other, Duration timeLeft) throws InterruptedException {
        return sender.isGone(other, timeLeft);
    }

    @Override
    public Observation observe(ObserveRequest request) throws InterruptedException {
        return driver.observe(request);
    }

    @Override
    public Sender openSender(SenderRequest request) throws InterruptedException {
        return new TamperedSender(driver.openSender(request));
    }

    @Override
    public SyncResult proveSynced(SyncRequest request) throws InterruptedException {
        return driver.proveSynced(request);
    }

    @Override
    public SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(ActiveRequest request)
            throws InterruptedException {
        return driver.confirmActive(request);
    }

    @Override
    public Trial verify(VerifyRequest request) throws InterruptedException {
        return driver.verify(request);
    }

    private final class TamperedSender implements Sender {

        private final Sender sender;

        TamperedSender(Sender sender) {
            this.sender = sender;
        }

        @Override
        public SenderId id() {
            return sender.id();
        }

        @Override
        public SendResult sendOnce(SendRequest request) throws InterruptedException {
            return send(sender, request, sends.incrementAndGet());
        }

        @Override
        public CommittedConfiguration readCommitted(Duration timeLeft) throws InterruptedException {
            return read(sender, timeLeft);
        }

        @Override
        public boolean isGone(SenderId other, Duration timeLeft) throws InterruptedException {
            return TamperedDriver.this.isGone(sender, other, timeLeft);
        }

        @Override
        public void close() {
            sender.close();
        }
    }
}
