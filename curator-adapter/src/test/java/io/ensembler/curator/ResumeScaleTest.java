package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunResult;
import io.ensembler.execution.StopReason;
import io.ensembler.journal.FileJournal;
import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.PlanJournal;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that dies in the middle of a plan is followed by another that goes on, or goes back. */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class ResumeScaleTest {

    private static final Duration TIME = Duration.ofSeconds(5);

    /** Where in the plan the first process dies; the simulation tries every place. */
    private enum Death {
        WITH_SOMETHING_SENT_AND_NOTHING_KNOWN,
        BEFORE_THE_BARRIER,
        BETWEEN_THE_TWO_CHANGES,
        BEFORE_THE_SERVER_THAT_LEFT_IS_STOPPED;

        DyingJournal journal() {
            return switch (this) {
                case WITH_SOMETHING_SENT_AND_NOTHING_KNOWN -> DyingJournal.before(has("settled"));
                case BEFORE_THE_BARRIER -> DyingJournal.after(has("settled"));
                case BETWEEN_THE_TWO_CHANGES -> DyingJournal.before(second(has("intended")));
                case BEFORE_THE_SERVER_THAT_LEFT_IS_STOPPED -> DyingJournal.after(has("step-began", "stop server"));
            };
        }
    }

    private static Predicate<String> has(String entry) {
        return has(entry, "");
    }

    private static Predicate<String> has(String entry, String text) {
        return line -> line.contains("\"" + entry + "\"") && line.contains(text);
    }

    private static Predicate<String> second(Predicate<String> line) {
        var seen = new ArrayList<String>();
        return each -> line.test(each) && seen.add(each) && seen.size() == 2;
    }

    @ParameterizedTest
    @EnumSource
    void goes_on_from_wherever_the_process_died(Death death, TestEnsemble ensemble, Ledger ledger) {
        Ensemble target;
        int sentBefore;
        var dying = death.journal();
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(0);
            var scaler = scaler(scaling, dying);
            var plan = scaler.plan(
                    ScalingRequest.change().add(ensemble.newServers(1)).remove(leaving));
            target = plan.target();
            assertThatThrownBy(() -> scaler.run(plan, Scaling.QUICK)).isInstanceOf(DyingJournal.Death.class);
            sentBefore = intendedIn(dying);
        }
        try (var scaling = Scaling.of(ensemble)) {
            var journal = dying.left();
            var result = scaler(scaling, journal).resume(journal, Scaling.QUICK);
            assertThat(result).isCompleted();
            assertThat(result.report().after().ensemble()).isEqualTo(target);
            assertThat(sentBefore + result.report().reconfigurationsSent()).isLessThanOrEqualTo(3);

            var again = scaler(scaling, journal).resume(journal, Scaling.QUICK);
            assertThat(again).isCompleted().sent(0);
            assertThat(again.report().after()).isEqualTo(result.report().after());
        }
        assertThat(ensemble.awaitSettled()).isEqualTo(target);
        assertThat(ensemble.servers().stream()
                        .filter(server -> ensemble.isRunning(server.id()))
                        .map(server -> server.id()))
                .containsExactlyElementsOf(target.ids());
        Scaling.assertLostNothing(ledger, target);
    }

    @Test
    void goes_back_to_where_the_plan_began_and_stops_whom_it_had_started(TestEnsemble ensemble) {
        var origin = ensemble.committed();
        var journal = DyingJournal.before(second(has("intended")));
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaler(scaling, journal);
            var plan = scaler.plan(ScalingRequest.change().add(ensemble.newServers(2)));
            assertThatThrownBy(() -> scaler.run(plan, Scaling.QUICK)).isInstanceOf(DyingJournal.Death.class);
        }
        assertThat(ensemble.committed()).hasParticipants(1, 2, 3, 4);
        try (var scaling = Scaling.of(ensemble)) {
            var left = journal.left();
            var scaler = scaler(scaling, left);
            var plan = scaler.planRollback(left);
            assertThat(plan.target()).isEqualTo(origin);
            assertThat(plan.toString()).contains("stop server 5", "remove participant 4");
            assertThat(scaler.run(plan, Scaling.QUICK)).isCompleted().sent(1);
        }
        assertThat(ensemble.awaitSettled()).isEqualTo(origin);
        assertThat(ensemble.isRunning(ServerId.of(4))).isFalse();
        assertThat(ensemble.isRunning(ServerId.of(5))).isFalse();
    }

    @Test
    void neither_goes_on_nor_back_once_somebody_else_has_changed_the_ensemble(TestEnsemble ensemble) {
        var journal = DyingJournal.after(has("settled"));
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaler(scaling, journal);
            var plan = scaler.plan(ScalingRequest.change().add(ensemble.newServers(2)));
            assertThatThrownBy(() -> scaler.run(plan, Scaling.QUICK)).isInstanceOf(DyingJournal.Death.class);
            scaling.rivalReconfigures(List.of(), List.of(ServerId.of(4)));
        }
        try (var scaling = Scaling.of(ensemble)) {
            var left = journal.left();
            var scaler = scaler(scaling, left);
            var result = scaler.resume(left, Scaling.QUICK);
            assertThat(result).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> {
                assertThat(stopped.reason()).isEqualTo(StopReason.ONE_AUTHOR);
                assertThat(stopped.message()).contains("the ensemble is 1,2,3", "accounts for 1,2,3,4");
            });
            assertThat(result).sent(0);
            assertThatThrownBy(() -> scaler.planRollback(left))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.CONFLICT));
        }
        assertThat(ensemble.committed()).hasParticipants(1, 2, 3);
    }

    @Test
    void a_file_takes_the_journal_from_one_process_to_the_next(TestEnsemble ensemble, @TempDir Path folder) {
        var file = folder.resolve("run.journal");
        try (var scaling = Scaling.of(ensemble);
                var journal = FileJournal.open(file)) {
            var scaler = scaler(scaling, journal);
            var plan = scaler.plan(ScalingRequest.change().add(ensemble.newServers(1)));
            assertThat(scaler.run(plan, Scaling.QUICK)).isCompleted().sent(1);
        }
        try (var scaling = Scaling.of(ensemble);
                var journal = FileJournal.open(file)) {
            assertThat(journal.lines(TIME)).hasSize(19).allMatch(line -> line.startsWith("{\"line\":"));
            var result = scaler(scaling, journal).resume(journal, Scaling.QUICK);
            assertThat(result).isCompleted().sent(0);
            assertThat(result.report().steps()).isEmpty();
        }
    }

    private static EnsembleScaler scaler(Scaling scaling, PlanJournal journal) {
        return EnsembleScaler.builder(scaling.driver)
                .launcher(scaling.ensemble.launcher())
                .journal(journal)
                .listener(event -> {})
                .build();
    }

    private static int intendedIn(PlanJournal journal) {
        return (int) journal.lines(TIME).stream()
                .filter(line -> line.contains("\"intended\""))
                .count();
    }
}
