package io.ensembler.scenario;

import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingRequest;
import java.util.Collection;
import java.util.List;

/**
 * Reads requests: {@code add 4,5}, {@code add observer 6}, {@code remove 2}, {@code because of the move}. Several verbs
 * stand on a line each.
 */
final class Requests {

    private Requests() {}

    static ScalingRequest read(List<String> verbs, Shorthand servers) {
        var request = ScalingRequest.change();
        for (var verb : verbs) {
            request = with(request, verb, servers);
        }
        return request;
    }

    private static ScalingRequest with(ScalingRequest request, String text, Shorthand servers) {
        var parts = text.split(" ", 2);
        var rest = parts.length > 1 ? parts[1] : "";
        return switch (parts[0]) {
            case "add" -> request.add(added(rest, servers));
            case "remove" -> request.remove(Shorthand.ids(rest).toArray(ServerId[]::new));
            case "because" -> request.because(rest);
            default -> throw new IllegalArgumentException("no such verb: " + text);
        };
    }

    private static Collection<Server> added(String text, Shorthand servers) {
        var observer = "observer ";
        if (!text.startsWith(observer)) {
            return servers.participants(text);
        }
        return Shorthand.ids(text.substring(observer.length())).stream()
                .map(id -> servers.server(id, ServerRole.OBSERVER))
                .toList();
    }

    /** Returns the servers that a request may bring in, whom the driver looks at beside the listed ones. */
    static List<ServerId> introduced(ScalingRequest request) {
        return request.additions().stream().map(Server::id).toList();
    }
}
