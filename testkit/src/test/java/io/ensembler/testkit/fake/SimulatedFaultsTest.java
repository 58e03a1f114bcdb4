package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Direct.TIME;
import static io.ensembler.testkit.fake.Direct.WHILE;
import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.ReconfigurationAccess;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerRole;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.SendResult.Unknown;
import io.ensembler.spi.Sender.SendRequest;
import io.ensembler.spi.ServerLauncher.StopRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each fault does what it says, to whom it says, until it is healed. */
class SimulatedFaultsTest {

    private final SimulatedEnsemble ensemble = SimulatedEnsemble.builder().start();
    private final SimulatedFaults faults = ensemble.faults();
    private final EnsembleDriver driver = ensemble.driver();
    private final Ensemble before = ensemble.committed().ensemble();

    private boolean leads(long server) {
        return ensemble.leader().equals(Optional.of(id(server)));
    }

    private Unknown sendAndLose(Ensemble target) throws InterruptedException {
        var sender = driver.openSender(new SenderRequest(before, List.of(id(3)), TIME));
        var result = sender.sendOnce(new SendRequest(
                before, target, ensemble.leader(), ensemble.committed().version(), TIME));
        assertThat(sender.readCommitted(TIME).ensemble())
                .isEqualTo(ensemble.committed().ensemble());
        assertThat(result).isInstanceOf(Unknown.class);
        return (Unknown) result;
    }

