package io.ensembler.plan;

import static io.ensembler.plan.Sight.observer;
import static io.ensembler.plan.Sight.participant;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingRequestTest {

    @Test
    void starts_empty() {
        var request = ScalingRequest.change();
        assertThat(request.additions()).isEmpty();
        assertThat(request.removals()).isEmpty();
        assertThat(request.reason()).isEmpty();
        assertThat(request).hasToString("nothing");
    }

    @Test
    void returns_another_request_from_every_verb() {
        var first = ScalingRequest.change().add(participant(4));
        first.add(participant(5));
        first.remove(ServerId.of(1));
        first.because("of that");
        assertThat(first).hasToString("add 4");
        assertThat(first.reason()).isEmpty();
    }

    @Test
    void names_each_server_once_that_may_come_in() {
        var request = ScalingRequest.change()
                .reach(Ensemble.of(participant(1), participant(7)))
                .migrateTo(participant(6))
                .helper(participant(5), participant(2))
                .offer(participant(4))
                .rebuild(participant(3))
                .rebuild(ServerId.of(8))
                .add(observer(2))
                .remove(ServerId.of(9));
        assertThat(request.introduced())
                .containsExactly(
                        participant(1),
                        observer(2),
                        participant(3),
                        participant(4),
                        participant(5),
                        participant(6),
                        participant(7));
        assertThat(ScalingRequest.change().remove(ServerId.of(9)).introduced()).isEmpty();
    }

    @Test
    void gathers_additions_as_given_and_removals_by_id() {
        var request = ScalingRequest.change()
                .remove(ServerId.of(3), ServerId.of(1))
                .add(participant(5))
                .add(List.of(observer(4)))
                .remove(ServerId.of(2), ServerId.of(1));
        assertThat(request.additions()).containsExactly(participant(5), observer(4));
        assertThat(request.removals()).containsExactly(ServerId.of(1), ServerId.of(2), ServerId.of(3));
        assertThat(request).hasToString("add 5,4, remove 1,2,3");
    }

    @Test
    void keeps_the_last_reason() {
        assertThat(ScalingRequest.change().because("one").because("two").reason())
                .isEqualTo("two");
    }

    @Test
    void does_not_change_with_the_collection_it_was_given() {
        var servers = new ArrayList<>(List.of(participant(4)));
        var request = ScalingRequest.change().add(servers);
        servers.clear();
        assertThat(request).hasToString("add 4");
    }
}
