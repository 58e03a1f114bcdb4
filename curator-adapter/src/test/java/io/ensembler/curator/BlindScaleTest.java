package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Plans on servers that answer no four-letter word and nothing over HTTP, joiners included. */
class BlindScaleTest {

    @Test
    void grows_and_lets_the_leader_go_though_no_server_tells_what_it_does() {
        try (var ensemble = TestEnsemble.builder()
                        .runtime(ServerRuntime.forked().withoutRelays())
                        .start();
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble)) {
            var leader = scaling.leader();
            var joiner = ensemble.newServers(1).get(0);
            var all = new TreeSet<>(ensemble.committed().ids());
            all.add(joiner.id());
            var grown = ensemble.committed().plus(joiner);
            var remaining = grown.minus(leader);

            try (var mute = ensemble.faults().mute(it -> all)) {
                var growing = scaling.plan(ScalingRequest.change().add(joiner));
                assertThat(growing.leader()).isEmpty();
                assertThat(growing.toString())
                        .contains("leader unknown")
                        .contains("leader hand-offs: 0\n")
                        .contains("Mind what cannot be seen: what servers 1,2,3 do is unknown")
                        .contains("[servers-unseen]");
                var grew = scaling.scaler().run(growing, Scaling.QUICK);
                assertThat(grew).isCompleted();
                assertThat(grew.report().handOffs()).isZero();

                ledger.follow(connectString(grown));
                var shrinking = scaling.plan(ScalingRequest.change().remove(leader));
                assertThat(shrinking.toString())
                        .contains("leader hand-offs: 0 certain, 1 possible")
                        .contains("[servers-unseen]");
                var shrank = scaling.scaler().run(shrinking, Scaling.QUICK);
                assertThat(shrank).isCompleted();
                assertThat(shrank.report().handOffs()).isOne();
                assertThat(mute.isHealed()).isFalse();
            }

            assertThat(ensemble.awaitSettled()).isEqualTo(remaining);
            assertThat(ensemble.isRunning(leader)).isFalse();
            assertThat(ensemble.exitRequests()).isEmpty();
            Scaling.assertLostNothing(ledger, remaining);
        }
    }

    /** The ensemble asks its servers by words, and so cannot tell where they are. */
    private static String connectString(Ensemble of) {
        return Scaling.clientAddresses(of).stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
