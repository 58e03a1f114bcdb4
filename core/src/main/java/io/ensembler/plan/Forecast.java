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

    /** A client waits up to a second, at random, before it reconnects: 0.9 to 1.2 s were seen. */
    private static final Estimate HAND_OFF_PAUSE = Estimate.assumed(
            Duration.ofMillis(100), Duration.ofMillis(1200), "each client reconnects, after up to a second");

    /** Copies {@code steps}. */
    public Forecast {
        steps = List.copyOf(steps);
    }

    /** Returns how long the whole plan takes. */
    public Estimate duration() {
        return steps.stream().map(StepForecast::duration).reduce(Estimate::then).orElse(Estimate.none());
    }

    static Forecast of(List<PlannedStep> steps, Observation observation) {
        return new Forecaster(observation).of(steps);
    }

    /** Follows the steps of a plan with what is known of the servers. */
    private static final class Forecaster implements StepVisitor<StepForecast> {

        private final Set<ServerId> live;
        private final Set<ServerId> perhapsLive;
        private final Set<ServerId> fresh = new TreeSet<>();
        private final Estimate sync;
        private Ensemble current;
        private Optional<ServerId> leader;
        private boolean leaderKnown;

        Forecaster(Observation observation) {
            this.live = new TreeSet<>(observation.live());
            this.perhapsLive = new TreeSet<>(observation.live());
            observation.ensemble().participants().stream()
                    .filter(id -> Picks.isUnclear(observation, id))
                    .forEach(perhapsLive::add);
            this.sync = sync(observation);
            this.current = observation.ensemble();
            this.leader = observation.leader();
            this.leaderKnown = leader.isPresent();
        }

        Forecast of(List<PlannedStep> steps) {
            var forecasts = new ArrayList<StepForecast>();
            for (var planned : steps) {
                forecasts.add(planned.step().accept(this));
            }
            return new Forecast(forecasts);
        }

        /** Data over bandwidth, or what others have seen; a server that keeps its data has little to fetch. */
        private static Estimate sync(Observation observation) {
            var size = largest(observation, ServerDetail.DATA_SIZE);
            var bandwidth = largest(observation, ServerDetail.SYNC_BANDWIDTH);
            if (size.isPresent() && bandwidth.filter(it -> it.bytes() > 0).isPresent()) {
                double seconds = (double) size.get().bytes() / bandwidth.get().bytes();
                var time = Duration.ofMillis((long) Math.ceil(seconds * 1000));
                return new Estimate(
                        time,
                        time.multipliedBy(2),
                        Estimate.Basis.MEASURED,
                        size.get() + " at " + bandwidth.get() + " a second");
            }
            if (size.isEmpty()) {
                return minutes(2, 120, "the data size is unknown");
            }
            long gigabytes = size.get().bytes() / 1_000_000_000;
            if (gigabytes < 1) {
                return minutes(2, 5, size.get() + " of data, under 1 GB");
            }
            return gigabytes < 10
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

        private static Estimate seconds(long least, long most, String because) {
            return Estimate.assumed(Duration.ofSeconds(least), Duration.ofSeconds(most), because);
        }

        private StepForecast quiet(Undoing undoing, Estimate duration) {
            return new StepForecast(
                    current.tolerance(live),
                    current.tolerance(perhapsLive),
                    Text.keepUp(current),
                    HandOff.NONE,
                    new TreeSet<>(),
                    NO_PAUSE,
                    undoing,
                    duration);
        }

        @Override
        public StepForecast visitStart(Step.StartServer step) {
            fresh.add(step.server().id());
            return quiet(Undoing.BY_LAUNCHER, seconds(1, 30, "a process starts"));
        }

        @Override
        public StepForecast visitAwaitSynced(Step.AwaitSynced step) {
            boolean keepsData = current.contains(step.server().id())
                    || !fresh.contains(step.server().id());
            return quiet(Undoing.NOTHING_TO_UNDO, keepsData ? seconds(1, 30, "it has the data") : sync);
        }

        @Override
        public StepForecast visitReconfigure(Step.Reconfigure step) {
            var transition = new Transition(step.before(), step.after(), leader);
            for (var joiner : step.joining()) {
                live.add(joiner.id());
                perhapsLive.add(joiner.id());
            }
            int lowest = TransitionRules.tolerance(transition, live);
            int highest = TransitionRules.tolerance(transition, perhapsLive);
            var handOff = handOff(step, transition);
            var next = handOff == HandOff.NONE ? new TreeSet<ServerId>() : nextLeaders(step);
            var keepUp = Text.keepUp(step.before());
            var keepUpAfter = Text.keepUp(step.after());
            current = step.after();
            step.changing().stream()
                    .filter(Server::isParticipant)
                    .map(Server::id)
                    .forEach(id -> {
                        if (!step.before().participants().contains(id)) {
                            live.add(id);
                            perhapsLive.add(id);
                        }
                    });
            step.leaving().forEach(server -> {
                live.remove(server.id());
                perhapsLive.remove(server.id());
                fresh.remove(server.id());
            });
            if (handOff == HandOff.CERTAIN) {
                leader = Optional.empty();
            }
            return new StepForecast(
                    lowest,
                    highest,
                    keepUp.equals(keepUpAfter) ? keepUp : keepUp + " and " + keepUpAfter,
                    handOff,
                    next,
                    handOff == HandOff.NONE ? RECONFIGURATION_PAUSE : HAND_OFF_PAUSE,
                    Undoing.BY_ANOTHER_PLAN,
                    seconds(1, 5, "one reconfiguration"));
        }

        private HandOff handOff(Step.Reconfigure step, Transition transition) {
            if (transition.movesLeadership() || (leaderKnown && step.leadershipMoves() == Step.Leadership.MOVES)) {
                return HandOff.CERTAIN;
            }
            boolean anybodyWouldHandOver = leader.isEmpty()
                    && step.before().participants().stream()
                            .anyMatch(id ->
                                    new Transition(step.before(), step.after(), Optional.of(id)).movesLeadership());
            return anybodyWouldHandOver ? HandOff.POSSIBLE : HandOff.NONE;
        }

        private SortedSet<ServerId> nextLeaders(Step.Reconfigure step) {
            var next = new TreeSet<>(step.after().participants());
            next.retainAll(perhapsLive);
            next.removeIf(id -> leader.filter(id::equals).isPresent());
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
