package io.ensembler.examples.bench;

import io.ensembler.model.Address;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ReconfigurationAccess;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.ServerRole;
import io.ensembler.model.Zxid;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What the planner's benchmark plans: participants 1 to 7 led by 1, and observers from 11 on, all in sync; 8, 9 and 10
 * come in for 1, 2 and 3, the first two observers are promoted, and the last observers go.
 */
record PlanningCase(Observation observation, ScalingRequest request) {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final long VERSION = 0x1_0000_0000L;
    private static final ServerId LEADER = ServerId.of(1);
    private static final long FIRST_OBSERVER = 11;

    static PlanningCase of(int observers, int leavingObservers) {
        var participants = LongStream.rangeClosed(1, 7).mapToObj(PlanningCase::participant);
        var end = FIRST_OBSERVER + observers;
        var others = LongStream.range(FIRST_OBSERVER, end)
                .mapToObj(id -> participant(id).withRole(ServerRole.OBSERVER));
        var ensemble = Ensemble.of(Stream.concat(participants, others).toList(), QuorumRule.majority());
        var request = ScalingRequest.change()
                .remove(ids(1, 4))
                .add(participant(8), participant(9), participant(10))
                .changeRole(ServerId.of(FIRST_OBSERVER), ServerRole.PARTICIPANT)
                .changeRole(ServerId.of(FIRST_OBSERVER + 1), ServerRole.PARTICIPANT)
                .remove(ids(end - leavingObservers, end));
        return new PlanningCase(seen(ensemble), request);
    }

    ScalingPlan plan() {
        return new Planner().plan(observation, request);
    }

    private static List<ServerId> ids(long first, long end) {
        return LongStream.range(first, end).mapToObj(ServerId::of).toList();
    }

    private static Server participant(long id) {
        var host = "10.0." + id / 200 + "." + (1 + id % 200);
        return new Server(
                ServerId.of(id),
                ServerRole.PARTICIPANT,
                Endpoints.of(new QuorumAddress(host, 2888, 3888), new Address(host, 2181)));
    }

    private static Observation seen(Ensemble ensemble) {
        var facts = new TreeMap<ServerId, ServerFacts>();
        ensemble.servers().forEach(server -> facts.put(server.id(), inSync(server)));
        return Observation.of(
                AT,
                new CommittedConfiguration(
                        new Configuration(ensemble, ConfigurationVersion.of(VERSION)),
                        Zxid.of(VERSION),
                        Zxid.of(VERSION + 7)),
                Optional.of(LEADER),
                Fact.known(ReconfigurationAccess.GRANTED, Fact.Source.SESSION, AT),
                facts);
    }

    private static ServerFacts inSync(Server server) {
        return new ServerFacts(
                server.id(),
                Presence.ANSWERS,
                Fact.known(mode(server), Fact.Source.SRVR, AT),
                Fact.known(true, Fact.Source.SESSION, AT),
                Fact.known(Zxid.of(VERSION + 7), Fact.Source.SRVR, AT),
                Fact.known(ConfigurationVersion.of(VERSION), Fact.Source.CONF, AT),
                Fact.known(1, Fact.Source.SRVR, AT));
    }

    private static ServerMode mode(Server server) {
        if (!server.isParticipant()) {
            return ServerMode.OBSERVER;
        }
        return server.id().equals(LEADER) ? ServerMode.LEADER : ServerMode.FOLLOWER;
    }
}
