package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.ReconfigurationAccess;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.testkit.TestEnsemble;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {

    @ParameterizedTest
    @CsvSource({
        "BADVERSION, BADVERSION, GRANTED",
        "BADVERSION, NOAUTH, NO_PERMISSION",
        "RECONFIGINPROGRESS, BADVERSION, IN_PROGRESS",
        "RECONFIGINPROGRESS, NOAUTH, NO_PERMISSION",
        "RECONFIGDISABLED, BADVERSION, DISABLED",
        "RECONFIGDISABLED, NOAUTH, DISABLED",
        "UNIMPLEMENTED, BADVERSION, STANDALONE",
        "UNIMPLEMENTED, NOAUTH, STANDALONE",
    })
    void what_lasts_is_named_before_what_passes(Code reconfiguring, Code writing, ReconfigurationAccess access) {
        assertThat(Access.of(reconfiguring, writing)).contains(access);
    }

    @Test
    void other_answers_tell_nothing() {
        assertThat(Access.of(Code.CONNECTIONLOSS, Code.BADVERSION)).isEmpty();
        assertThat(Access.of(Code.BADVERSION, Code.CONNECTIONLOSS)).isEmpty();
    }

    @Test
    void a_client_without_rights_is_told_so() throws Exception {
        try (var ensemble = TestEnsemble.builder().grantReconfiguration(false).start()) {
            var observation = observe(ensemble);

            assertThat(observation.access().value()).contains(ReconfigurationAccess.NO_PERMISSION);
            assertThat(observation.live()).hasSize(3);
        }
    }

    @Test
    void a_leader_that_does_not_reconfigure_is_seen_with_its_servers() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                .setting("reconfigEnabled", "false")
                .grantReconfiguration(false)
                .start()) {
            var observation = observe(ensemble);

            assertThat(observation.access().value()).contains(ReconfigurationAccess.DISABLED);
            assertThat(observation.live()).hasSize(3);
            assertThat(observation.version()).isEqualTo(ConfigurationVersion.NONE);
        }
    }

    @Test
    void a_standalone_server_is_no_ensemble() throws Exception {
        try (var ensemble =
                TestEnsemble.builder().participants(1).standalone(true).start()) {
            var observation = observe(ensemble);

            assertThat(observation.access().value()).contains(ReconfigurationAccess.STANDALONE);
            assertThat(observation.ensemble()).isEqualTo(Ensemble.empty());
            assertThat(observation).hasToString("a standalone server, no ensemble");
        }
    }

    private static Observation observe(TestEnsemble ensemble) throws InterruptedException {
        try (var driver =
                CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            return driver.observe(new ObserveRequest(List.of(), Duration.ofSeconds(20)));
        }
    }
}
