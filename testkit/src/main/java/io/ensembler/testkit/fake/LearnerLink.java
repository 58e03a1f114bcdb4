package io.ensembler.testkit.fake;

/** The connection of a learner to its leader, as both ends see it. */
final class LearnerLink {

    /** How far the learner has come. */
    enum Phase {
        CONNECTED,
        INTRODUCED,
        EPOCH_ACKNOWLEDGED,
        SYNCING,
        LEADER_ACKNOWLEDGED,
        UP_TO_DATE
    }

    private final SimulatedServer learner;
    private final Leading leading;
    private final Learning learning;
    private final boolean observer;
    private final Channel toLearner;
    private final Channel toLeader;
    private boolean openAtLeader = true;
    private boolean openAtLearner = true;
    private Phase phase = Phase.CONNECTED;
    private long countsUntil;
    private long heardByLeader;
    private long heardByLearner;
    /** The last transaction the learner had when it connected. */
    private Transaction had = Transaction.NONE;

    LearnerLink(Simulation simulation, Leading leading, Learning learning, SimulatedServer learner) {
        this.learner = learner;
        this.leading = leading;
        this.learning = learning;
        this.observer = learner.isObserving();
        var leader = leading.server();
        var network = simulation.network();
        this.toLearner = Channel.to(learner, simulation, () -> network.isOpen(leader.index(), learner.index()));
        this.toLeader = Channel.to(leader, simulation, () -> network.isOpen(learner.index(), leader.index()));
        this.heardByLeader = simulation.now();
        this.heardByLearner = heardByLeader;
    }

    SimulatedServer learner() {
        return learner;
    }

    Leading leading() {
        return leading;
    }

    Learning learning() {
        return learning;
    }

    /** Whether it came as observer: it then gets no proposals and counts for nothing. */
    boolean isObserver() {
        return observer;
    }

    Channel toLearner() {
        return toLearner;
    }

    Channel toLeader() {
        return toLeader;
    }

    boolean isOpenAtLeader() {
        return openAtLeader;
    }

    boolean isOpenAtLearner() {
        return openAtLearner;
    }

    Phase phase() {
        return phase;
    }

    void phase(Phase reached) {
        phase = reached;
    }

    /** Whether the leader forwards to it what it proposes and commits, which begins before the learner has anything. */
    boolean isRegistered() {
        return phase.compareTo(Phase.SYNCING) >= 0;
    }

    void countUntil(long until) {
        countsUntil = until;
    }

    long countsUntil() {
        return countsUntil;
    }

    Transaction had() {
        return had;
    }

    void had(Transaction last) {
        had = last;
    }

    long heardByLeader() {
        return heardByLeader;
    }

    long heardByLearner() {
        return heardByLearner;
    }

    void heardByLeader(long at) {
        heardByLeader = at;
    }

    void heardByLearner(long at) {
        heardByLearner = at;
    }

    /** The leader closes it; the learner hears of that if the way is open. */
    void closeAtLeader() {
        if (openAtLeader) {
            openAtLeader = false;
            if (openAtLearner) {
                toLearner.send(() -> learning.lost(this));
            }
        }
    }

    /** The learner closes it; the leader hears of that if the way is open. */
    void closeAtLearner() {
        if (openAtLearner) {
            openAtLearner = false;
            if (openAtLeader) {
                toLeader.send(() -> leading.lost(this));
            }
        }
    }
}
