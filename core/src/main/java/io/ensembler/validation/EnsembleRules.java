package io.ensembler.validation;

import io.ensembler.model.Configuration;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.ReconfigurationAccess;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * The rules over an ensemble by itself, as it was observed. Pure.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class EnsembleRules {

    /** What the configuration that comes with ZooKeeper sets: ten ticks of two seconds. */
    private static final Duration USUAL_INIT_LIMIT = Duration.ofSeconds(20);

    private EnsembleRules() {}

    /** Returns what in an observed ensemble forbids any change of it, and what to mind. */
    public static ValidationReport checkObserved(Observation observation) {
        var found = new ArrayList<Violation>();
        checkAccess(observation.access(), found);
        if (standalone(observation.access())) {
            return new ValidationReport(found);
        }
        checkGenuine(observation, found);
        checkQuorum(observation, found);
        checkSight(observation, found);
        checkRule(observation.ensemble(), found);
        checkOffice(observation, found);
        observation.ensemble().servers().forEach(server -> checkListed(server, found));
        observation.servers().values().forEach(facts -> checkActive(observation, facts, found));
        observation.ensemble().ids().forEach(id -> checkEnabled(observation, id, found));
        return new ValidationReport(found);
    }

    /** Returns what forbids running a plan here that was made for {@code ensemble}: this is another one. */
    public static ValidationReport checkSame(Observation observation, EnsembleIdentity ensemble) {
        if (observation.committed().mayBeOf(ensemble)) {
            return ValidationReport.clean();
        }
        return new ValidationReport(List.of(new Violation(
                Rule.SAME_ENSEMBLE,
                "Cannot run the plan",
                "it was made for the ensemble " + ensemble + ", and this is "
                        + observation.committed().identity().orElseThrow(),
                "Reach the ensemble that it was made for; if that is gone, plan again, with a journal of its own")));
    }

    /** Returns what forbids running a plan that was made for {@code base}: something else stands, or at another version. */
    public static ValidationReport checkBase(Observation observation, Configuration base) {
        if (observation.committed().configuration().equals(base)) {
            return ValidationReport.clean();
        }
        return new ValidationReport(List.of(new Violation(
                Rule.PLAN_STALE,
                "Cannot run the plan",
                "it was made for " + base.ensemble() + " at version " + base.version() + ", and the ensemble is "
                        + observation.ensemble() + " at version " + observation.version(),
                "Find out who changed it, then plan again from what stands now")));
    }

    private static boolean standalone(Fact<ReconfigurationAccess> access) {
        return access.value().filter(ReconfigurationAccess.STANDALONE::equals).isPresent();
    }

    private static void checkAccess(Fact<ReconfigurationAccess> access, List<Violation> found) {
        var effect = "Cannot change the ensemble";
        if (access.value().isEmpty()) {
            found.add(new Violation(
                    Rule.ACCESS_UNKNOWN,
                    "Mind the first reconfiguration",
                    "whether it is allowed is " + access,
                    "Observe again before running a plan"));
            return;
        }
        switch (access.value().get()) {
            case GRANTED -> {}
            case STANDALONE ->
                found.add(new Violation(
                        Rule.STANDALONE,
                        effect,
                        "the server runs standalone, where ZooKeeper knows no reconfiguration; started again beside empty"
                                + " servers it can lose its data",
                        "Restart it alone with standaloneEnabled=false, reconfigEnabled=true and its own server line, then"
                                + " add servers to it"));
            case DISABLED ->
                found.add(
                        new Violation(
                                Rule.RECONFIGURATION_DISABLED,
                                effect,
                                "the leader runs with reconfigEnabled=false",
                                "Set reconfigEnabled=true in the zoo.cfg of every server and restart them one after the other"));
            case NO_PERMISSION ->
                found.add(new Violation(
                        Rule.PERMISSION_MISSING,
                        effect,
                        "we lack WRITE on /zookeeper/config",
                        "Give the driver credentials of the super user, or let a super user grant WRITE to the identity it"
                                + " has"));
            case IN_PROGRESS ->
                found.add(new Violation(
                        Rule.RECONFIGURATION_IN_PROGRESS,
                        effect,
                        "another reconfiguration is proposed and not committed",
                        "Find out who sent it and let it end; bring the servers it names up if it cannot"));
        }
    }

    private static void checkGenuine(Observation observation, List<Violation> found) {
        if (!observation.committed().isGenuine()) {
            found.add(new Violation(
                    Rule.CONFIGURATION_TAMPERED,
                    "Cannot change the ensemble",
                    "/zookeeper/config names version " + observation.version() + " but was last written by transaction "
                            + observation.committed().modified() + ": somebody wrote it directly",
                    "Compare it with what each server's conf shows and withdraw WRITE from who did it"));
        }
    }

    private static void checkQuorum(Observation observation, List<Violation> found) {
        if (observation.tolerance() < 0) {
            found.add(new Violation(
                    Rule.TOLERANCE_FLOOR,
                    "Cannot change the ensemble",
                    Wording.inSync(observation.ensemble(), observation.live()) + ", which is no quorum",
                    "Bring the others up, or make their client ports reachable from here"));
        }
    }

    private static void checkSight(Observation observation, List<Violation> found) {
        var unseen = new ArrayList<ServerFacts>();
        for (var id : observation.ensemble().ids()) {
            observation
                    .facts(id)
                    .filter(ServerFacts::isProvedSynced)
                    .filter(facts -> facts.mode().value().isEmpty())
                    .ifPresent(unseen::add);
        }
        if (!unseen.isEmpty()) {
            found.add(new Violation(
                    Rule.SERVERS_UNSEEN,
                    "Mind what cannot be seen",
                    "what "
                            + Wording.servers(
                                    unseen.stream().map(ServerFacts::id).toList())
                            + (unseen.size() == 1 ? " does is " : " do is ")
                            + unseen.get(0).mode()
                            + (observation.leader().isEmpty()
                                    ? "; who leads cannot be told, so that each removal may move leadership once"
                                    : ""),
                    "Allow srvr, conf and mntr in 4lw.commands.whitelist, or name the ports of their administration over"
                            + " HTTP to the driver"));
        }
    }

    private static void checkRule(Ensemble ensemble, List<Violation> found) {
        for (var id : ensemble.observers()) {
            long weight = ensemble.quorumRule().weights().getOrDefault(id, 0L);
            if (weight > 0) {
                found.add(new Violation(
                        Rule.OBSERVER_WEIGHS,
                        "Cannot change the ensemble",
                        "observer " + id + " weighs " + weight + " in a group, though it acknowledges nothing",
                        "Take it out of its group by hand first"));
            }
        }
    }

    private static void checkListed(Server server, List<Violation> found) {
        if (!server.id().isAssignable()) {
            found.add(new Violation(
                    Rule.OBSERVED_ID_OUT_OF_RANGE,
                    "Mind server " + server.id(),
                    "its id is not within 1 to 254, beyond which servers confuse sessions or refuse to start",
                    "Replace it by a server with another id"));
        }
        if (server.endpoints().client().isEmpty()) {
            found.add(new Violation(
                    Rule.OBSERVED_CLIENT_ADDRESS_MISSING,
                    "Mind server " + server.id(),
                    "its line names no client address, so that it cannot be seen and counts as down",
                    "Replace it by a server whose line names one"));
        }
    }

    private static void checkActive(Observation observation, ServerFacts facts, List<Violation> found) {
        var inForce = facts.inForce().value();
        if (observation.ensemble().contains(facts.id())
                && facts.isProvedSynced()
                && !isDisabled(observation, facts.id())
                && inForce.isPresent()
                && !inForce.get().equals(observation.version())) {
            found.add(new Violation(
                    Rule.NOT_ACTIVE,
                    "Cannot change the ensemble",
                    "server " + facts.id() + " follows in version " + observation.version() + " but has version "
                            + inForce.get() + " in force, as a server does that runs with reconfigEnabled=false",
                    "Set reconfigEnabled=true in its zoo.cfg and restart it; if it just activates, observe again"));
        }
    }

    private static void checkEnabled(Observation observation, ServerId id, List<Violation> found) {
        if (isDisabled(observation, id)) {
            found.add(new Violation(
                    Rule.RECONFIGURATION_DISABLED,
                    "Cannot change the ensemble",
                    "server " + id + " runs with reconfigEnabled=false and would go on voting by the old list",
                    "Set reconfigEnabled=true in its zoo.cfg and restart it"));
        }
    }

    private static boolean isDisabled(Observation observation, ServerId id) {
        return detail(observation, id, ServerDetail.RECONFIG_ENABLED)
                .filter(enabled -> !enabled)
                .isPresent();
    }

    private static void checkOffice(Observation observation, List<Violation> found) {
        if (observation.leader().isEmpty()) {
            return;
        }
        var leader = observation.leader().get();
        var settled = detail(observation, leader, ServerDetail.INIT_LIMIT).orElse(USUAL_INIT_LIMIT);
        detail(observation, leader, ServerDetail.IN_OFFICE)
                .filter(office -> office.compareTo(settled) < 0)
                .ifPresent(office -> found.add(new Violation(
                        Rule.ELECTION_RECENT,
                        "Mind the election",
                        "server " + leader + " has led for " + office.toSeconds()
                                + " s, and servers come back to a new leader for up to " + settled.toSeconds() + " s",
                        "Wait that long and observe again")));
    }

    private static <T> Optional<T> detail(Observation observation, ServerId id, ServerDetail<T> detail) {
        return observation.facts(id).flatMap(facts -> facts.details().value(detail));
    }
}
