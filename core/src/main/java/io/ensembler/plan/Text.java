package io.ensembler.plan;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.Collection;
import java.util.stream.Collectors;

/** How this package writes lists of servers. */
final class Text {

    private Text() {}

    static String ids(Collection<ServerId> ids) {
        return ids.isEmpty() ? "none" : ids.stream().map(ServerId::toString).collect(Collectors.joining(","));
    }

    /** Returns which servers must stay up for a quorum, such as {@code any 2 of 1,2,3}. */
    static String keepUp(Ensemble ensemble) {
        var rule = ensemble.quorumRule();
        var participants = ensemble.participants();
        if (rule.isMajority()) {
            int quorum = participants.size() / 2 + 1;
            return quorum == participants.size() ? ids(participants) : "any " + quorum + " of " + ids(participants);
        }
        var weighty = rule.groups().values().stream()
                .filter(group -> group.stream().anyMatch(id -> rule.weights().getOrDefault(id, 0L) > 0))
                .map(group -> group.stream()
                        .filter(id -> rule.weights().getOrDefault(id, 0L) > 0)
                        .map(id -> id
                                + (rule.weights().getOrDefault(id, 0L) == 1
                                        ? ""
                                        : "*" + rule.weights().get(id)))
                        .collect(Collectors.joining(",", "(", ")")))
                .toList();
        int groups = weighty.size() / 2 + 1;
        return "more than half of the weight in "
                + (weighty.size() == 1 ? "" : groups + " of the groups ")
                + String.join(" ", weighty);
    }

    static String oneOf(Collection<ServerId> ids) {
        return (ids.size() > 1 ? "one of " : "") + ids(ids);
    }

    static String plural(Collection<?> items, String noun) {
        return items.size() == 1 ? noun : noun + "s";
    }
}
