package io.ensembler.validation;

import io.ensembler.model.Reachability.Call;
import io.ensembler.model.Reachability.Outcome;
import io.ensembler.model.Reachability.Port;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which ports of the servers that stay cannot be called from where they must be, and how joiners reach the leader. */
final class PortRules {

    private PortRules() {}

    /** Calls that failed alike, told as one. */
    private record Failure(boolean ofJoiner, ServerId to, Port port, Outcome outcome) {}

    static void check(Outlook outlook, List<Violation> found) {
        var lines = new TreeMap<ServerId, Server>();
        outlook.leader().flatMap(outlook.origin()::server).ifPresent(leader -> lines.put(leader.id(), leader));
        outlook.staying().forEach(server -> lines.put(server.id(), server));
        var failures = new LinkedHashMap<Failure, List<Optional<ServerId>>>();
        outlook.observation().reachability().calls().forEach((call, fact) -> {
            boolean concerns = isCalledThere(outlook, call.to(), lines)
                    && call.from()
                            .filter(from -> !isCalledThere(outlook, from, lines))
                            .isEmpty()
                    && (!isOfLeavingLeader(outlook, call) || isOfJoiner(outlook, call));
            fact.value()
                    .filter(outcome -> concerns && isFailure(outlook, call, outcome))
                    .ifPresent(outcome -> failures.computeIfAbsent(
                                    new Failure(isOfJoiner(outlook, call), call.to(), call.port(), outcome),
                                    failure -> new ArrayList<>())
                            .add(call.from()));
        });
        failures.forEach((failure, callers) -> found.add(violation(outlook, failure, callers, lines)));
    }

    /** Who is rebuilt on another machine was tried at the one it leaves, which matters only while it leads there. */
    private static boolean isCalledThere(Outlook outlook, ServerId id, Map<ServerId, Server> lines) {
        boolean leads = outlook.leader().filter(id::equals).isPresent();
        return lines.containsKey(id) && (leads || !outlook.isElsewhere(id));
    }

    /**
     * A server that is down answers nobody, and one that is not started refuses; only its host must be there. Nobody
     * but the leader listens at its quorum port. From here a firewall may well keep us from all but the client ports.
     */
    private static boolean isFailure(Outlook outlook, Call call, Outcome outcome) {
        boolean leads = outlook.leader().filter(call.to()::equals).isPresent();
        boolean needed = call.from().isPresent() || call.port() == Port.CLIENT;
        return switch (outcome) {
            case REACHED -> false;
            case REFUSED -> outlook.isUp(call.to()) && (call.port() != Port.QUORUM || leads);
            case TIMED_OUT -> needed && (outlook.isUp(call.to()) || arrivesThere(outlook, call.to()));
        };
    }

    /** Joiners catch up from the leader of today, whether it stays or not; nobody else needs one that leaves. */
    private static boolean isOfLeavingLeader(Outlook outlook, Call call) {
        return outlook.leader()
                .filter(id -> !outlook.target().contains(id) || outlook.isElsewhere(id))
                .filter(id ->
                        id.equals(call.to()) || call.from().filter(id::equals).isPresent())
                .isPresent();
    }

    private static boolean isOfJoiner(Outlook outlook, Call call) {
        return arrivesThere(outlook, call.to())
                || call.from().filter(from -> arrivesThere(outlook, from)).isPresent();
    }

    private static boolean arrivesThere(Outlook outlook, ServerId id) {
        return outlook.isArriving(id) && !outlook.isElsewhere(id);
    }

    private static Violation violation(
            Outlook outlook, Failure failure, List<Optional<ServerId>> callers, Map<ServerId, Server> lines) {
        var facts = "the " + failure.port() + " of server " + failure.to()
                + (failure.outcome() == Outcome.REFUSED ? " refuses" : " does not answer") + " calls from "
                + from(callers);
        var remedy = "Open it in the firewalls between them, and see that the server listens there";
        if (!failure.ofJoiner()) {
            return new Violation(Rule.OBSERVED_PORT_UNREACHABLE, "Mind server " + failure.to(), facts, remedy);
        }
        var joiner = arrivesThere(outlook, failure.to())
                ? failure.to()
                : callers.stream()
                        .flatMap(Optional::stream)
                        .filter(from -> arrivesThere(outlook, from))
                        .findFirst()
                        .orElseThrow();
        return new Violation(Rule.PORT_UNREACHABLE, cannot(outlook, joiner, lines), facts, remedy);
    }

    private static String cannot(Outlook outlook, ServerId id, Map<ServerId, Server> lines) {
        return Optional.ofNullable(lines.get(id)).map(outlook::cannot).orElse("Cannot change the ensemble");
    }

    private static String from(List<Optional<ServerId>> callers) {
        var places = new ArrayList<String>();
        var servers = callers.stream().flatMap(Optional::stream).toList();
        if (!servers.isEmpty()) {
            places.add(Wording.servers(servers));
        }
        if (callers.size() > servers.size()) {
            places.add("here");
        }
        return Wording.list(places);
    }
}
