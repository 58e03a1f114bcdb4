package io.ensembler.plan;

import io.ensembler.model.Address;
import io.ensembler.model.Ensemble;
import io.ensembler.model.ResolvedNames;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.validation.TransitionRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Lays out the steps around the reconfigurations of a route, and proves each of those by the rules. */
final class Itinerary {

    private record Planned(Step step, Ensemble leadsTo, int tolerance) {}

    private final Goal goal;
    private final ResolvedNames names;
    private final Set<ServerId> live;
    private final Set<ServerId> started = new TreeSet<>();

    private final List<Planned> steps = new ArrayList<>();

    Itinerary(Goal goal, Set<ServerId> live, ResolvedNames names) {
        this.goal = goal;
        this.names = names;
        this.live = new TreeSet<>(live);
    }

    /** Stops servers that left already: which of them left last is not known, so as if each had. */
    void stopGone(Ensemble now, List<Server> gone, Route route) {
        boolean last = route.legs().isEmpty();
        for (var server : gone) {
            add(new Step.ConfirmActive(listing(now, server), now), now);
            if (goal.rebuilt().contains(server.id()) || (last && server.equals(gone.get(0)))) {
                verify(now);
            }
            add(new Step.StopServer(server), now);
            if (goal.rebuilt().contains(server.id())) {
                add(new Step.WipeServer(server), now);
            }
        }
    }

    /** Does something with servers that are not listed. */
    void begin(Step step, Ensemble stands) {
        add(step, stands);
    }

    private static Ensemble listing(Ensemble now, Server gone) {
        return gone.isParticipant() && !now.quorumRule().isMajority() ? now : now.plus(gone);
    }

    void follow(Route route) {
        for (int i = 0; i < route.legs().size(); i++) {
            if (goal.pace() == Pace.TOGETHER) {
                startTogether(route, i);
            }
            add(route.legs().get(i), i + 1 == route.legs().size());
        }
    }

    private void verify(Ensemble stands) {
        add(new Step.Stabilize(), stands);
        add(new Step.Verify(), stands);
    }

    /** At the start, and after each hand-off, whoever comes in before the next one. */
    private void startTogether(Route route, int from) {
        boolean begins = from == 0 || route.legs().get(from - 1).transition().movesLeadership();
        if (!begins) {
            return;
        }
        var listed = route.legs().get(from).before();
        var taken = addresses(listed);
        var departed = new TreeSet<ServerId>();
        for (var leg : route.legs().subList(from, route.legs().size())) {
            var step = reconfigure(leg);
            for (var joiner : step.joining()) {
                boolean freeNow = !listed.contains(joiner.id())
                        && !departed.contains(joiner.id())
                        && Courses.addresses(Station.observer(joiner), names).stream()
                                .noneMatch(taken::contains);
                if (freeNow) {
                    start(joiner, listed);
                }
            }
            step.leaving().forEach(server -> departed.add(server.id()));
            if (leg.transition().movesLeadership()) {
                return;
            }
        }
    }

    private Set<Address> addresses(Ensemble listed) {
        var addresses = new HashSet<Address>();
        listed.servers().forEach(server -> addresses.addAll(Courses.addresses(Station.observer(server), names)));
        return addresses;
    }

    private void add(Route.Leg leg, boolean last) {
        var step = reconfigure(leg);
        var joining = step.joining();
        for (var joiner : joining) {
            start(joiner, leg.before());
            add(new Step.AwaitSynced(joiner), leg.before());
        }
        var promoted = promoted(leg);
        promoted.forEach(server -> add(new Step.AwaitSynced(server), leg.before()));
        joining.forEach(joiner -> live.add(joiner.id()));
        TransitionRules.check(leg.transition(), live, goal.floor()).orThrow();
        steps.add(new Planned(step, leg.after(), TransitionRules.tolerance(leg.transition(), live)));
        promoted.forEach(server -> live.add(server.id()));
        add(new Step.ConfirmActive(leg.before(), leg.after()), leg.after());
        boolean setsAside =
                step.leaving().stream().anyMatch(server -> goal.rebuilt().contains(server.id()));
        if (last || setsAside) {
            // Before a server is stopped that could be asked once more, and its data set aside.
            verify(leg.after());
        }
        step.leaving().forEach(server -> retire(server, leg.after()));
    }

    private static List<Server> promoted(Route.Leg leg) {
        var voters = leg.before().participants();
        return leg.after().participants().stream()
                .filter(id -> leg.before().contains(id) && !voters.contains(id))
                .flatMap(id -> leg.after().server(id).stream())
                .toList();
    }

    /**
     * An observer that is taken out to come in as a voter runs on; that it is started again before is for the case that
     * it ended meanwhile. One that is rebuilt starts anew.
     */
    private void retire(Server server, Ensemble after) {
        boolean rebuilt = goal.rebuilt().contains(server.id());
        boolean returns = goal.target().contains(server.id());
        started.remove(server.id());
        if (!rebuilt && returns) {
            return;
        }
        live.remove(server.id());
        add(new Step.StopServer(server), after);
        if (rebuilt && returns) {
            add(new Step.WipeServer(server), after);
        }
    }

    private void start(Server joiner, Ensemble now) {
        if (started.add(joiner.id())) {
            add(new Step.StartServer(joiner), now);
        }
    }

    private static Step.Reconfigure reconfigure(Route.Leg leg) {
        return new Step.Reconfigure(
                leg.before(),
                leg.after(),
                leg.transition().movesLeadership() ? Step.Leadership.MOVES : Step.Leadership.STAYS);
    }

    private void add(Step step, Ensemble stands) {
        steps.add(new Planned(step, stands, stands.tolerance(live)));
    }

    List<PlannedStep> steps() {
        var numbered = new ArrayList<PlannedStep>();
        for (var step : steps) {
            numbered.add(
                    new PlannedStep(numbered.size() + 1, steps.size(), step.step(), step.leadsTo(), step.tolerance()));
        }
        return numbered;
    }
}
