package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.execution.StopReason;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import io.ensembler.validation.ValidationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The hazards (docs/hazards.md) that take servers in processes of their own: with names and settings of their own. What
 * is asked for by hand in the testkit's tests is asked for by a plan here, and they do not happen.
 */
class HazardousProcessesTest {

    /** The servers' names are known to the servers only, and at last not to them either. */
    @Test
    void no_server_ends_when_an_observer_is_to_be_added_while_names_do_not_resolve() {
        try (var ensemble =
                        TestEnsemble.builder().runtime(ServerRuntime.forked()).start();
                var ledger = Ledger.start(ensemble.connectString());
                var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            long version = scaling.version();
            var names = new LinkedHashMap<Path, String>();
            var scaler = scaling.scaler(event -> {
                if (event instanceof RunEvent.StepStarted started
                        && started.step().step() instanceof Step.Reconfigure) {
                    names.putAll(forgetNames(ensemble, origin.ids()));
                }
            });
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
            var plan = scaler.plan(ScalingRequest.change().add(observer));

            assertThat(plan.toString()).contains("! Mind servers 1,2,3,4: their quorum addresses are host names;");
            assertThat(scaler.run(plan, Scaling.QUICK))
                    .isStopped(StopReason.NAMES_RESOLVE)
                    .sent(0);

            assertThat(names).hasSize(3);
            assertThat(scaling.version()).isEqualTo(version);
            ledger.awaitAcknowledged(100);
            names.forEach(HazardousProcessesTest::write);
            assertThat(ensemble.awaitSettled()).isEqualTo(origin);
            assertThat(ensemble.exitRequests()).isEmpty();
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    /** Its name is moved and moved back; a call with the whole text would make it look its own name up anew. */
    @Test
    void the_only_participant_gets_no_bulk_call_while_its_name_leads_elsewhere() {
        try (var ensemble = TestEnsemble.builder()
                        .participants(1)
                        .runtime(ServerRuntime.forked())
                        .start();
                var ledger = Ledger.start(ensemble.connectString());
                var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            long version = scaling.version();
            var only = ServerId.of(1);
            var hosts = hosts(ensemble, only);
            var names = read(hosts);
            write(hosts, "127.0.0.1 localhost\n127.0.0.2 zk1\n");
            var alone = QuorumRule.hierarchical(Map.of(1L, Set.of(only)), Map.of(only, 1L));

            assertThat(scaling.run(ScalingRequest.change().reach(origin)))
                    .isCompleted()
                    .sent(0);
            assertThatThrownBy(() -> scaling.plan(ScalingRequest.change().changeQuorumRule(alone)))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("[lone-quorum-stays]");

            assertThat(scaling.version()).isEqualTo(version);
            ledger.awaitAcknowledged(100);
            write(hosts, names);
            assertThat(ensemble.awaitSettled()).isEqualTo(origin);
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    /** After somebody's change its configuration znode stands where the ensemble does; its {@code conf} does not. */
    @Test
    void nothing_is_changed_beside_a_server_with_reconfiguration_off_and_the_leader_can_be_lost() {
        var off = ServerId.of(1);
        try (var ensemble = TestEnsemble.builder()
                        .runtime(ServerRuntime.forked())
                        .setting(off, "reconfigEnabled", "false")
                        .start();
                var ledger = Ledger.start(ensemble.connectString());
                var scaling = Scaling.of(ensemble)) {
            var origin = ensemble.committed();
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);

            assertThatThrownBy(() -> scaling.plan(ScalingRequest.change().add(observer)))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("as a server does that runs with reconfigEnabled=false")
                    .hasMessageContaining("[not-active]");

            assertThat(ensemble.committed()).isEqualTo(origin);
            try (var crash = ensemble.faults().crash(Selector.leader())) {
                ledger.awaitAcknowledged(100);
                assertThat(crash.isHealed()).isFalse();
            }
            origin.ids().stream().filter(id -> !ensemble.isRunning(id)).forEach(ensemble::restart);
            Watching.until("all serve", ensemble, () -> Watching.serving(ensemble, origin.ids())
                    .containsAll(origin.ids()));
            assertThat(ensemble.committed()).isEqualTo(origin);
            scaling.rivalReconfigures(List.of(observer), List.of());
            assertThatThrownBy(() -> scaling.plan(ScalingRequest.change().remove(observer.id())))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("server 1 follows in version ")
                    .hasMessageContaining(" but has version 0 in force")
                    .hasMessageContaining("[not-active]");
            Scaling.assertLostNothing(ledger, origin);
        }
    }

    /** Lets no name be resolved by these servers, and returns what stood in their hosts files. */
    private static Map<Path, String> forgetNames(TestEnsemble ensemble, Collection<ServerId> servers) {
        var names = new LinkedHashMap<Path, String>();
        for (var id : List.copyOf(servers)) {
            var hosts = hosts(ensemble, id);
            names.put(hosts, read(hosts));
            write(hosts, "127.0.0.1 localhost\n");
        }
        return names;
    }

    private static Path hosts(TestEnsemble ensemble, ServerId id) {
        return ensemble.directory(id).resolve("hosts");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
