package io.ensembler.curator;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.SenderId;
import io.ensembler.model.ServerId;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.spi.SyncResult;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The real driver, but for the answer to the first reconfiguration: it is lost on its way to us, in one of several ways.
 */
final class LosingReplies implements EnsembleDriver {

    /** How the answer is lost. */
    enum Loss {
        /** The request arrives and is answered; the session lives on. */
        AFTER_COMMIT,
        /** The request never leaves; the session lives on. */
        BEFORE_SENDING,
        /** The request arrives and is answered; the session ends before anything can be read on it. */
        AFTER_COMMIT_WITH_SESSION,
        /** The request never leaves; the session ends before anything can be read on it. */
        BEFORE_SENDING_WITH_SESSION,
        /** The request arrives; the thread that waits for the answer is interrupted before it comes. */
        INTERRUPTED
    }

    private final EnsembleDriver driver;
    private final Loss loss;
    private final AtomicInteger sends = new AtomicInteger();

    LosingReplies(EnsembleDriver driver, Loss loss) {
        this.driver = driver;
        this.loss = loss;
    }

    /** How often a reconfiguration was asked for. */
    int sends() {
        return sends.get();
    }

    @Override
    public Observation observe(ObserveRequest request) throws InterruptedException {
        return driver.observe(request);
    }

    @Override
    public Sender openSender(SenderRequest request) throws InterruptedException {
        return new LosingSender(driver.openSender(request));
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

    private final class LosingSender implements Sender {

        private final Sender sender;
        private boolean ended;

        LosingSender(Sender sender) {
            this.sender = sender;
        }

        @Override
        public SenderId id() {
            return sender.id();
        }

        @Override
        public SendResult sendOnce(SendRequest request) throws InterruptedException {
            if (sends.incrementAndGet() > 1) {
                return sender.sendOnce(request);
            }
            if (loss == Loss.INTERRUPTED) {
                sender.sendOnce(request);
                Thread.currentThread().interrupt();
            }
            if (loss == Loss.AFTER_COMMIT || loss == Loss.AFTER_COMMIT_WITH_SESSION) {
                sender.sendOnce(request);
            }
            if (loss == Loss.AFTER_COMMIT_WITH_SESSION || loss == Loss.BEFORE_SENDING_WITH_SESSION) {
                sender.close();
                ended = true;
            }
            return new SendResult.Unknown("the answer was lost");
        }

        @Override
        public CommittedConfiguration readCommitted(Duration timeLeft) throws InterruptedException {
            if (ended) {
                throw new DriverException(DriverException.Kind.SESSION_ENDED, "the session has ended");
            }
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
