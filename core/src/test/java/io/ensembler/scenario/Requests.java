package io.ensembler.scenario;

import io.ensembler.model.Endpoints;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.Pace;
import io.ensembler.plan.ScalingRequest;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Reads requests, a verb a line: {@code add 4,5}, {@code add observers 6}, {@code remove 2}, {@code replace 2 by 5},
 * {@code rebuild 3}, {@code make 4 a participant}, {@code move 2}, {@code form quorums by groups (1,2) (3)}, {@code resize to
 * 5}, {@code offer 6,7}, {@code reach 1,2,3 observers 4}, {@code migrate to 4,5,6}, {@code remove dead}, {@code helper 9},
 * {@code domain of 4 rack-a}, {@code consent to tolerance 0}, {@code pace together}, {@code because of the move}. A server
 * comes with the line it is to have; {@code rebuild 3 anew} and {@code move} take its new one.
 */
final class Requests {

    private static final Pattern IDS = Pattern.compile("\\d[0-9,.]*");
    private static final List<Verb> VERBS = List.of(
            verb("add observers ([0-9,.]+)", (read, given) -> read.request.add(read.observers(given.group(1)))),
            verb("add ([0-9,.]+)", (read, given) -> read.request.add(read.participants(given.group(1)))),
            verb("remove dead", (read, given) -> read.request.removeDead()),
            verb("remove ([0-9,.]+)", (read, given) -> read.request.remove(Shorthand.ids(given.group(1)))),
            verb(
                    "replace (\\d+) by (\\d+)",
                    (read, given) ->
                            read.request.replace(Shorthand.id(given.group(1)), read.participant(given.group(2)))),
            verb("rebuild (\\d+) anew", (read, given) -> read.request.rebuild(read.participant(given.group(1)))),
            verb("rebuild (\\d+)", (read, given) -> read.request.rebuild(Shorthand.id(given.group(1)))),
            verb(
                    "make (\\d+) an? (\\w+)",
                    (read, given) -> read.request.changeRole(Shorthand.id(given.group(1)), role(given.group(2)))),
            verb(
                    "move (\\d+)",
                    (read, given) ->
                            read.request.changeEndpoints(Shorthand.id(given.group(1)), read.endpoints(given.group(1)))),
            verb(
                    "form quorums by (?:groups )?(.+)",
                    (read, given) -> read.request.changeQuorumRule(Shorthand.quorumRule(given.group(1)))),
            verb("resize to (\\d+)", (read, given) -> read.request.resizeTo(Integer.parseInt(given.group(1)))),
            verb("offer ([0-9,.]+)", (read, given) -> read.request.offer(read.participants(given.group(1)))),
            verb("reach (.+)", (read, given) -> read.request.reach(read.servers.ensemble(given.group(1)))),
            verb("migrate to ([0-9,.]+)", (read, given) -> read.request.migrateTo(read.participants(given.group(1)))),
            verb("helper (\\d+)", (read, given) -> read.request.helper(read.participant(given.group(1)))),
            verb(
                    "domain of (\\d+) (\\S+)",
                    (read, given) -> read.request.inDomain(Shorthand.id(given.group(1)), given.group(2))),
            verb(
                    "consent to tolerance (\\d+)",
                    (read, given) -> read.request.consentToTolerance(Integer.parseInt(given.group(1)))),
            verb("pace together", (read, given) -> read.request.pace(Pace.TOGETHER)),
            verb("because (.+)", (read, given) -> read.request.because(given.group(1))));

    private final Shorthand servers;
    private final ScalingRequest request;

    /** How a line is read. */
    private record Verb(Pattern pattern, Reading reading) {}

    private interface Reading {
        ScalingRequest read(Requests soFar, MatchResult given);
    }

    private Requests(Shorthand servers, ScalingRequest request) {
        this.servers = servers;
        this.request = request;
    }

    private static Verb verb(String pattern, Reading reading) {
        return new Verb(Pattern.compile(pattern), reading);
    }

    /** Reads a request of servers with the lines that they are to have. */
    static ScalingRequest read(List<String> lines, Shorthand servers) {
        var request = ScalingRequest.change();
        for (var line : lines) {
            request = with(new Requests(servers, request), line);
        }
        return request;
    }

    private static ScalingRequest with(Requests soFar, String line) {
        for (var verb : VERBS) {
            var given = verb.pattern().matcher(line);
            if (given.matches()) {
                return verb.reading().read(soFar, given.toMatchResult());
            }
        }
        throw new IllegalArgumentException("no such verb: " + line);
    }

    /** Returns every id that stands in these lines: whom the driver looks at beside the listed ones, and more. */
    static Collection<ServerId> named(List<String> lines) {
        var named = new TreeSet<ServerId>();
        lines.stream()
                .filter(line -> line.matches("(add|replace|offer|reach|migrate|helper) .*"))
                .flatMap(line -> IDS.matcher(line.replaceAll(" groups .*", "")).results())
                .forEach(ids -> named.addAll(Shorthand.ids(ids.group())));
        return named;
    }

    private static ServerRole role(String text) {
        return Arrays.stream(ServerRole.values())
                .filter(role -> role.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such role: " + text));
    }

    private Server participant(String id) {
        return servers.server(Shorthand.id(id), ServerRole.PARTICIPANT);
    }

    private List<Server> participants(String ids) {
        return servers.participants(ids);
    }

    private List<Server> observers(String ids) {
        return Shorthand.ids(ids).stream()
                .map(id -> servers.server(id, ServerRole.OBSERVER))
                .toList();
    }

    private Endpoints endpoints(String id) {
        return participant(id).endpoints();
    }
}