    private Ensemble withObserver() {
        return before.plus(ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER));
    }

    @Test
    void a_connection_cut_before_the_request_loses_it_and_one_cut_before_the_reply_only_that() throws Exception {
        faults.cutBeforeRequest();
        assertThat(sendAndLose(withObserver()).detail()).isEqualTo("the connection was lost before the answer came");
        assertThat(ensemble.committed().ensemble()).isEqualTo(before);

        faults.cutBeforeReply();
        var target = withObserver();
        assertThat(sendAndLose(target).detail()).isEqualTo("the connection was lost before the answer came");
        assertThat(ensemble.committed().ensemble()).isEqualTo(target);
    }

    @Test
    void an_isolated_leader_gives_up_and_another_leads_until_it_is_healed() {
        try (var fault = faults.isolate(SimulatedSelector.leader())) {
            assertThat(ensemble.awaitFor(TIME, () -> leads(2))).isTrue();
            assertThat(ensemble.isServing(id(3))).isFalse();
            assertThat(fault).hasToString("isolation of servers [3]");
        }
        assertThat(ensemble.awaitSettled()).isEqualTo(before);
        assertThat(ensemble.invariants().violations()).isEmpty();
    }

    @Test
    void a_paused_leader_leads_on_when_it_goes_on_until_it_notices_and_acknowledges_nothing() {
        var fault = faults.pause(SimulatedSelector.leader());
        assertThat(ensemble.awaitFor(TIME, () -> leads(2))).isTrue();

        fault.heal();

        assertThat(ensemble.awaitSettled()).isEqualTo(before);
        assertThat(ensemble.invariants().met(Invariant.ONE_LEADER)).isPositive();
        assertThat(ensemble.invariants().violations()).isEmpty();
    }

    @Test
    void what_is_cut_one_way_arrives_the_other_way() {
        faults.cutOneWay(SimulatedSelector.followers(), SimulatedSelector.leader());

        assertThat(ensemble.write(id(3), WHILE.dividedBy(2))).isFalse();

        assertThat(ensemble.simulated(id(1)).disk().last())
                .as("the proposal has arrived")
                .isEqualTo(ensemble.simulated(id(3)).disk().last());
        faults.healAll();
        assertThat(ensemble.write(id(3), TIME)).isTrue();
    }

    @Test
    void links_cut_between_two_followers_disturb_nobody() {
        faults.cut(SimulatedSelector.servers(1), SimulatedSelector.servers(2));

        assertThat(ensemble.awaitFor(Duration.ofSeconds(10), () -> !leads(3))).isFalse();
        assertThat(ensemble.write(id(1), TIME)).isTrue();
    }

    @Test
    void a_server_cut_from_clients_is_silent_and_votes_on() throws Exception {
        try (var fault = faults.cutFromClients(SimulatedSelector.servers(1))) {
            var seen = driver.observe(new ObserveRequest(List.of(), TIME));
            assertThat(fault.isHealed()).isFalse();
            assertThat(seen.facts(id(1)).orElseThrow().presence()).isEqualTo(Presence.SILENT);
            assertThat(seen.live()).containsExactly(id(2), id(3));
            ensemble.stop(id(2));
            assertThat(ensemble.write(id(3), TIME)).isTrue();
        }
    }

    @Test
    void a_crashed_server_refuses_until_the_fault_is_healed() throws Exception {
        var fault = faults.crash(SimulatedSelector.followers().first());
        var seen = driver.observe(new ObserveRequest(List.of(), TIME));
        assertThat(seen.facts(id(1)).orElseThrow().presence()).isEqualTo(Presence.REFUSES);

        fault.heal();

        assertThat(ensemble.awaitSettled()).isEqualTo(before);
    }

    @Test
    void a_stale_read_is_the_one_before() throws Exception {
        var first = driver.observe(new ObserveRequest(List.of(), TIME));
        ensemble.stop(id(1));
        faults.staleRead();

        assertThat(driver.observe(new ObserveRequest(List.of(), TIME))).isSameAs(first);
        assertThat(driver.observe(new ObserveRequest(List.of(), TIME)).live()).containsExactly(id(2), id(3));
    }

    @Test
    void a_launcher_fails_before_it_acts_or_after() {
        var launcher = ensemble.launcher();
        var request = new StopRequest(
                ensemble.server(id(1)), new FencingToken(0, ensemble.committed().version()), TIME);
        faults.failLauncher(CallMoment.BEFORE);
        assertThatThrownBy(() -> launcher.stop(request)).isInstanceOf(IllegalStateException.class);
        assertThat(ensemble.isRunning(id(1))).isTrue();

        faults.failLauncher(CallMoment.AFTER);
        assertThatThrownBy(() -> launcher.stop(request)).isInstanceOf(IllegalStateException.class);
        assertThat(ensemble.isRunning(id(1))).isFalse();
    }

    @Test
    void rights_can_be_taken_and_given_back() throws Exception {
        try (var fault = faults.denyReconfiguration()) {
            assertThat(driver.observe(new ObserveRequest(List.of(), TIME))
                            .access()
                            .value())
                    .as("%s", fault)
                    .contains(ReconfigurationAccess.NO_PERMISSION);
        }
        assertThat(driver.observe(new ObserveRequest(List.of(), TIME)).access().value())
                .contains(ReconfigurationAccess.GRANTED);
    }

    @Test
    void a_rival_reconfigures_and_another_changes_back_so_that_only_the_version_tells() {
        var version = ensemble.committed().version();
        faults.rivalReconfiguresAndBack(withObserver());
        ensemble.clock().advance(Duration.ofSeconds(1));
        assertThat(ensemble.committed().ensemble()).isEqualTo(before);
        assertThat(ensemble.committed().version()).isGreaterThan(version);

        var target = withObserver();
        faults.rivalReconfigures(target);
        ensemble.clock().advance(Duration.ofSeconds(1));
        assertThat(ensemble.committed().ensemble()).isEqualTo(target);
    }

    @Test
    void the_time_of_day_jumps_and_comes_back() {
        var now = ensemble.clock().now();
        try (var fault = faults.jumpClock(Duration.ofHours(-3))) {
            assertThat(ensemble.clock().now()).as("%s", fault).isEqualTo(now.minus(Duration.ofHours(3)));
        }
        assertThat(ensemble.clock().now()).isEqualTo(now);
    }

    @Test
    void something_happens_at_the_call_it_was_arranged_for() throws Exception {
        var seen = new ArrayList<Integer>();
        int next = ensemble.calls() + 1;
        faults.atCall(next + 1, CallMoment.BEFORE, () -> seen.add(ensemble.calls()));

        driver.observe(new ObserveRequest(List.of(), TIME));
        assertThat(seen).isEmpty();
        driver.observe(new ObserveRequest(List.of(), TIME));

        assertThat(seen).containsExactly(next + 1);
    }

    @Test
    void a_server_stands_still_until_both_of_two_pauses_are_healed() {
        var first = faults.pause(SimulatedSelector.servers(1));
        var second = faults.pause(SimulatedSelector.servers(1));

        first.heal();
        assertThat(ensemble.write(id(1), WHILE)).isFalse();

        second.heal();
        assertThat(ensemble.awaitSettled()).isEqualTo(before);
        assertThat(ensemble.write(id(1), TIME)).isTrue();
    }

    @Test
    void pauses_are_over_when_their_server_is_started_anew() {
        var first = faults.pause(SimulatedSelector.servers(1));
        var second = faults.pause(SimulatedSelector.servers(1));

        ensemble.restart(id(1));
        assertThat(ensemble.awaitSettled()).isEqualTo(before);

        var third = faults.pause(SimulatedSelector.servers(1));
        first.heal();
        second.heal();
        assertThat(ensemble.write(id(1), WHILE)).isFalse();
        third.heal();
        assertThat(ensemble.awaitSettled()).isEqualTo(before);
        assertThat(ensemble.write(id(1), TIME)).isTrue();
    }

    @Test
    void rights_taken_twice_are_back_once_both_are_given_back() throws Exception {
        var first = faults.denyReconfiguration();
        var second = faults.denyReconfiguration();

        first.heal();
        assertThat(access()).isEqualTo(ReconfigurationAccess.NO_PERMISSION);

        second.heal();
        assertThat(access()).isEqualTo(ReconfigurationAccess.GRANTED);
    }

    private ReconfigurationAccess access() throws InterruptedException {
        return driver.observe(new ObserveRequest(List.of(), TIME))
                .access()
                .value()
                .orElseThrow();
    }

    @Test
    void of_two_crashes_before_activation_one_is_left_when_the_other_is_healed() {
        var first = faults.crashBeforeActivation(SimulatedSelector.servers(1));
        faults.crashBeforeActivation(SimulatedSelector.servers(1));
        first.heal();

        Direct.reconfigure(ensemble, id(3), withObserver());

        assertThat(ensemble.awaitFor(WHILE, () -> !ensemble.isRunning(id(1)))).isTrue();
    }

    @Test
    void two_crashes_before_activation_strike_a_server_once() {
        faults.crashBeforeActivation(SimulatedSelector.servers(1));
        faults.crashBeforeActivation(SimulatedSelector.servers(1));
        Direct.reconfigure(ensemble, id(3), withObserver());
        assertThat(ensemble.awaitFor(WHILE, () -> !ensemble.isRunning(id(1)))).isTrue();
        ensemble.restart(id(1));
        assertThat(ensemble.awaitFor(TIME, () -> ensemble.isServing(id(1)))).isTrue();

        Direct.reconfigure(ensemble, id(3), before);

        assertThat(ensemble.awaitFor(WHILE, () -> !ensemble.isRunning(id(1)))).isFalse();
    }

    @Test
    void a_fault_that_hits_nobody_is_refused() {
        assertThatThrownBy(() -> faults.pause(SimulatedSelector.observers()))
                .isInstanceOf(EnsembleException.class)
                .hasMessageStartingWith("Cannot begin a pause of servers: nobody is meant in simulated ensemble 1,2,3");
    }

    @Test
    void the_same_seed_gives_the_same_course_and_another_seed_another() {
        assertThat(course(7)).isEqualTo(course(7)).isNotEqualTo(course(8));
    }

    private static List<String> course(long seed) {
        var ensemble = SimulatedEnsemble.builder().seed(seed).start();
        ensemble.faults().arrange(seed, 10, Duration.ofSeconds(20));
        ensemble.clock().advance(Duration.ofSeconds(40));
        var course = new ArrayList<>(ensemble.history());
        course.add(ensemble.events() + " events, " + ensemble.acknowledgedWrites() + " writes");
        return course;
    }
}
