package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.EnsembleDriver.SyncRequest;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender.SendRequest;
import io.ensembler.spi.SyncProof;
import io.ensembler.spi.SyncResult;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.EnsembleVerbs;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.fake.SimulatedEnsemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Steps that a seed draws come to the same on the simulation and on real servers. */
class FakeAgainstServersTest {

    private static final Duration TIME = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int SEQUENCES = 60;
    private static final int MORE = Integer.getInteger("fake.sequences", 300);
    private static final int LONGEST = 4;

    /** What is done to both. */
    private enum Deed {
        ADD_PARTICIPANT,
        ADD_OBSERVER,
        ADD_ONE_THAT_IS_DOWN,
        ADD_TWO_THAT_ARE_DOWN,
        REMOVE_FOLLOWER,
        REMOVE_LEADER,
        REMOVE_OBSERVER,
        DEMOTE_FOLLOWER,
        DEMOTE_LEADER,
        PROMOTE_OBSERVER,
        SEND_ON_AN_OLDER_VERSION,
        SEND_ON_A_LATER_VERSION,
        RESTART_FOLLOWER,
        RESTART_LEADER,
        BOOT_A_FOLLOWER_TWICE;

        /** After it a listed server is down, and another deed might leave no quorum. */
        boolean isLast() {
            return this == ADD_ONE_THAT_IS_DOWN || this == ADD_TWO_THAT_ARE_DOWN;
        }

        boolean adds() {
            return this == ADD_PARTICIPANT || this == ADD_OBSERVER || isLast();
        }

        boolean restarts() {
            return this == RESTART_FOLLOWER || this == RESTART_LEADER || this == BOOT_A_FOLLOWER_TWICE;
        }
    }

    /**
     * What came of it.
     *
     * @param answer the code that came back, or that nothing was sent
     * @param inOffice whether the same server leads as before; not told after restarts, where any may be elected
     * @param connected how many of the servers that stay kept the sessions that were open to them; not told after
     *     restarts
     */
    private record Outcome(
            Deed deed,
            String answer,
            int participants,
            int observers,
            boolean newVersion,
            Optional<Boolean> inOffice,
            Optional<Integer> connected) {}

    /** One of the two, with what it takes to do something to it. */
    private record Side(EnsembleVerbs ensemble, EnsembleDriver driver, TimeSource time) {

        Outcome carryOut(Deed deed) throws InterruptedException {
            var before = settled();
            var proofs = proofs(before);
            try {
                var answer = deed.restarts() ? restart(deed, before) : send(deed, before);
                var after = settled();
                boolean told = !deed.restarts();
                long connected = proofs.entrySet().stream()
                        .filter(proof -> after.ensemble().contains(proof.getKey()))
                        .filter(proof -> proof.getValue().holds())
                        .count();
                stopWhoLeft(before.ensemble(), after.ensemble());
                return new Outcome(
                        deed,
                        answer,
                        after.ensemble().participants().size(),
                        after.ensemble().observers().size(),
                        !after.version().equals(before.version()),
                        told ? Optional.of(after.leader().equals(before.leader())) : Optional.empty(),
                        told ? Optional.of((int) connected) : Optional.empty());
            } finally {
                proofs.values().forEach(SyncProof::close);
            }
        }

        private void stopWhoLeft(Ensemble before, Ensemble after) {
            before.ids().stream().filter(id -> !after.contains(id)).forEach(ensemble::stop);
        }

        private TreeMap<ServerId, SyncProof> proofs(Observation now) throws InterruptedException {
            var proofs = new TreeMap<ServerId, SyncProof>();
            for (var server : now.ensemble().servers()) {
                proofs.put(server.id(), proved(server));
            }
            return proofs;
        }

        private SyncProof proved(Server server) throws InterruptedException {
            while (true) {
                if (driver.proveSynced(new SyncRequest(server, TIME)) instanceof SyncResult.Proved proved) {
                    return proved.proof();
                }
                time.sleep(POLL);
            }
        }

        /** Looks until somebody leads, and every listed server that runs is in sync and acts by what stands. */
        private Observation settled() throws InterruptedException {
            long begun = time.nanoTime();
            while (true) {
                var now = driver.observe(new ObserveRequest(List.of(), TIME));
                boolean settled = now.leader().isPresent()
                        && now.ensemble().ids().stream()
                                .filter(ensemble::isRunning)
                                .allMatch(id -> now.facts(id)
                                        .filter(ServerFacts::isProvedSynced)
                                        .filter(facts -> facts.inForce().value().equals(Optional.of(now.version())))
                                        .isPresent());
                if (settled) {
                    return now;
                }
                assertThat(Duration.ofNanos(time.nanoTime() - begun))
                        .as("not settled: %s", now)
                        .isLessThan(TIME.multipliedBy(2));
                time.sleep(POLL);
            }
        }

        private String restart(Deed deed, Observation now) {
            var whom = deed == Deed.RESTART_LEADER ? now.leader() : follower(now);
            if (whom.isEmpty()) {
                return "nobody";
            }
            if (deed == Deed.BOOT_A_FOLLOWER_TWICE) {
                ensemble.bootTwice(whom.get());
            } else {
                ensemble.restart(whom.get());
            }
            return "started";
        }

