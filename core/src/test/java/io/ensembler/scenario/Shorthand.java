package io.ensembler.scenario;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Reads ensembles and servers as they are printed, ranges of ids besides: {@code 1,2,3 observers 4 groups (1,2) (3*2)}. */
final class Shorthand {

    private static final Pattern ENSEMBLE = Pattern.compile(
            "(?<participants>[0-9,.]+|none)(?: observers (?<observers>[0-9,.]+))?(?: groups (?<groups>.+))?");
    private static final Pattern GROUP = Pattern.compile("\\(([^)]*)\\)");

    private final Map<ServerId, Endpoints> endpoints;

    /** Begins with endpoints that differ from those a server has by its id. */
    Shorthand(Map<ServerId, Endpoints> endpoints) {
        this.endpoints = new TreeMap<>(endpoints);
    }

    /** Returns this shorthand with server lines, whose endpoints count. */
    Shorthand with(List<String> lines) {
        var more = new TreeMap<>(endpoints);
        for (var line : lines) {
            var server = Server.parse(line);
            more.put(server.id(), server.endpoints());
        }
        return new Shorthand(more);
    }

    Server server(ServerId id, ServerRole role) {
        var host = "10.0." + id.value() / 256 + "." + id.value() % 256;
        return new Server(
                id,
                role,
                Optional.ofNullable(endpoints.get(id))
                        .orElseGet(() -> Endpoints.of(new QuorumAddress(host, 2888, 3888), new Address(host, 2181))));
    }

    List<Server> participants(String ids) {
        return ids(ids).stream().map(id -> server(id, ServerRole.PARTICIPANT)).toList();
    }

    Ensemble ensemble(String text) {
        var parts = ENSEMBLE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not an ensemble: " + text);
        }
        var servers = new ArrayList<Server>();
        if (!parts.group("participants").equals("none")) {
            servers.addAll(participants(parts.group("participants")));
        }
        if (parts.group("observers") != null) {
            ids(parts.group("observers")).forEach(id -> servers.add(server(id, ServerRole.OBSERVER)));
        }
        return Ensemble.of(
                servers, parts.group("groups") == null ? QuorumRule.majority() : quorumRule(parts.group("groups")));
    }

    static QuorumRule quorumRule(String text) {
        if (text.equals("majority")) {
            return QuorumRule.majority();
        }
        var groups = new TreeMap<Long, List<ServerId>>();
        var weights = new TreeMap<ServerId, Long>();
        GROUP.matcher(text).results().forEach(group -> {
            var members = new ArrayList<ServerId>();
            for (var member : group.group(1).split(",", -1)) {
                var weighted = member.strip().split("\\*", -1);
                var id = id(weighted[0]);
                members.add(id);
                if (weighted.length > 1) {
                    weights.put(id, Long.valueOf(weighted[1]));
                }
            }
            groups.put(groups.size() + 1L, members);
        });
        return QuorumRule.hierarchical(groups, weights);
    }

    static ServerId id(String text) {
        return ServerId.of(Long.parseLong(text.strip()));
    }

    /** Reads ids and ranges of them: {@code 1,2,5..9}. */
    static List<ServerId> ids(String text) {
        var ids = new ArrayList<ServerId>();
        for (var part : text.split(",", -1)) {
            var range = part.strip().split("\\.\\.", -1);
            LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[range.length - 1]))
                    .mapToObj(ServerId::of)
                    .forEach(ids::add);
        }
        return ids;
    }
}
