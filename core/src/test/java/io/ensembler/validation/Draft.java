package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** An ensemble to be, server by server with group and weight, before it is settled in which form it counts. */
final class Draft {

    private final SortedMap<ServerId, Server> servers = new TreeMap<>();
    private final SortedMap<ServerId, Long> groupOf = new TreeMap<>();
    private final SortedMap<ServerId, Long> weightOf = new TreeMap<>();

    static Draft of(Ensemble ensemble) {
        var draft = new Draft();
        ensemble.servers().forEach(server -> draft.servers.put(server.id(), server));
        if (ensemble.quorumRule().isMajority()) {
            ensemble.participants().forEach(id -> draft.place(id, 1, 1));
        } else {
            ensemble.quorumRule()
                    .groups()
                    .forEach((number, group) -> group.forEach(id -> draft.place(
                            id, number, ensemble.quorumRule().weights().getOrDefault(id, 0L))));
        }
        return draft;
    }

    Draft copy() {
        var copy = new Draft();
        copy.servers.putAll(servers);
        copy.groupOf.putAll(groupOf);
        copy.weightOf.putAll(weightOf);
        return copy;
    }

    void participate(long id, long group, long weight) {
        put(Ensembles.server(id));
        place(ServerId.of(id), group, weight);
    }

    void observe(long id) {
        put(Ensembles.server(id).withRole(ServerRole.OBSERVER));
    }

    void place(ServerId id, long group, long weight) {
        groupOf.put(id, group);
        weightOf.put(id, weight);
    }

    /** The number of a group that nobody is in yet. */
    long newGroup() {
        return groupOf.values().stream().mapToLong(number -> number).max().orElse(0) + 1;
    }

    /** The ensemble in every form that its arithmetic has. */
    List<Ensemble> inEachForm() {
        var forms = new ArrayList<Ensemble>();
        if (countsAsMajority()) {
            forms.add(byMajority());
        }
        if (!groupOf.isEmpty()) {
            forms.add(grouped());
        }
        return forms;
    }

    /** How its servers count, whatever the numbers of the groups. */
    String arithmetic() {
        var groups = new TreeMap<Long, List<String>>();
        groupOf.forEach((id, number) ->
                groups.computeIfAbsent(number, none -> new ArrayList<>()).add(id + "*" + weightOf.get(id)));
        return groups.values().stream().map(List::toString).sorted().collect(Collectors.joining());
    }

    Ensemble byMajority() {
        return Ensemble.of(servers.values(), QuorumRule.majority());
    }

    Ensemble grouped() {
        var groups = new TreeMap<Long, List<ServerId>>();
        groupOf.forEach((id, number) ->
                groups.computeIfAbsent(number, none -> new ArrayList<>()).add(id));
        return Ensemble.of(servers.values(), QuorumRule.hierarchical(groups, weightOf));
    }

    private boolean countsAsMajority() {
        return groupOf.entrySet().stream()
                                .filter(entry -> isParticipant(entry.getKey()))
                                .map(entry -> entry.getValue())
                                .distinct()
                                .count()
                        <= 1
                && weightOf.entrySet().stream()
                        .allMatch(entry -> entry.getValue() == (isParticipant(entry.getKey()) ? 1 : 0));
    }

    /** All that one unit change makes of it, with servers 1 to the highest. */
    List<Draft> oneChangeOn(int highest) {
        var changed = new ArrayList<Draft>();
        for (long number = 1; number <= highest; number++) {
            var id = ServerId.of(number);
            if (counts(id)) {
                addChangesOf(id, changed);
            } else {
                addEntriesOf(id, changed);
            }
        }
        var spectators = servers.keySet().stream().filter(id -> !counts(id)).toList();
        changed.add(with(draft -> spectators.forEach(draft::leave)));
        changed.add(with(draft -> spectators.forEach(draft::move)));
        return changed;
    }

    private void addEntriesOf(ServerId id, List<Draft> changed) {
        for (long group = 1; group <= newGroup(); group++) {
            for (long weight = 0; weight <= 1; weight++) {
                long number = group;
                long entering = weight;
                changed.add(with(draft -> draft.participate(id.value(), number, entering)));
            }
        }
    }

    private void addChangesOf(ServerId id, List<Draft> changed) {
        long own = groupOf.getOrDefault(id, 0L);
        long weight = weightOf.getOrDefault(id, 0L);
        changed.add(with(draft -> draft.move(id)));
        changed.add(with(draft -> draft.changeRole(id)));
        changed.add(with(draft -> draft.place(id, own, weight + 1)));
        if (weight > 0) {
            changed.add(with(draft -> draft.place(id, own, weight - 1)));
        }
        if (weight > 1) {
            return;
        }
        changed.add(with(draft -> draft.leave(id)));
        changed.add(with(draft -> {
            draft.leave(id);
            draft.observe(id.value());
        }));
        for (long group = 1; group <= newGroup(); group++) {
            if (group != own) {
                long number = group;
                changed.add(with(draft -> draft.place(id, number, 0)));
                changed.add(with(draft -> draft.place(id, number, 1 - weight)));
            }
        }
    }

    private Draft with(Consumer<Draft> change) {
        var copy = copy();
        change.accept(copy);
        return copy;
    }

    private void put(Server server) {
        servers.put(server.id(), server);
    }

    private void leave(ServerId id) {
        servers.remove(id);
        groupOf.remove(id);
        weightOf.remove(id);
    }

    private void move(ServerId id) {
        servers.computeIfPresent(
                id,
                (same, server) ->
                        server.withEndpoints(Ensembles.moved(id.value()).endpoints()));
    }

    private void changeRole(ServerId id) {
        servers.computeIfPresent(
                id,
                (same, server) ->
                        server.withRole(server.isParticipant() ? ServerRole.OBSERVER : ServerRole.PARTICIPANT));
    }

    /** Whether it votes, or weighs in its group without voting. */
    private boolean counts(ServerId id) {
        return isParticipant(id) || weightOf.getOrDefault(id, 0L) > 0;
    }

    private boolean isParticipant(ServerId id) {
        return servers.containsKey(id) && servers.get(id).isParticipant();
    }
}
