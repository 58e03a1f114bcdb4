package io.ensembler.testkit.fake;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.QuorumRule;
import java.time.Duration;
import org.apiguardian.api.API;

/**
 * Collects what a simulated ensemble is to be like. Not thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SimulatedEnsembleBuilder {

    private int participants = 3;
    private int observers;
    private long seed = 1;
    private Settings settings = Settings.DEFAULTS;
    private Duration traffic = Duration.ofMillis(50);
    private QuorumRule rule = QuorumRule.majority();
    private long[] withoutReconfiguration = {};

    SimulatedEnsembleBuilder() {}

    /** Sets how many servers vote in the beginning, with ids from 1. Default 3. */
    public SimulatedEnsembleBuilder participants(int number) {
        participants = number;
        return this;
    }

    /** Sets how many observers there are in the beginning, with the ids that follow. Default none. */
    public SimulatedEnsembleBuilder observers(int number) {
        observers = number;
        return this;
    }

    /** Sets how participants form quorums in the beginning. By majority unless set. */
    public SimulatedEnsembleBuilder quorumRule(QuorumRule newRule) {
        rule = newRule;
        return this;
    }

    /** Sets the seed of all that happens by chance, and by which the ensemble is told from others. Default 1. */
    public SimulatedEnsembleBuilder seed(long number) {
        seed = number;
        return this;
    }

    /** Sets how long a server with an empty directory takes to download what it lacks. Default 150 ms. */
    public SimulatedEnsembleBuilder download(Duration time) {
        settings = settings.withDownload(time);
        return this;
    }

    /** Sets {@code syncLimit}: for how many ticks of 200 ms a leader and a learner bear with silence. Default 10. */
    public SimulatedEnsembleBuilder syncLimit(int ticks) {
        settings = settings.withSyncLimit(ticks);
        return this;
    }

    /** Sets how often clients write. Default every 50 ms; zero for never. */
    public SimulatedEnsembleBuilder traffic(Duration period) {
        traffic = period;
        return this;
    }

    /** Lists servers by host names ({@code zk1}, {@code zk2} and so on) instead of addresses. */
    public SimulatedEnsembleBuilder hostNames() {
        settings = settings.withHostNames();
        return this;
    }

    /**
     * Sets {@code electionPortBindRetry}: how often a server tries to open its election port, 0 for ever. Default 3.
     */
    public SimulatedEnsembleBuilder electionPortBindRetry(int attempts) {
        settings = settings.withBindRetry(attempts);
        return this;
    }

    /** Lets these servers run with {@code reconfigEnabled=false}, among others that do not. */
    public SimulatedEnsembleBuilder withoutReconfiguration(long... ids) {
        withoutReconfiguration = ids.clone();
        return this;
    }

    /**
     * Starts the ensemble and returns it once it has settled. Its clock has been moved by what that took.
     *
     * @throws EnsembleException if it has not settled within 30 s of simulated time
     */
    public SimulatedEnsemble start() {
        return SimulatedEnsemble.start(this);
    }

    int participants() {
        return participants;
    }

    int observers() {
        return observers;
    }

    QuorumRule rule() {
        return rule;
    }

    long seed() {
        return seed;
    }

    Settings settings() {
        return settings;
    }

    Duration traffic() {
        return traffic;
    }

    long[] withoutReconfiguration() {
        return withoutReconfiguration.clone();
    }
}