        private static Optional<ServerId> follower(Observation now) {
            return now.ensemble().participants().stream()
                    .filter(id -> !now.leader().equals(Optional.of(id)))
                    .findFirst();
        }

        private static Optional<ServerId> observer(Observation now) {
            return now.ensemble().observers().stream().findFirst();
        }

        private String send(Deed deed, Observation now) throws InterruptedException {
            var target = target(deed, now);
            if (target.isEmpty() || target.get().participants().isEmpty()) {
                return "nothing to send";
            }
            long version = now.version().value();
            if (deed == Deed.SEND_ON_AN_OLDER_VERSION) {
                version--;
            } else if (deed == Deed.SEND_ON_A_LATER_VERSION) {
                version++;
            }
            try (var sender = driver.openSender(
                    new SenderRequest(now.ensemble(), now.leader().stream().toList(), TIME))) {
                var result = sender.sendOnce(new SendRequest(
                        now.ensemble(), target.get(), now.leader(), ConfigurationVersion.of(version), TIME));
                return result instanceof SendResult.Refused refused
                        ? refused.code().toString()
                        : result.getClass().getSimpleName();
            }
        }

        private Optional<Ensemble> target(Deed deed, Observation now) throws InterruptedException {
            var stands = now.ensemble();
            if (deed.adds()) {
                return Optional.of(added(deed, stands));
            }
            return switch (deed) {
                case REMOVE_LEADER -> now.leader().map(stands::minus);
                case REMOVE_OBSERVER -> observer(now).map(stands::minus);
                case DEMOTE_FOLLOWER -> follower(now).flatMap(id -> as(ServerRole.OBSERVER, id, stands));
                case DEMOTE_LEADER -> now.leader().flatMap(id -> as(ServerRole.OBSERVER, id, stands));
                case PROMOTE_OBSERVER -> observer(now).flatMap(id -> as(ServerRole.PARTICIPANT, id, stands));
                default -> follower(now).map(stands::minus);
            };
        }

        private static Optional<Ensemble> as(ServerRole role, ServerId id, Ensemble stands) {
            return stands.server(id).map(server -> stands.minus(id).plus(server.withRole(role)));
        }

        private Ensemble added(Deed deed, Ensemble stands) throws InterruptedException {
            var role = deed == Deed.ADD_OBSERVER ? ServerRole.OBSERVER : ServerRole.PARTICIPANT;
            var target = stands;
            for (var made : ensemble.newServers(deed == Deed.ADD_TWO_THAT_ARE_DOWN ? 2 : 1)) {
                var server = made.withRole(role);
                if (!deed.isLast()) {
                    ensemble.join(server);
                    proved(server).close();
                }
                target = target.plus(server);
            }
            return target;
        }
    }

    /** What one sequence does. */
    private record Sequence(int participants, List<Deed> deeds) {

        static Sequence drawn(long seed) {
            var random = new Random(seed);
            var deeds = new ArrayList<Deed>();
            while (deeds.size() < LONGEST
                    && (deeds.isEmpty() || !deeds.get(deeds.size() - 1).isLast())) {
                deeds.add(List.of(Deed.values()).get(random.nextInt(Deed.values().length)));
            }
            return new Sequence(1 + random.nextInt(4), deeds);
        }

        List<Outcome> onTheSimulation(long seed) throws InterruptedException {
            var ensemble = SimulatedEnsemble.builder()
                    .participants(participants)
                    .seed(seed)
                    .start();
            return on(new Side(ensemble, ensemble.driver(), ensemble.clock()));
        }

        List<Outcome> onServers() throws InterruptedException {
            try (var ensemble = TestEnsemble.start(participants);
                    var driver = CuratorEnsembleDriver.connect(ensemble.connectString())
                            .looks(10_000)
                            .open()) {
                return on(new Side(ensemble, driver, TimeSource.system()));
            }
        }

        private List<Outcome> on(Side side) throws InterruptedException {
            var outcomes = new ArrayList<Outcome>();
            for (var deed : deeds) {
                outcomes.add(side.carryOut(deed));
            }
            return outcomes;
        }
    }

    /** Compares {@code sequences} of them, and returns what servers answered. */
    private static Set<String> compare(long first, int sequences) throws InterruptedException {
        var differences = new ArrayList<String>();
        var answers = new TreeSet<String>();
        for (long seed = first; seed < first + sequences; seed++) {
            var sequence = Sequence.drawn(seed);
            var simulated = sequence.onTheSimulation(seed);
            var real = sequence.onServers();
            real.forEach(outcome -> answers.add(outcome.answer()));
            if (!simulated.equals(real)) {
                differences.add(
                        "seed " + seed + ", " + sequence + ":\n  simulated " + simulated + "\n  real      " + real);
            }
        }
        System.out.printf("figure: fake.compared = %d sequences%n", sequences);
        System.out.printf("figure: fake.differences = %d sequences%n", differences.size());
        assertThat(differences).isEmpty();
        return answers;
    }

    @Test
    void the_same_steps_come_to_the_same() throws InterruptedException {
        assertThat(compare(1, SEQUENCES))
                .as("what servers answered")
                .contains("Applied", "BAD_VERSION", "NO_QUORUM", "started");
    }

    @Tag("chaos")
    @Test
    void many_more_steps_come_to_the_same() throws InterruptedException {
        compare(1 + SEQUENCES, MORE);
    }
}
