package io.ensembler.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.SendIntent;
import io.ensembler.model.SenderId;
import io.ensembler.model.ServerId;
import io.ensembler.plan.RandomPlans;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.report.Backup;
import io.ensembler.report.JournalEntry;
import io.ensembler.report.JournalEntry.Ending;
import io.ensembler.report.JournalEntry.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PastTest {

    private static final Instant AT = Instant.EPOCH;
    private static final List<ScalingPlan> PLANS = LongStream.range(0, 100)
            .mapToObj(RandomPlans::plan)
            .flatMap(Optional::stream)
            .filter(plan -> !plan.steps().isEmpty())
            .limit(2)
            .toList();
    private static final ScalingPlan PLAN = PLANS.get(0);
    private static final Configuration ORIGIN = new Configuration(PLAN.origin(), PLAN.baseVersion());
    private static final Configuration TARGET = new Configuration(
            PLAN.target(), ConfigurationVersion.of(PLAN.baseVersion().value() + 5));

    private static SendIntent intent(String sender) {
        return new SendIntent(ORIGIN.version(), PLAN.origin(), PLAN.target(), new SenderId(sender));
    }

    private static JournalEntry intended(String sender) {
        return new JournalEntry.Intended(AT, intent(sender));
    }

    private static JournalEntry settled(String sender, Outcome outcome, Configuration found) {
        return new JournalEntry.Settled(AT, new SenderId(sender), outcome, found);
    }

    private static JournalEntry began(ScalingPlan plan) {
        return new JournalEntry.RunBegan(AT, plan, JournalEntry.Direction.FORTH, new TreeSet<>());
    }

    @Test
    void an_empty_journal_tells_nothing() {
        assertThat(Past.of(List.of())).isEqualTo(Past.NONE);
    }

    @Test
    void a_run_that_did_nothing_accounts_for_where_it_began() {
        var last = Past.of(List.of(began(PLAN))).last().orElseThrow();
        assertThat(last.plan()).isEqualTo(PLAN);
        assertThat(last.accounted()).isEqualTo(ORIGIN);
        assertThat(last.completed()).isFalse();
    }

    @Test
    void what_was_intended_is_unsettled_until_its_own_outcome_stands_there() {
        assertThat(Past.of(List.of(began(PLAN), intended("a"))).unsettled()).containsExactly(intent("a"));
        assertThat(Past.of(List.of(began(PLAN), intended("a"), settled("a", Outcome.UNRESOLVED, ORIGIN)))
                        .unsettled())
                .containsExactly(intent("a"));
        assertThat(Past.of(List.of(
                                began(PLAN), intended("a"), intended("b"), settled("a", Outcome.NOT_APPLIED, ORIGIN)))
                        .unsettled())
                .containsExactly(intent("b"));
        for (var outcome : List.of(Outcome.APPLIED, Outcome.NOT_APPLIED, Outcome.SUPERSEDED)) {
            assertThat(Past.of(List.of(began(PLAN), intended("a"), settled("a", outcome, TARGET)))
                            .unsettled())
                    .isEmpty();
        }
    }

    @Test
    void only_what_was_applied_is_accounted_for() {
        var applied = List.of(began(PLAN), intended("a"), settled("a", Outcome.APPLIED, TARGET));
        assertThat(Past.of(applied).last().orElseThrow().accounted()).isEqualTo(TARGET);
        for (var outcome : List.of(Outcome.UNRESOLVED, Outcome.NOT_APPLIED, Outcome.SUPERSEDED)) {
            var entries = List.of(began(PLAN), intended("a"), settled("a", outcome, TARGET));
            assertThat(Past.of(entries).last().orElseThrow().accounted()).isEqualTo(ORIGIN);
        }
    }

    @Test
    void what_a_run_kept_belongs_to_it() {
        var backup = new Backup(AT, ORIGIN, Optional.of("a copy"));
        var entries = List.of(began(PLAN), new JournalEntry.BackedUp(backup), intended("a"));
        assertThat(Past.of(entries).last().orElseThrow().backup()).contains(backup);
        var later = List.of(began(PLAN), new JournalEntry.BackedUp(backup), began(PLANS.get(1)));
        assertThat(Past.of(later).last().orElseThrow().backup()).isEmpty();
    }

    @Test
    void a_later_run_begins_anew_and_leaves_what_is_unsettled() {
        var entries = List.of(
                began(PLAN),
                new JournalEntry.SetAside(AT, ServerId.of(4)),
                intended("a"),
                began(PLANS.get(1)),
                new JournalEntry.SetAside(AT, ServerId.of(5)));
        var past = Past.of(entries);
        assertThat(past.last().orElseThrow().plan()).isEqualTo(PLANS.get(1));
        assertThat(past.last().orElseThrow().setAside()).containsExactly(ServerId.of(5));
        assertThat(past.unsettled()).containsExactly(intent("a"));
        assertThat(past.lines()).isEqualTo(5);
    }

    @Test
    void a_run_is_completed_if_the_last_that_resumed_it_was() {
        var stopped = new JournalEntry.RunEnded(AT, Ending.STOPPED, "stopped");
        var completed = new JournalEntry.RunEnded(AT, Ending.COMPLETED, "completed");
        assertThat(Past.of(List.of(began(PLAN), stopped)).last().orElseThrow().completed())
                .isFalse();
        assertThat(Past.of(List.of(began(PLAN), stopped, new JournalEntry.RunResumed(AT, ORIGIN), completed))
                        .last()
                        .orElseThrow()
                        .completed())
                .isTrue();
    }
}
