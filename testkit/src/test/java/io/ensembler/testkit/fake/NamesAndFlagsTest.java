package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Direct.TIME;
import static io.ensembler.testkit.fake.Direct.WHILE;
import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.ServerRole;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.SendResult.Applied;
import io.ensembler.spi.SendResult.Code;
import io.ensembler.spi.SendResult.Refused;
import io.ensembler.spi.Sender.SendRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names that do not resolve while a list changes (F4), and servers that run with reconfiguration off (F7). */
class NamesAndFlagsTest {

    private static void addObserver(SimulatedEnsemble ensemble) {
        var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
        var target = ensemble.committed().ensemble().plus(observer);
        var request = Direct.reconfigure(ensemble, ensemble.leader().orElseThrow(), target);
        assertThat(Direct.await(ensemble, request)).isEqualTo(Reply.OK);
    }

    @Test
    void adding_an_observer_while_names_do_not_resolve_for_seconds_ends_every_server_with_code_14() {
        var ensemble = SimulatedEnsemble.builder().hostNames().start();
        ensemble.faults().loseNames(SimulatedSelector.participants());

        addObserver(ensemble);

        assertThat(ensemble.awaitFor(
                        Duration.ofSeconds(6), () -> SimulatedSelector.participants().select(ensemble).stream()
                                .noneMatch(ensemble::isRunning)))
                .isTrue();
        assertThat(ensemble.exits()).hasSize(3).allMatch(exit -> exit.contains("exited: status 14, "));
    }

    @Test
    void every_server_survives_unresolved_names_where_it_tries_for_ever_or_lists_addresses() {
        var trying =
                SimulatedEnsemble.builder().hostNames().electionPortBindRetry(0).start();
        var addressed = SimulatedEnsemble.builder().start();
        for (var ensemble : new SimulatedEnsemble[] {trying, addressed}) {
            ensemble.faults().loseNames(SimulatedSelector.participants());

            addObserver(ensemble);
            ensemble.clock().advance(Duration.ofSeconds(20));

            ensemble.faults().healAll();
            assertThat(ensemble.exits()).isEmpty();
            assertThat(ensemble.write(id(1), TIME)).isTrue();
        }
    }

    @Test
    void names_stay_lost_at_a_server_until_both_of_two_faults_are_healed() {
        var ensemble = SimulatedEnsemble.builder().hostNames().start();
        var first = ensemble.faults().loseNames(SimulatedSelector.servers(1));
        ensemble.faults().loseNames(SimulatedSelector.servers(1));
        first.heal();

        addObserver(ensemble);

        assertThat(ensemble.awaitFor(Duration.ofSeconds(6), () -> !ensemble.isRunning(id(1))))
                .isTrue();
        assertThat(ensemble.exits()).hasSize(1).allMatch(exit -> exit.startsWith("server 1 exited: status 14, "));
    }

    @Test
    void nothing_is_sent_where_names_do_not_resolve_until_both_of_two_faults_are_healed() throws Exception {
        var ensemble = SimulatedEnsemble.builder().hostNames().start();
        var stands = ensemble.committed();
        var target = stands.ensemble().plus(ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER));
        var request = new SendRequest(stands.ensemble(), target, ensemble.leader(), stands.version(), TIME);
        var first = ensemble.faults().loseNamesHere();
        var second = ensemble.faults().loseNamesHere();
        try (var sender = ensemble.driver().openSender(new SenderRequest(stands.ensemble(), List.of(), TIME))) {
            assertNameUnresolved(sender.sendOnce(request));
            first.heal();
            assertNameUnresolved(sender.sendOnce(request));
            assertThat(ensemble.committed()).isEqualTo(stands);

            second.heal();
            assertThat(sender.sendOnce(request)).isInstanceOf(Applied.class);
        }
        assertThat(ensemble.committed().ensemble()).isEqualTo(target);
        assertThat(ensemble.exits()).isEmpty();
    }

    private static void assertNameUnresolved(SendResult result) {
        assertThat(result).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo(Code.NAME_UNRESOLVED);
            assertThat(refused.detail()).startsWith("nothing was sent: zk1 of the target cannot be resolved here");
        });
    }

    @Test
    void a_server_with_reconfiguration_off_shows_new_configurations_in_its_znode_and_acts_by_its_old_list() {
        var ensemble = SimulatedEnsemble.builder().withoutReconfiguration(1).start();
        var old = new Configuration(ensemble.committed().ensemble(), ConfigurationVersion.NONE);
        assertThat(ensemble.shown(id(1))).isEqualTo(old);

        addObserver(ensemble);
        assertThat(ensemble.write(id(1), TIME)).isTrue();

        assertThat(ensemble.shown(id(1))).isEqualTo(ensemble.inForce(id(3)));
        assertThat(ensemble.inForce(id(3)).ensemble()).hasToString("1,2,3 observers 4");
        assertThat(ensemble.inForce(id(1))).isEqualTo(old);
    }

    @Test
    void a_server_with_reconfiguration_off_elects_nobody_after_a_change_so_that_two_of_three_stand_still() {
        var ensemble = SimulatedEnsemble.builder().withoutReconfiguration(1).start();
        addObserver(ensemble);
        assertThat(ensemble.awaitFor(TIME, () -> ensemble.inForce(id(2)).equals(ensemble.committed())))
                .isTrue();

        ensemble.faults().crash(SimulatedSelector.leader());

        assertThat(ensemble.awaitFor(TIME, () -> !ensemble.isServing(id(1)) && !ensemble.isServing(id(2))))
                .isTrue();
        assertThat(ensemble.awaitFor(WHILE, () -> ensemble.isServing(id(1)) || ensemble.isServing(id(2))))
                .isFalse();
    }
}
