package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Address;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.report.TrafficReport;
import io.ensembler.report.TrafficReport.Gap;
import io.ensembler.testkit.ledger.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the ledger reports of a standing ensemble, while something happens to its servers and links, is what ZooKeeper
 * promises: no acknowledged write is ever lost, and nobody waits but for the leader.
 */
class ForkedLedgerTest {

    /** The limits by which a server notices that another is gone: ten ticks of 200 ms. */
    private static final Duration NOTICED = Duration.ofSeconds(2);

    /** To notice, to elect, to connect elsewhere, which a client tries after up to a second each time. */
    private static final Duration ELECTED = Duration.ofSeconds(10);

    /** Far below what it takes to notice anything. */
    private static final Duration HARDLY_ANY = Duration.ofMillis(1_500);

    private static final String FAULT = "fault";

    private static TestEnsemble ensemble;

    @BeforeAll
    static void start() {
        ensemble = TestEnsemble.builder().runtime(ServerRuntime.forked()).start();
    }

    @AfterAll
    static void stop() {
        ensemble.close();
    }

    @FunctionalInterface
    private interface Check {
        void run() throws Exception;
    }

    @Test
    void an_isolated_leader_costs_an_election_and_no_write() throws Exception {
        var leader = leader();

        var report = during(clients(), () -> ensemble.faults().isolate(Selector.leader()), () -> {
            awaitLeaderOtherThan(leader);
            Outside.await(leader, "srvr", Outside.notServing());
        });

        assertElected(report);
        figure("gap-leader-isolated", report);
    }

    @Test
    @Tag("chaos")
    void an_isolated_follower_costs_nothing() throws Exception {
        var follower = follower();

        var report = during(
                clientsBut(follower),
                () -> ensemble.faults().isolate(Selector.server(follower.id())),
                () -> Outside.await(follower, "srvr", Outside.notServing()));

        assertThat(gap(report).longestLessStalls()).isLessThan(HARDLY_ANY);
        figure("gap-follower-isolated", report);
    }

    @Test
    void a_leader_that_is_heard_by_nobody_costs_an_election_and_no_write() throws Exception {
        var leader = leader();

        var report = during(
                clients(),
                () -> ensemble.faults().cutOneWay(Selector.leader(), Selector.followers()),
                () -> awaitLeaderOtherThan(leader));

        assertElected(report);
        figure("gap-leader-unheard", report);
    }

    @Test
    void a_follower_that_the_leader_does_not_hear_costs_nothing() throws Exception {
        var follower = follower();

        var report = during(
                clientsBut(follower),
                () -> ensemble.faults().cutOneWay(Selector.server(follower.id()), Selector.leader()),
                () -> Outside.await(follower, "srvr", Outside.notServing()));

        assertThat(gap(report).longestLessStalls()).isLessThan(HARDLY_ANY);
        figure("gap-follower-unheard", report);
    }

    @Test
    void slow_links_cost_time_and_no_election() throws Exception {
        var leader = leader();

        var report = during(
                clients(),
                () -> ensemble.faults().delay(Selector.leader(), Selector.followers(), Duration.ofMillis(150)),
                () -> Thread.sleep(3_000));

        assertThat(ensemble.leader()).contains(leader.id());
        assertThat(gap(report).longest()).isGreaterThan(Duration.ofMillis(150));
        assertThat(gap(report).longestLessStalls()).isLessThan(HARDLY_ANY);
        assertThat(report.latency().longest()).isGreaterThan(Duration.ofMillis(150));
        figure("gap-links-slow", report);
    }

    @Test
    void a_follower_frozen_for_three_seconds_costs_nothing() throws Exception {
        freezeFollower(Duration.ofSeconds(3));
    }

    @Test
    @Tag("chaos")
    void a_follower_frozen_for_twenty_seconds_costs_nothing() throws Exception {
        freezeFollower(Duration.ofSeconds(20));
    }

