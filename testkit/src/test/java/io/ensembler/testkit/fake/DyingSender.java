package io.ensembler.testkit.fake;

import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import java.time.Duration;

/** A driver whose process dies while one of the reconfigurations it sends lies in a leader that stands still. */
final class DyingSender extends LyingDriver {

    private static final Duration SENDING = Duration.ofMillis(50);

    private final SimulatedEnsemble ensemble;
    private final Duration pause;
    private int sendsLeft;

    /**
     * Creates one.
     *
     * @param sends how many reconfigurations it sends, the last one included
     * @param pause for how long the leader stands still
     */
    DyingSender(EnsembleDriver driver, SimulatedEnsemble ensemble, int sends, Duration pause) {
        super(driver);
        this.sendsLeft = sends;
        this.ensemble = ensemble;
        this.pause = pause;
    }

    @Override
    public Sender openSender(SenderRequest request) throws InterruptedException {
        return new LyingSender(super.openSender(request)) {
            @Override
            public SendResult sendOnce(SendRequest request) throws InterruptedException {
                if (--sendsLeft > 0) {
                    return super.sendOnce(request);
                }
                if (ensemble.leader().isPresent()) {
                    var paused = ensemble.faults().pause(SimulatedSelector.leader());
                    ensemble.clock().after(pause, paused::heal);
                }
                ensemble.faults().dieAtCall(ensemble.calls() + 1, CallMoment.AFTER);
                return super.sendOnce(new SendRequest(
                        request.before(), request.target(), request.leader(), request.version(), SENDING));
            }
        };
    }
}
