package io.ensembler.validation;

import io.ensembler.model.Address;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the lines of the servers that are to stand say of their ids and addresses. */
final class LineRules {

    private LineRules() {}

    static void check(Outlook outlook, List<Violation> found) {
        for (var server : outlook.staying()) {
            checkWildcard(outlook, server, found);
            if (outlook.isNewLine(server)) {
                checkId(outlook, server, found);
                checkClient(outlook, server, found);
            }
        }
        checkTaken(outlook, found);
        checkLoopback(outlook, found);
        if (outlook.observation().names().someFailed()) {
            outlook.staying().forEach(server -> checkResolved(outlook, server, found));
        }
        checkNames(outlook, found);
    }

    private static void checkId(Outlook outlook, Server server, List<Violation> found) {
        if (!outlook.origin().contains(server.id()) && !server.id().isAssignable()) {
            found.add(new Violation(
                    Rule.ID_OUT_OF_RANGE,
                    outlook.cannot(server),
                    "its id is not within 1 to 254, beyond which servers confuse sessions or refuse to start",
                    "Choose an id from 1 to 254"));
        }
    }

    private static void checkWildcard(Outlook outlook, Server server, List<Violation> found) {
        for (var address : server.endpoints().quorum()) {
            if (address.isWildcard()) {
                var facts = "its quorum address " + address
                        + " stands for every address of its machine, so that no other" + " server can call it";
                found.add(
                        outlook.isNewLine(server)
                                ? new Violation(
                                        Rule.WILDCARD_ADDRESS,
                                        outlook.cannot(server),
                                        facts,
                                        "Name the host as the other servers reach it; to listen on all addresses set"
                                                + " quorumListenOnAllIPs=true in its zoo.cfg")
                                : unusable(server, facts));
            }
        }
    }

    private static void checkClient(Outlook outlook, Server server, List<Violation> found) {
        var client = server.endpoints().client();
        if (client.isEmpty()) {
            found.add(new Violation(
                    Rule.CLIENT_ADDRESS_MISSING,
                    outlook.cannot(server),
                    "\"" + server
                            + "\" names no client address, without which ZooKeeper refuses it or leaves it without"
                            + " a client port",
                    "Write \"" + ConfigurationText.withClientPort(server)
                            + "\", with the port its clients use; in its own"
                            + " file a joiner stands as observer, which JoinerFiles sees to"));
        } else if (client.get().isLoopback() && !hasLoopback(server)) {
            found.add(new Violation(
                    Rule.LOOPBACK_CLIENT_ADDRESS,
                    "Mind server " + server.id(),
                    "its client address " + client.get() + " can be called on its own machine only, so that from"
                            + " elsewhere it cannot be seen and counts as down",
                    "Leave the host of its client address out, or name it as clients reach it"));
        }
    }

    /** Lines that stand already come first, so that of two which clash the new one is named. */
    private static void checkTaken(Outlook outlook, List<Violation> found) {
        var taken = new HashMap<Address, Server>();
        var lines = new ArrayList<Server>();
        outlook.staying().stream().filter(server -> !outlook.isNewLine(server)).forEach(lines::add);
        outlook.staying().stream().filter(outlook::isNewLine).forEach(lines::add);
        for (var server : lines) {
            for (var address : server.endpoints().addresses()) {
                owner(outlook, address, server, taken)
                        .ifPresent(owner -> found.add(clash(outlook, server, owner, address)));
            }
        }
    }

    /** Who has this address, whatever it is called by; the address is the server's from now on if nobody has it. */
    private static Optional<Server> owner(Outlook outlook, Address address, Server server, Map<Address, Server> taken) {
        var all = outlook.observation().names().spellings(address);
        for (var each : all) {
            var owner = taken.get(each);
            if (owner != null) {
                return Optional.of(owner);
            }
        }
        all.forEach(each -> taken.put(each, server));
        return Optional.empty();
    }

    private static Violation clash(Outlook outlook, Server server, Server owner, Address address) {
        var facts = owner.equals(server)
                ? "its line names " + address + " for two purposes"
                : address + " belongs to server " + owner.id() + " already";
        return outlook.isNewLine(server)
                ? new Violation(
                        Rule.ADDRESS_TAKEN,
                        outlook.cannot(server),
                        facts,
                        owner.equals(server) ? "Give it a port for each" : "Give it a host or ports of its own")
                : unusable(server, facts);
    }

