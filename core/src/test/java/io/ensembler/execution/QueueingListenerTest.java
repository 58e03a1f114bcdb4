package io.ensembler.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ServerId;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Sight;
import io.ensembler.report.EventStamp;
import io.ensembler.report.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Listeners that another thread tells; here the test is that thread. */
class QueueingListenerTest {

    private static final PlannedStep STEP = new Planner()
            .plan(Sight.participants(1, 2, 3, 4).see(), ScalingRequest.change().remove(ServerId.of(4)))
            .steps()
            .get(0);

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Long> heard = new ArrayList<>();
    private long told;

    private final RunListener listening = new RunListener() {
        @Override
        public void onEvent(RunEvent event) {
            throw new AssertionError("events come with their number");
        }

        @Override
        public void onEvent(RunEvent event, EventStamp stamp) {
            heard.add(stamp.sequence());
        }
    };

    private void tell(RunListener listener, RunEvent event) {
        told++;
        listener.onEvent(event, new EventStamp(told, Instant.EPOCH, Duration.ZERO));
    }

    private void work() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void nobody_waits_for_it_and_it_hears_all_in_order() {
        var listener = new QueueingListener(listening, tasks::add);
        tell(listener, new RunEvent.StepStarted(STEP));
        tell(listener, new RunEvent.Waiting(STEP, "something"));
        assertThat(heard).isEmpty();
        assertThat(tasks).as("one event after the other").hasSize(1);

        work();
        tell(listener, new RunEvent.StepStarted(STEP));
        work();

        assertThat(heard).containsExactly(1L, 2L, 3L);
    }

    @Test
    void one_that_falls_behind_misses_what_is_waited_for_and_no_step() {
        var listener = new QueueingListener(listening, tasks::add);
        for (int wait = 0; wait < QueueingListener.MOST_WAITS + 100; wait++) {
            tell(listener, new RunEvent.Waiting(STEP, "transaction " + wait));
        }
        for (int step = 0; step < QueueingListener.MOST_WAITS + 100; step++) {
            tell(listener, new RunEvent.StepStarted(STEP));
        }
        work();

        assertThat(heard)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, told)
                        .filter(number ->
                                number <= QueueingListener.MOST_WAITS || number > QueueingListener.MOST_WAITS + 100)
                        .boxed()
                        .toList());

        tell(listener, new RunEvent.Waiting(STEP, "something"));
        work();
        assertThat(heard).as("it has caught up").endsWith(told);
    }

    @Test
    void one_that_throws_is_told_nothing_more() {
        var listener = new QueueingListener(
                event -> {
                    heard.add(told);
                    throw new IllegalStateException("no");
                },
                tasks::add);
        tell(listener, new RunEvent.StepStarted(STEP));
        tell(listener, new RunEvent.StepStarted(STEP));
        work();
        tell(listener, new RunEvent.StepStarted(STEP));
        work();

        assertThat(heard).hasSize(1);
    }
}
