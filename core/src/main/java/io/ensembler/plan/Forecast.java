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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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

    static Forecast of(List<PlannedStep> steps, Observation observation) {
        var sync = SyncTime.of(observation);
        var forecasts = new ArrayList<StepForecast>();
        var state = State.at(observation);
        for (var planned : steps) {
            forecasts.add(planned.step().accept(new Forecaster(state, sync)));
            state = state.after(planned.step());
        }
        return new Forecast(forecasts);
    }

    /** How things stand before a step, with the servers live that are live today and those brought in by then. */
    private record State(
            Ensemble ensemble,
            Set<ServerId> live,
            Set<ServerId> perhapsLive,
            Set<ServerId> fresh,
            Optional<ServerId> leader) {

        static State at(Observation observation) {
            var perhapsLive = new TreeSet<>(observation.live());
            observation.ensemble().participants().stream()
                    .filter(id -> Picks.isUnclear(observation, id))
                    .forEach(perhapsLive::add);
            return new State(
                    observation.ensemble(), observation.live(), perhapsLive, new TreeSet<>(), observation.leader());
        }

        State after(Step step) {
            if (step instanceof Step.StartServer start) {
                return new State(
                        ensemble,
                        live,
                        perhapsLive,
                        exchanged(fresh, List.of(start.server().id()), List.of()),
                        leader);
            }
            if (!(step instanceof Step.Reconfigure reconfigure)) {
                return this;
            }
            var arriving = new TreeSet<>(reconfigure.after().participants());
            arriving.removeAll(reconfigure.before().participants());
            var leaving = ids(reconfigure.leaving());
            boolean handsOver = new Transition(reconfigure.before(), reconfigure.after(), leader).movesLeadership();
            return new State(
                    reconfigure.after(),
                    exchanged(live, arriving, leaving),
                    exchanged(perhapsLive, arriving, leaving),
                    exchanged(fresh, List.of(), leaving),
                    handsOver ? Optional.empty() : leader);
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
            var size = largest(observation, ServerDetail.DATA_SIZE);
            var bandwidth = largest(observation, ServerDetail.SYNC_BANDWIDTH).filter(it -> it.bytes() > 0);
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

        private static Optional<DataSize> largest(Observation observation, ServerDetail<DataSize> detail) {
            return observation.servers().values().stream()
                    .map(ServerFacts::details)
                    .flatMap(details -> details.value(detail).stream())
                    .max((one, other) -> Long.compare(one.bytes(), other.bytes()));
        }
    }

    /** What to expect of one step as things stand before it. */
    private record Forecaster(State state, Estimate sync) implements StepVisitor<StepForecast> {

        private static Estimate seconds(long least, long most, String because) {
            return Estimate.assumed(Duration.ofSeconds(least), Duration.ofSeconds(most), because);
        }

        private StepForecast quiet(Undoing undoing, Estimate duration) {
            return new StepForecast(
                    state.ensemble().tolerance(state.live()),
                    state.ensemble().tolerance(state.perhapsLive()),
                    Text.keepUp(state.ensemble()),
                    HandOff.NONE,
                    new TreeSet<>(),
                    NO_PAUSE,
                    undoing,
                    duration);
        }

        @Override
        public StepForecast visitStart(Step.StartServer step) {
            return quiet(Undoing.BY_LAUNCHER, seconds(1, 30, "a process starts"));
        }

        @Override
        public StepForecast visitAwaitSynced(Step.AwaitSynced step) {
            boolean keepsData = state.ensemble().contains(step.server().id())
                    || !state.fresh().contains(step.server().id());
            return quiet(Undoing.NOTHING_TO_UNDO, keepsData ? seconds(1, 30, "it has the data") : sync);
        }

        @Override
        public StepForecast visitReconfigure(Step.Reconfigure step) {
            var transition = new Transition(step.before(), step.after(), state.leader());
            var handOff = handOff(step, transition);
            var joining = State.ids(step.joining());
            var perhapsLive = State.exchanged(state.perhapsLive(), joining, List.of());
            var keepUp = Text.keepUp(step.before());
            var keepUpAfter = Text.keepUp(step.after());
            return new StepForecast(
                    TransitionRules.tolerance(transition, State.exchanged(state.live(), joining, List.of())),
                    TransitionRules.tolerance(transition, perhapsLive),
                    keepUp.equals(keepUpAfter) ? keepUp : keepUp + " and " + keepUpAfter,
                    handOff,
                    handOff == HandOff.NONE ? new TreeSet<>() : nextLeaders(step, perhapsLive),
                    handOff == HandOff.NONE ? RECONFIGURATION_PAUSE : HAND_OFF_PAUSE,
                    Undoing.BY_ANOTHER_PLAN,
                    seconds(1, 5, "one reconfiguration"));
        }

        private HandOff handOff(Step.Reconfigure step, Transition transition) {
            if (transition.movesLeadership() || step.leadershipMoves() == Step.Leadership.MOVES) {
                return HandOff.CERTAIN;
            }
            boolean anybodyWouldHandOver = state.leader().isEmpty()
                    && step.before().participants().stream()
                            .anyMatch(id ->
                                    new Transition(step.before(), step.after(), Optional.of(id)).movesLeadership());
            return anybodyWouldHandOver ? HandOff.POSSIBLE : HandOff.NONE;
        }

        private SortedSet<ServerId> nextLeaders(Step.Reconfigure step, Set<ServerId> perhapsLive) {
            var next = new TreeSet<>(step.after().participants());
            next.retainAll(perhapsLive);
            next.removeIf(id -> state.leader().filter(id::equals).isPresent());
            return next;
        }

        @Override
        public StepForecast visitConfirmActive(Step.ConfirmActive step) {
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