    /**
     * Servers all on one machine may call each other by its own addresses. Where they stand apart today, a joiner is
     * not held to account for it.
     */
    private static void checkLoopback(Outlook outlook, List<Violation> found) {
        if (outlook.staying().stream().noneMatch(LineRules::hasLoopback)) {
            return;
        }
        var elsewhere = Outlook.ids(
                outlook.staying().stream().filter(LineRules::standsElsewhere).toList());
        var standing = outlook.staying().stream()
                .filter(server -> !outlook.isNewLine(server))
                .toList();
        var standingLoopback =
                Outlook.ids(standing.stream().filter(LineRules::hasLoopback).toList());
        var standingElsewhere =
                Outlook.ids(standing.stream().filter(LineRules::standsElsewhere).toList());
        for (var server : outlook.staying()) {
            var others = outlook.isNewLine(server) ? elsewhere : standingElsewhere;
            if (hasLoopback(server) && !others.isEmpty()) {
                found.add(cannotBeCalled(outlook, server, others));
            } else if (standsElsewhere(server)
                    && outlook.isNewLine(server)
                    && standingElsewhere.isEmpty()
                    && !standingLoopback.isEmpty()) {
                found.add(new Violation(
                        Rule.LOOPBACK_ADDRESS,
                        outlook.cannot(server),
                        "it could not call " + Wording.servers(standingLoopback)
                                + ", each of which has a loopback address",
                        "Give those other addresses first, or keep all servers on that machine and its loopback"));
            }
        }
    }

    /** A name may stand for any address, a loopback address included. */
    private static boolean standsElsewhere(Server server) {
        return !hasLoopback(server) && !server.endpoints().usesNames();
    }

    private static Violation cannotBeCalled(Outlook outlook, Server server, SortedSet<ServerId> others) {
        var facts = "its quorum address is a loopback address, at which " + Wording.servers(others) + " cannot call it";
        return outlook.isNewLine(server)
                ? new Violation(
                        Rule.LOOPBACK_ADDRESS,
                        outlook.cannot(server),
                        facts,
                        "Name the host as the other servers reach it")
                : unusable(server, facts);
    }

    private static boolean hasLoopback(Server server) {
        return server.endpoints().quorum().stream().anyMatch(QuorumAddress::isLoopback);
    }

    private static Violation unusable(Server server, String facts) {
        return new Violation(
                Rule.OBSERVED_ADDRESS_UNUSABLE,
                "Mind server " + server.id(),
                facts,
                "Change its endpoints by a request of its own, or replace it");
    }

    private static void checkResolved(Outlook outlook, Server server, List<Violation> found) {
        for (var host : hosts(server)) {
            if (outlook.observation().names().failed(host)) {
                found.add(new Violation(
                        Rule.ADDRESS_UNRESOLVED,
                        outlook.cannot(server),
                        "its host " + host
                                + " does not resolve here, and a server that cannot resolve its own host stops"
                                + " at the next reconfiguration",
                        "Mend the name service or the name, or use an address"));
            }
        }
    }

    private static SortedSet<String> hosts(Server server) {
        var hosts = new TreeSet<String>();
        server.endpoints().quorum().forEach(address -> hosts.add(address.host()));
        server.endpoints().client().ifPresent(address -> hosts.add(address.host()));
        return hosts;
    }

    private static void checkNames(Outlook outlook, List<Violation> found) {
        var named = new TreeSet<ServerId>();
        for (var server : outlook.staying()) {
            boolean triesForEver = outlook.detail(server, ServerDetail.ELECTION_PORT_BIND_RETRY)
                    .filter(retries -> retries == 0)
                    .isPresent();
            if (server.endpoints().usesNames() && !triesForEver) {
                named.add(server.id());
            }
        }
        if (!named.isEmpty()) {
            found.add(new Violation(
                    Rule.NAMES_RESOLVE,
                    "Mind " + Wording.servers(named),
                    (named.size() == 1 ? "its quorum address is a host name" : "their quorum addresses are host names")
                            + "; where electionPortBindRetry is not 0 (its default is 3), a name"
                            + " service that fails for some seconds during a reconfiguration ends every server at once",
                    "Set electionPortBindRetry=0 in each server's zoo.cfg, or use addresses"));
        }
    }
}