    @Test
    void a_leader_frozen_for_three_seconds_costs_an_election_and_no_write() throws Exception {
        freezeLeader(Duration.ofSeconds(3));
    }

    @Test
    @Tag("chaos")
    void a_leader_frozen_for_twenty_seconds_costs_an_election_and_no_write() throws Exception {
        freezeLeader(Duration.ofSeconds(20));
    }

    private static void freezeFollower(Duration time) throws Exception {
        var follower = follower();

        var report = during(clientsBut(follower), () -> ensemble.faults().pause(Selector.server(follower.id())), () -> {
            assertThat(Outside.ask(follower, "ruok")).isEqualTo(Outside.SILENT);
            Thread.sleep(time.toMillis());
        });

        assertThat(gap(report).longestLessStalls()).isLessThan(HARDLY_ANY);
        figure("gap-follower-frozen-" + time.toSeconds() + "s", report);
    }

    /**
     * Clients of the frozen leader would wait for two thirds of their session, which is no matter of the ensemble's.
     */
    private static void freezeLeader(Duration time) throws Exception {
        var leader = leader();

        var report = during(clientsBut(leader), () -> ensemble.faults().pause(Selector.leader()), () -> {
            awaitLeaderOtherThan(leader);
            Thread.sleep(time.toMillis());
        });

        assertElected(report);
        figure("gap-leader-frozen-" + time.toSeconds() + "s", report);
    }

    /** Writes before, during and after a fault, and returns what all servers tell of it once they have settled. */
    private static TrafficReport during(String clients, Supplier<Fault> fault, Check check) throws Exception {
        try (var ledger = Ledger.start(clients)) {
            ledger.mark("before");
            Thread.sleep(500);
            ledger.mark(FAULT);
            try (var present = fault.get()) {
                check.run();
                assertThat(present.isHealed()).isFalse();
            }
            ledger.mark("healed");
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
            Thread.sleep(500);
            var report = ledger.check(
                    ensemble.servers().stream().map(Outside::client).toList());
            assertThat(report.violations()).as("%s", report).allSatisfy((violation, count) -> assertThat(count)
                    .isZero());
            assertThat(report.isVacuous()).as("%s", report).isFalse();
            assertThat(ensemble.exitRequests()).isEmpty();
            return report;
        }
    }

    /** What is taken off for stalls of this JVM may only help the test where it demands that a gap is short. */
    private static void assertElected(TrafficReport report) {
        assertThat(gap(report).longest()).isGreaterThan(NOTICED.minusMillis(300));
        assertThat(gap(report).longestLessStalls()).isLessThan(ELECTED);
    }

    /** The longest gap that began or lasted while the fault did. */
    private static Gap gap(TrafficReport report) {
        return report.longestGapByMark().get(FAULT);
    }

    private static void figure(String name, TrafficReport report) {
        System.out.println(
                "figure: testkit." + name + " = " + gap(report).longest().toMillis() + " ms");
    }

    private static void awaitLeaderOtherThan(Server leader) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (others(leader).stream()
                .noneMatch(server -> Outside.ask(server, "srvr").contains("Mode: leader"))) {
            assertThat(System.nanoTime()).as("nobody else leads: %s", ensemble).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private static String clients() {
        return connectString(ensemble.servers());
    }

    private static String clientsBut(Server server) {
        return connectString(others(server));
    }

    private static String connectString(List<Server> servers) {
        return servers.stream().map(Outside::client).map(Address::toString).collect(Collectors.joining(","));
    }

    private static List<Server> others(Server server) {
        return ensemble.servers().stream()
                .filter(other -> !other.id().equals(server.id()))
                .toList();
    }

    private static Server leader() {
        return ensemble.server(ensemble.leader().orElseThrow());
    }

    private static Server follower() {
        ServerId id = Selector.followers().first().select(ensemble).iterator().next();
        return ensemble.server(id);
    }
}
