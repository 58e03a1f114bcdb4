package io.ensembler.testkit;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.runtime.RelayAddress;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * Says what ensemble to start. For one thread.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class TestEnsembleBuilder {

    private int participants = 3;
    private int observers;
    private QuorumRule quorumRule = QuorumRule.majority();
    private Duration tick = Duration.ofMillis(200);
    private boolean grantReconfiguration = true;
    private boolean relayClients;
    private boolean standalone;
    private ServerRuntime runtime = ServerRuntime.inJvm();
    private Consumer<TestEnsemble> whenStartFails = ensemble -> {};
    private final Map<String, String> settings = new TreeMap<>();
    private final Map<ServerId, Map<String, String>> ownSettings = new TreeMap<>();

    TestEnsembleBuilder() {}

    /** How many participants there are at first; 3 unless said otherwise. They get the ids from 1 on. */
    public TestEnsembleBuilder participants(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("an ensemble needs a participant, not " + count);
        }
        this.participants = count;
        return this;
    }

    /** How many observers there are at first; none unless said otherwise. Their ids follow the participants'. */
    public TestEnsembleBuilder observers(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("there cannot be " + count + " observers");
        }
        this.observers = count;
        return this;
    }

    /**
     * How the participants form quorums at first; by majority unless said otherwise.
     *
     * @param rule names each participant by its id, from 1 on
     */
    public TestEnsembleBuilder quorumRule(QuorumRule rule) {
        this.quorumRule = rule;
        return this;
    }

    /** What the servers run in; the test's JVM unless said otherwise. */
    public TestEnsembleBuilder runtime(ServerRuntime newRuntime) {
        this.runtime = newRuntime;
        return this;
    }

    /** How long ZooKeeper's tick is, its basic unit of time; 200 ms unless said otherwise. */
    public TestEnsembleBuilder tick(Duration duration) {
        this.tick = duration;
        return this;
    }

    /**
     * Puts a line into the {@code zoo.cfg} of every server, over what stands there otherwise. A key that ZooKeeper
     * does not know becomes a system property of the server's JVM, as it does in any server.
     */
    public TestEnsembleBuilder setting(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /**
     * Puts a line into the {@code zoo.cfg} of one server, over what all have in common: at its start, or when it
     * joins. In a JVM that several servers share, a key that ZooKeeper does not know sets that system property for
     * all, and its flags {@code standaloneEnabled} and {@code reconfigEnabled} cannot differ ({@link
     * Verb#SET_SERVER_FLAGS}).
     */
    public TestEnsembleBuilder setting(ServerId server, String key, String value) {
        ownSettings.computeIfAbsent(server, id -> new TreeMap<>()).put(key, value);
        return this;
    }

    /**
     * Whether every client may write {@code /zookeeper/config}, so that any plain client can reconfigure; so it is
     * unless said otherwise.
     */
    public TestEnsembleBuilder grantReconfiguration(boolean granted) {
        this.grantReconfiguration = granted;
        return this;
    }

    /**
     * Whether a relay stands at each client address that the configuration names, so that {@link Faults} can cut whatever
     * client goes by the configuration, as a driver does; none does unless said so here. A relay takes connections
     * whether its server runs or not, and resets them where it does not: a client address is never found free. It sets
     * ZooKeeper's {@code serverCnxnFactory}, and knows no other.
     */
    public TestEnsembleBuilder relayClients(boolean relayed) {
        this.relayClients = relayed;
        return this;
    }

    /**
     * Whether the only participant runs as a standalone server, which is no ensemble and cannot be reconfigured; it
     * does not unless said so here.
     */
    public TestEnsembleBuilder standalone(boolean alone) {
        this.standalone = alone;
        return this;
    }

    /**
     * Who is shown an ensemble that does not come up, before it is closed and its logs are deleted: {@code
     * whenStartFails(folder::write)} keeps what there is to know of it in a {@link FailureFolder}.
     */
    public TestEnsembleBuilder whenStartFails(Consumer<TestEnsemble> watcher) {
        this.whenStartFails = watcher;
        return this;
    }

    /**
     * Starts the ensemble and returns once it has settled.
     *
     * @throws UnsupportedVerbException if the runtime cannot give each server what was asked for
     * @throws EnsembleException if it cannot be started or has not settled within 30 seconds, if an ensemble with
     *     other process-wide flags is open, or if WRITE could not be granted; nothing is left behind
     */
    public TestEnsemble start() {
        if (standalone && participants + observers > 1) {
            throw new IllegalArgumentException("a standalone server is one server, not " + (participants + observers));
        }
        return TestEnsemble.start(blueprint(), whenStartFails);
    }

    private Blueprint blueprint() {
        return new Blueprint(
                participants,
                observers,
                quorumRule,
                grantReconfiguration,
                relayClients,
                runtime,
                allSettings(),
                ownSettings);
    }

    private Map<String, String> allSettings() {
        var all = new TreeMap<>(Map.of(
                "tickTime",
                Long.toString(tick.toMillis()),
                "initLimit",
                "25",
                "syncLimit",
                "10",
                "maxSessionTimeout",
                "60000",
                Blueprint.STANDALONE,
                Boolean.toString(standalone),
                Blueprint.RECONFIGURATION,
                "true"));
        if (relayClients) {
            all.putAll(RelayAddress.settings());
        }
        all.putAll(settings);
        return all;
    }
}
