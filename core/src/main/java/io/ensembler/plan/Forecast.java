package io.ensembler.plan;

import io.ensembler.model.DataSize;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.plan.StepForecast.HandOff;
import io.ensembler.plan.StepForecast.Undoing;
import io.ensembler.validation.Transition;
import io.ensembler.validation.TransitionRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * What to expect of a plan, step by step. Immutable.
 *
 * @param steps one a step, in the order of the steps
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Forecast(List<StepForecast> steps) {

    private static final Estimate NO_PAUSE = Estimate.none();

    /** Longest write gaps beside reconfigurations of followers, three servers on one machine: 6 to 53 ms. */
    private static final Estimate RECONFIGURATION_PAUSE = Estimate.assumed(
            Duration.ofMillis(5), Duration.ofMillis(60), "seen beside reconfigurations that leave the leader");

    /**
     * A client waits up to a second, at random, before it reconnects. Write gaps of up to 1.3 s were seen where the
     * leader was demoted, and of up to 1.8 s where it left.
     */
    private static final Estimate HAND_OFF_PAUSE = Estimate.assumed(
            Duration.ofMillis(100),
            Duration.ofMillis(1800),
            "each client reconnects, after up to a second; up to 1.3 s were seen where a leader was demoted, 1.8 s where"
                    + " one left");

    /** Copies {@code steps}. */
    public Forecast {
        steps = List.copyOf(steps);
    }

    /** Returns how long the whole plan takes. */
    public Estimate duration() {
        return steps.stream().map(StepForecast::duration).reduce(Estimate::then).orElse(Estimate.none());
    }

    /** Returns how often leadership moves, as a phrase such as {@code 1} or {@code 1 certain, 1 possible}. */
    String handOffs() {
        long certain = count(HandOff.CERTAIN);
        long possible = count(HandOff.POSSIBLE);
        return certain + (possible == 0 ? "" : " certain, " + possible + " possible");
    }

    private long count(HandOff handOff) {
        return steps.stream().filter(step -> step.handOff() == handOff).count();
    }

    static Forecast of(List<PlannedStep> steps, Route route, Observation observation) {
        var sync = SyncTime.of(observation);
        var forecasts = new ArrayList<StepForecast>();
        var state = State.at(observation);
        var legs = route.legs().iterator();
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i).step();
            var leader = step instanceof Step.Reconfigure ? legs.next().leader() : state.leader();
            forecasts.add(step.accept(new Forecaster(state, leader, observation, sync)));
            state = state.after(step, steps.subList(i + 1, steps.size()));
        }
        return new Forecast(forecasts);
    }

    /**
     * How things stand before a step, with the servers live that are live today and those brought in by then.
     *
     * @param keepUp who must stay up for a quorum, in a phrase
     * @param caughtUp the servers that have caught up once on the way and lost nothing since
     * @param setAside those whose data was set aside since
     * @param nextHandOff whether leadership moves again where the steps say so, once they have moved it: they are those
     *     for one of the servers that may have come to lead, and there may be fewer hand-offs for another
     */
    private record State(
            Ensemble ensemble,
            Set<ServerId> live,
            Set<ServerId> perhapsLive,
            String keepUp,
            Set<ServerId> caughtUp,
            Set<ServerId> setAside,
            Optional<ServerId> leader,
            Optional<HandOff> nextHandOff) {

        static State at(Observation observation) {
            var condition = Condition.of(observation);
            return new State(
                    observation.ensemble(),
                    condition.live(),
                    condition.perhapsLive(),
                    Text.keepUp(observation.ensemble()),
                    Set.of(),
                    Set.of(),
                    observation.leader(),
                    Optional.empty());
        }

        State after(Step step, List<PlannedStep> rest) {
            if (step instanceof Step.AwaitSynced await) {
                var id = List.of(await.server().id());
                return withData(exchanged(caughtUp, id, List.of()), exchanged(setAside, List.of(), id));
            }
            if (step instanceof Step.WipeServer wipe) {
                var id = List.of(wipe.server().id());
                return withData(exchanged(caughtUp, List.of(), id), exchanged(setAside, id, List.of()));
            }
            return step instanceof Step.Reconfigure reconfigure ? after(reconfigure, rest) : this;
        }

        private State withData(Set<ServerId> caughtUpThen, Set<ServerId> setAsideThen) {
            return new State(ensemble, live, perhapsLive, keepUp, caughtUpThen, setAsideThen, leader, nextHandOff);
        }

        /** Whether a server has caught up once, before or on the way, and lost nothing since. */
        boolean hasData(ServerId id, Observation observation) {
            boolean atFirst = observation.ensemble().contains(id)
                    || observation.facts(id).filter(ServerFacts::isProvedSynced).isPresent();
            return caughtUp.contains(id) || (atFirst && !setAside.contains(id));
        }

        int lowestTolerance() {
            return ensemble.tolerance(live);
        }

        int highestTolerance() {
            return live.size() == perhapsLive.size() ? lowestTolerance() : ensemble.tolerance(perhapsLive);
        }

        private State after(Step.Reconfigure step, List<PlannedStep> rest) {
            var arriving = new TreeSet<>(step.after().participants());
            arriving.removeAll(step.before().participants());
            var leaving = ids(step.leaving());
            boolean handsOver = step.leadershipMoves() == Step.Leadership.MOVES;
            var liveThen = exchanged(live, arriving, leaving);
            boolean nobodyUnclear = live.size() == perhapsLive.size();
            return new State(
                    step.after(),
                    liveThen,
                    nobodyUnclear ? liveThen : exchanged(perhapsLive, arriving, leaving),
                    Text.keepUp(step.after()),
                    caughtUp,
                    setAside,
                    handsOver ? Optional.empty() : leader,
                    handsOver ? Optional.of(handOffIn(rest, nextLeaders(step))) : nextHandOff);
        }

        /** Who may lead after a step that moves leadership. */
        SortedSet<ServerId> nextLeaders(Step.Reconfigure step) {
            var next = new TreeSet<>(step.after().participants());
            next.retainAll(exchanged(perhapsLive, ids(step.joining()), List.of()));
            next.removeIf(id -> handsOver(step, id));
            return next;
        }

        private static boolean handsOver(Step.Reconfigure step, ServerId leader) {
            return new Transition(step.before(), step.after(), Optional.of(leader)).movesLeadership();
        }

        private static HandOff handOffIn(List<PlannedStep> rest, Set<ServerId> leaders) {
            boolean whoeverLeads = leaders.stream().allMatch(leader -> rest.stream()
                    .anyMatch(planned -> planned.step() instanceof Step.Reconfigure step && handsOver(step, leader)));
            return whoeverLeads ? HandOff.CERTAIN : HandOff.POSSIBLE;
        }

        HandOff handOff(Step.Reconfigure step) {
            if (step.leadershipMoves() == Step.Leadership.MOVES) {
                return nextHandOff.orElse(HandOff.CERTAIN);
            }
            boolean unseen = leader.isEmpty()
                    && nextHandOff.isEmpty()
                    && new Transition(step.before(), step.after(), leader)
                            .mayHandOver().stream().anyMatch(perhapsLive::contains);
            return unseen ? HandOff.POSSIBLE : HandOff.NONE;
        }

        private static Set<ServerId> exchanged(
                Set<ServerId> ids, Collection<ServerId> coming, Collection<ServerId> going) {
            var exchanged = new TreeSet<>(ids);
            exchanged.addAll(coming);
            exchanged.removeAll(going);
            return exchanged;
        }

        private static List<ServerId> ids(List<Server> servers) {
            return servers.stream().map(Server::id).toList();
        }
    }

    /** How long a joiner takes to fetch the data: its size over the bandwidth, or what others have seen. */
    private static final class SyncTime {

        private static final long GIGABYTE = 1_000_000_000;

        static Estimate of(Observation observation) {
            var size = reported(observation, ServerDetail.DATA_SIZE).max(Comparator.naturalOrder());
            var bandwidth = reported(observation, ServerDetail.SYNC_BANDWIDTH)
                    .filter(it -> it.bytes() > 0)
                    .min(Comparator.naturalOrder());
            if (size.isEmpty()) {
                return minutes(2, 120, "the data size is unknown");
            }
            if (bandwidth.isPresent()) {
                double seconds = (double) size.get().bytes() / bandwidth.get().bytes();
                var time = Duration.ofMillis((long) Math.ceil(seconds * 1000));
                return new Estimate(
                        time,
                        time.multipliedBy(2),
                        Estimate.Basis.MEASURED,
                        size.get() + " at " + bandwidth.get() + " a second");
            }
            if (size.get().bytes() < GIGABYTE) {
                return minutes(2, 5, size.get() + " of data, under 1 GB");
            }
            return size.get().bytes() <= 10 * GIGABYTE
                    ? minutes(5, 30, size.get() + " of data, 1 to 10 GB")
                    : minutes(30, 120, size.get() + " of data, over 10 GB");
        }

        private static Estimate minutes(long least, long most, String because) {
            return Estimate.assumed(Duration.ofMinutes(least), Duration.ofMinutes(most), because);
        }

        private static Stream<DataSize> reported(Observation observation, ServerDetail<DataSize> detail) {
            return observation.servers().values().stream()
                    .map(ServerFacts::details)
                    .flatMap(details -> details.value(detail).stream());
        }
    }

    /**
     * What to expect of one step as things stand before it.
     *
     * @param leader for whom it is planned, after a hand-off the worst who may lead then
     */
    private record Forecaster(State state, Optional<ServerId> leader, Observation observation, Estimate sync)
            implements StepVisitor<StepForecast> {

        private static Estimate seconds(long least, long most, String because) {
            return Estimate.assumed(Duration.ofSeconds(least), Duration.ofSeconds(most), because);
        }

        private StepForecast quiet(Undoing undoing, Estimate duration) {
            return new StepForecast(
                    state.lowestTolerance(),
                    state.highestTolerance(),
                    state.keepUp(),
                    HandOff.NONE,
                    new TreeSet<>(),
                    NO_PAUSE,
                    undoing,
                    duration);
        }

        @Override
        public StepForecast visitBackUp(Step.BackUp step) {
            return quiet(
                    Undoing.NOTHING_TO_UNDO,
                    step.contents() == Step.Contents.CONFIGURATION ? seconds(0, 5, "a write is timed") : sync);
        }

        @Override
        public StepForecast visitStart(Step.StartServer step) {
            return quiet(Undoing.BY_LAUNCHER, seconds(1, 30, "a process starts"));
        }

        @Override
        public StepForecast visitAwaitSynced(Step.AwaitSynced step) {
            boolean keepsData = state.hasData(step.server().id(), observation);
            return quiet(Undoing.NOTHING_TO_UNDO, keepsData ? seconds(1, 30, "it has the data") : sync);
        }

        @Override
        public StepForecast visitReconfigure(Step.Reconfigure step) {
            var transition = new Transition(step.before(), step.after(), leader);
            var handOff = state.handOff(step);
            var joining = State.ids(step.joining());
            int lowest = TransitionRules.tolerance(transition, State.exchanged(state.live(), joining, List.of()));
            boolean allClear = state.live().size() == state.perhapsLive().size();
            int highest = allClear
                    ? lowest
                    : TransitionRules.tolerance(transition, State.exchanged(state.perhapsLive(), joining, List.of()));
            var keepUp = state.keepUp();
            var keepUpAfter = Text.keepUp(step.after());
            return new StepForecast(
                    lowest,
                    highest,
                    keepUp.equals(keepUpAfter) ? keepUp : keepUp + " and " + keepUpAfter,
                    handOff,
                    handOff == HandOff.NONE ? new TreeSet<>() : state.nextLeaders(step),
                    handOff == HandOff.NONE ? RECONFIGURATION_PAUSE : HAND_OFF_PAUSE,
                    Undoing.BY_ANOTHER_PLAN,
                    seconds(1, 5, "one reconfiguration"));
        }

        @Override
        public StepForecast visitConfirmActive(Step.ConfirmActive step) {
            return quiet(Undoing.NOTHING_TO_UNDO, seconds(0, 5, "each server is asked"));
        }

        @Override
        public StepForecast visitStabilize(Step.Stabilize step) {
            return quiet(Undoing.NOTHING_TO_UNDO, seconds(0, 30, "the leader is watched"));
        }

        @Override
        public StepForecast visitVerify(Step.Verify step) {
            return quiet(Undoing.NOTHING_TO_UNDO, seconds(0, 5, "each server is asked"));
        }

        @Override
        public StepForecast visitStop(Step.StopServer step) {
            return quiet(Undoing.BY_LAUNCHER, seconds(1, 30, "a process ends"));
        }

        @Override
        public StepForecast visitWipe(Step.WipeServer step) {
            return quiet(Undoing.NOT_BY_US, seconds(0, 5, "a directory is renamed"));
        }
    }
}
