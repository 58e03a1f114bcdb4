package io.ensembler.plan;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Observation;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** What would help a request to which no way leads, found by planning it so. Immutable. */
final class Remedies {

    private static final int MOST_HELPERS = 3;

    private final List<String> found;

    private Remedies(List<String> found) {
        this.found = List.copyOf(found);
    }

    static Remedies of(Observation now, Goal goal) {
        var found = new ArrayList<String>();
        var condition = Condition.of(now);
        for (int more = 1; more <= MOST_HELPERS && found.isEmpty(); more++) {
            var helpers = new ArrayList<>(goal.helpers());
            helpers.addAll(anyHelpers(now, goal, more));
            if (leadsThere(now, goal.withHelpers(helpers), condition)) {
                found.add(offer(more, goal));
            }
        }
        var up = condition.withLive(now.ensemble().participants());
        if (!up.live().equals(condition.live()) && leadsThere(now, goal, up)) {
            found.add("bring up the servers that are down first");
        }
        return new Remedies(found);
    }

    private static String offer(int more, Goal goal) {
        boolean first = goal.helpers().isEmpty();
        if (more == 1) {
            return "offer " + (first ? "a" : "another") + " helper, which comes in for a time";
        }
        return "offer " + more + (first ? "" : " more") + " helpers, which come in for a time";
    }

    private static boolean leadsThere(Observation now, Goal goal, Condition condition) {
        try {
            return Route.find(now.ensemble(), goal, condition, Search.Names.REFUSED)
                    .isPresent();
        } catch (Search.TooManyException e) {
            // Whether it would help is not known, so that nobody is sent after it.
            return false;
        }
    }

    /** Servers that nobody lists and that are in nobody's way. */
    private static List<Server> anyHelpers(Observation now, Goal goal, int number) {
        return LongStream.iterate(1, id -> id + 1)
                .mapToObj(ServerId::of)
                .filter(id -> !now.ensemble().contains(id) && !goal.target().contains(id))
                .filter(id ->
                        goal.helpers().stream().noneMatch(helper -> helper.id().equals(id)))
                .limit(number)
                .map(Remedies::helper)
                .toList();
    }

    private static Server helper(ServerId id) {
        var host = "helper-" + id + ".invalid";
        return new Server(
                id, ServerRole.PARTICIPANT, Endpoints.of(new QuorumAddress(host, 2888, 3888), new Address(host, 2181)));
    }

    Remedies or(String last) {
        var all = new ArrayList<>(found);
        all.add(last);
        return new Remedies(all);
    }

    /** Returns all as one phrase. */
    @Override
    public String toString() {
        var phrase = found.isEmpty() ? "ask for it in several requests" : String.join(", or ", found);
        return Character.toUpperCase(phrase.charAt(0)) + phrase.substring(1);
    }
}
