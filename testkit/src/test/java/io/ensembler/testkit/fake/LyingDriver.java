package io.ensembler.testkit.fake;

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

/** A driver that tells the truth but for what a test overrides. */
class LyingDriver implements EnsembleDriver {

    private final EnsembleDriver driver;

    LyingDriver(EnsembleDriver driver) {
        this.driver = driver;
    }

    @Override
    public Observation observe(ObserveRequest request) throws InterruptedException {
        return driver.observe(request);
    }

    @Override
    public Sender openSender(SenderRequest request) throws InterruptedException {
        return driver.openSender(request);
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

    /** A sender that tells the truth but for what a test overrides. */
    static class LyingSender implements Sender {

        private final Sender sender;

        LyingSender(Sender sender) {
            this.sender = sender;
        }

        @Override
        public SenderId id() {
            return sender.id();
        }

        @Override
        public SendResult sendOnce(SendRequest request) throws InterruptedException {
            return sender.sendOnce(request);
        }

        @Override
        public CommittedConfiguration readCommitted(Duration timeLeft) throws InterruptedException {
            return sender.readCommitted(timeLeft);
        }

        @Override
        public boolean isGone(SenderId other, Duration timeLeft) throws InterruptedException {
            return sender.isGone(other, timeLeft);
        }

        @Override
        public void close() {
            sender.close();
        }
    }
}
