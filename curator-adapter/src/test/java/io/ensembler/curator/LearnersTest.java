package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Fact;
import io.ensembler.model.ServerDetail;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many follow the leader, as servers tell that have figures of their own. */
class LearnersTest {

    @Test
    void the_leader_tells_how_many_follow_it() throws Exception {
        try (var ensemble =
                        TestEnsemble.builder().runtime(ServerRuntime.forked()).start();
                var driver =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            ensemble.awaitSettled();

            var observation = driver.observe(new ObserveRequest(List.of(), Duration.ofSeconds(20)));

            var leader = observation.leader().orElseThrow();
            assertThat(observation.servers().values()).allSatisfy(facts -> {
                var learners = facts.details().fact(ServerDetail.LEARNERS);
                if (facts.id().equals(leader)) {
                    assertThat(learners).isInstanceOfSatisfying(Fact.Known.class, known -> {
                        assertThat(known.known()).isEqualTo(2);
                        assertThat(known.source()).isEqualTo(Fact.Source.MNTR);
                    });
                    assertThat(facts.details().value(ServerDetail.OBSERVERS)).contains(0);
                } else {
                    assertThat(learners.value()).isEmpty();
                }
            });
        }
    }
}
