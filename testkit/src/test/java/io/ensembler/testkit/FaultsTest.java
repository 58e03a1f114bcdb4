package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class FaultsTest {

    @Test
    void refuses_what_the_runtime_cannot_do_before_anything_is_done() {
        try (var ensemble = TestEnsemble.start(1)) {
            var refusal = catchThrowableOfType(
                    UnsupportedVerbException.class, () -> ensemble.faults().pause(Selector.leader()));

            assertThat(refusal)
                    .hasMessage("Cannot pause: servers in the test's JVM do not support it. Build the ensemble with"
                            + " runtime(ServerRuntime.forked()).");
            assertThat(refusal.verb()).isEqualTo(Verb.PAUSE);
            assertThat(ensemble.supports(Verb.PAUSE)).isFalse();
            assertThat(ensemble.supports(Verb.BOOT_TWICE)).isTrue();
            assertThat(ensemble.faults().present()).isEmpty();
            assertThat(ensemble.timeline().of(Timeline.Kind.FAULT)).isEmpty();
        }
    }

    @Test
    void refuses_flags_of_one_server_where_a_jvm_has_them_once() {
        var builder = TestEnsemble.builder().setting(ServerId.of(2), "reconfigEnabled", "false");

        assertThatThrownBy(builder::start)
                .isInstanceOfSatisfying(UnsupportedVerbException.class, e -> assertThat(e.verb())
                        .isEqualTo(Verb.SET_SERVER_FLAGS))
                .hasMessageStartingWith("Cannot set server flags");
    }

    @Test
    void selects_by_what_servers_do_at_the_moment() {
        try (var ensemble = TestEnsemble.builder().participants(3).observers(1).start()) {
            var joiner = ensemble.newServers(1).get(0);
            ensemble.join(joiner);
            var leader = ensemble.leader().orElseThrow();

            assertThat(Selector.leader().select(ensemble)).containsExactly(leader);
            assertThat(Selector.followers().select(ensemble)).hasSize(2).doesNotContain(leader);
            assertThat(Selector.followers().first().select(ensemble))
                    .containsExactly(ServerId.of(leader.value() == 1 ? 2 : 1));
            assertThat(Selector.participants().select(ensemble))
                    .containsExactly(ServerId.of(1), ServerId.of(2), ServerId.of(3));
            assertThat(Selector.observers().select(ensemble)).containsExactly(ServerId.of(4));
            assertThat(Selector.joining().select(ensemble)).containsExactly(ServerId.of(5));
            assertThat(Selector.server(4).select(ensemble)).isEqualTo(Set.of(ServerId.of(4)));
            ensemble.stop(leader);
            assertThat(Selector.leader().select(ensemble)).doesNotContain(leader);
        }
    }

    @Test
    void what_cannot_be_healed_keeps_nothing_else_from_being_healed_and_can_be_healed_later() {
        try (var ensemble = TestEnsemble.start(1)) {
            var done = new ArrayList<String>();
            var refused = new ArrayList<>(List.of("once"));
            Runnable refuses = () -> {
                if (!refused.isEmpty()) {
                    throw new EnsembleException(refused.remove(0));
                }
                done.add("at last");
            };
            var faults = ensemble.faults();
            var one = faults.begin(Verb.PAUSE, "one", Set.of(), List.of(() -> () -> done.add("one")));
            var other =
                    faults.begin(Verb.PAUSE, "other", Set.of(), List.of(() -> refuses, () -> () -> done.add("other")));

            assertThatThrownBy(faults::healAll)
                    .isInstanceOf(EnsembleException.class)
                    .hasMessage("once");
            assertThat(done).containsExactly("other", "one");
            assertThat(one.isHealed()).isTrue();
            assertThat(faults.present()).containsExactly(other);
            assertThat(ensemble.timeline().last(Timeline.Kind.HEAL, "other")).isEmpty();
            other.heal();
            other.heal();

            assertThat(done).containsExactly("other", "one", "at last");
            assertThat(faults.present()).isEmpty();
            assertThat(ensemble.timeline().last(Timeline.Kind.HEAL, "other")).isPresent();
        }
    }

    @Test
    void what_cannot_begin_undoes_all_that_has() {
        try (var ensemble = TestEnsemble.start(1)) {
            var done = new ArrayList<String>();
            Supplier<Runnable> first = () -> () -> done.add("first");
            Supplier<Runnable> second = () -> () -> {
                throw new EnsembleException("cannot be undone");
            };
            Supplier<Runnable> third = () -> {
                throw new EnsembleException("cannot begin");
            };

            assertThatThrownBy(
                            () -> ensemble.faults().begin(Verb.PAUSE, "all", Set.of(), List.of(second, first, third)))
                    .hasMessage("cannot begin")
                    .satisfies(failure -> assertThat(failure.getSuppressed())
                            .singleElement()
                            .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                            .hasMessage("cannot be undone"));
            assertThat(done).containsExactly("first");
            assertThat(ensemble.faults().present()).isEmpty();
        }
    }

    @Test
    void nothing_can_be_done_to_an_ensemble_that_is_closed() {
        var ensemble = TestEnsemble.start(1);
        ensemble.close();

        assertThatThrownBy(() -> ensemble.faults().isolate(Selector.server(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the ensemble is closed");
        assertThat(ensemble.faults().present()).isEmpty();
    }

    @Test
    void starts_a_server_twice_from_its_own_files() {
        try (var ensemble = TestEnsemble.start(3)) {
            var before = ensemble.timeline().concerning(ServerId.of(3)).size();

            ensemble.bootTwice(ServerId.of(3));

            assertThat(ensemble.awaitSettled(Duration.ofSeconds(30))).hasToString("1,2,3");
            assertThat(ensemble.timeline().concerning(ServerId.of(3)).stream()
                            .skip(before)
                            .map(Timeline.Entry::kind))
                    .containsExactly(Timeline.Kind.STOP, Timeline.Kind.START, Timeline.Kind.STOP, Timeline.Kind.START);
        }
    }
}
