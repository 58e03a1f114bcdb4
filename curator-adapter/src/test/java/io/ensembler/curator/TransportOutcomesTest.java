package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.curator.Outcome.Verdict;
import io.ensembler.curator.Session.Reconfigured;
import io.ensembler.model.Address;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.SendResult.Refused;
import io.ensembler.spi.SendResult.Unknown;
import io.ensembler.spi.Sender;
import io.ensembler.spi.Sender.SendRequest;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.ClientRequest;
import io.ensembler.testkit.Fault;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.TestEnsemble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a reconfiguration for which no code of ZooKeeper's comes, on real servers behind a proxy. */
class TransportOutcomesTest {

    private static final Duration TIME = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(500);

    /** It answers. */
    private static TestEnsemble ensemble;

    private static CuratorEnsembleDriver driver;

    /** Nothing commits here, behind a participant that was added in the middle of its sync. */
    private static TestEnsemble stuck;

    private static CuratorEnsembleDriver stuckDriver;
    private static Fault stall;
    private static SendRequest pending;
    private static SendResult firstAnswer;
    private static Sender second;
    private static Sender third;

    @BeforeAll
    static void start() throws Exception {
        ensemble = TestEnsemble.builder().participants(1).relayClients(true).start();
        driver = CuratorEnsembleDriver.connect(ensemble.connectString()).open();
        // The leader waits long for a learner that does not sync.
        stuck = TestEnsemble.builder()
                .participants(1)
                .setting("initLimit", "250")
                .start();
        stuckDriver = CuratorEnsembleDriver.connect(stuck.connectString()).open();
        getStuck();
    }

    @AfterAll
    static void stop() {
        stall.heal();
        stuckDriver.close();
        stuck.close();
        driver.close();
        ensemble.close();
    }

    private static void getStuck() throws Exception {
        var joiner = stuck.newServers(1).get(0);
        stall = stuck.faults().stallSync(Selector.server(joiner.id()));
        stuck.join(joiner);
        var first = open(stuckDriver, stuck.committed());
        second = open(stuckDriver, stuck.committed());
        third = open(stuckDriver, stuck.committed());
        var before = first.readCommitted(TIME);
        pending = request(before, before.ensemble().plus(joiner), SHORT);
        do {
            firstAnswer = first.sendOnce(pending);
            // It is connected a moment before the leader counts it.
        } while (firstAnswer instanceof Refused refused && refused.code() == SendResult.Code.NO_QUORUM);
    }

    private static List<Outcome> rowsWithoutACode() {
        return Arrays.stream(Outcome.values())
                .filter(row -> row.code().isEmpty())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rowsWithoutACode")
    void each_way_in_which_no_code_comes_is_told_as_the_table_has_it(Outcome row) throws Exception {
        switch (row) {
            case CODE_WITHOUT_A_ROW -> assertTold(row, Outcome.of(new Reconfigured(-9999, null)));
            case OK_WITHOUT_VERSION -> assertTold(row, Outcome.of(new Reconfigured(0, null)));
            case ANSWER_UNREADABLE ->
                assertTold(
                        row,
                        SessionSender.answer(
                                CompletableFuture.failedFuture(new IllegalStateException("garbled")),
                                TIME,
                                Deadline.in(TIME, TimeSource.system())));
            case CONNECTION_REFUSED -> refusesConnections(row);
            case HOST_NOT_RESOLVED -> nothingLeaves(row, target -> target.plus(server(7, "nowhere.invalid")), TIME);
            case HOSTS_NOT_RESOLVED_IN_TIME ->
                nothingLeaves(row, target -> target.plus(server(7, "127.0.0.1")), Duration.ZERO);
            case LEADER_ALONE_A_QUORUM ->
                nothingLeaves(row, target -> Ensemble.of(List.of(server(1, "127.0.0.1")), target.quorumRule()), TIME);
            case INTERRUPTED_BEFORE_SENDING -> interruptedBefore(row);
            case HANDLE_CLOSED_BEFORE_SENDING -> closedBefore(row);
            case RESET_BEFORE_FORWARDED -> reset(row);
            case RESET_AFTER_FORWARDED -> reset(row);
            case NO_ANSWER_IN_TIME -> assertTold(row, firstAnswer);
            case INTERRUPTED_WHILE_WAITING -> interruptedWhileWaiting(row);
            case HANDLE_CLOSED_WHILE_WAITING -> closedWhileWaiting(row);
            default -> throw new AssertionError("there is no test of " + row);
        }
    }

    private interface Change {
        Ensemble of(Ensemble present);
    }

    private static void refusesConnections(Outcome row) throws IOException {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        var nobody = Ensemble.of(
                List.of(server(1, "127.0.0.1")
                        .withEndpoints(Endpoints.of(
                                new QuorumAddress("127.0.0.1", 2888, 3888), new Address("127.0.0.1", port)))),
                ensemble.committed().quorumRule());
        assertThat(row.verdict()).isEqualTo(Verdict.RETRY);
        assertThatThrownBy(() -> driver.openSender(new SenderRequest(nobody, List.copyOf(nobody.ids()), SHORT)))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRYABLE))
                .hasMessageStartingWith("Cannot open a session: 127.0.0.1:" + port + " ");
    }

    private static void nothingLeaves(Outcome row, Change change, Duration time) throws Exception {
        try (var sender = open(driver, ensemble.committed())) {
            var before = sender.readCommitted(TIME);

            var told = sender.sendOnce(request(before, change.of(before.ensemble()), time));

            assertTold(row, told);
            assertThat(((Refused) told).detail()).startsWith("nothing was sent: ");
            assertThat(sender.readCommitted(TIME).version()).isEqualTo(before.version());
        }
    }

    private static void interruptedBefore(Outcome row) throws Exception {
        assertThat(row.verdict()).isEqualTo(Verdict.RETRY);
        try (var sender = open(driver, ensemble.committed())) {
            var before = sender.readCommitted(TIME);
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> sender.sendOnce(request(before, withAnother(before), TIME)))
                    .isInstanceOf(InterruptedException.class);

            assertThat(sender.readCommitted(TIME).version()).isEqualTo(before.version());
        }
    }

    private static void closedBefore(Outcome row) throws Exception {
        var sender = open(driver, ensemble.committed());
        var before = sender.readCommitted(TIME);
        sender.close();

        assertTold(row, sender.sendOnce(request(before, withAnother(before), TIME)));

        assertThat(ensemble.committed()).isEqualTo(before.ensemble());
    }

    private static void reset(Outcome row) throws Exception {
        boolean isBefore = row == Outcome.RESET_BEFORE_FORWARDED;
        var faults = ensemble.faults();
        try (var sender = open(driver, ensemble.committed())) {
            var before = sender.readCommitted(TIME);
            SendResult told;
            try (var cut = isBefore
                    ? faults.cutBeforeRequest(ClientRequest.RECONFIGURATION)
                    : faults.cutBeforeReply(ClientRequest.RECONFIGURATION)) {
                told = sender.sendOnce(request(before, withAnother(before), TIME));
            }
            assertTold(row, told);
            assertThat(told).isEqualTo(new Unknown(Outcome.CONNECTIONLOSS.detail()));
            var after = sender.readCommitted(TIME);
            assertThat(after.version().equals(before.version())).isEqualTo(isBefore);
        }
    }

    private static void interruptedWhileWaiting(Outcome row) throws Exception {
        var helper = onceThisThreadWaits(Thread.currentThread()::interrupt);

        var told = second.sendOnce(withTime(TIME));

        assertThat(Thread.interrupted()).isTrue();
        helper.join();
        assertTold(row, told);
    }

    private static void closedWhileWaiting(Outcome row) throws Exception {
        var helper = onceThisThreadWaits(third::close);

        var told = third.sendOnce(withTime(SHORT));

        helper.join();
        assertTold(row, told);
    }

    private static Thread onceThisThreadWaits(Runnable work) {
        var waiting = Thread.currentThread();
        var helper = new Thread(
                () -> {
                    while (waiting.getState() != Thread.State.TIMED_WAITING) {
                        Thread.onSpinWait();
                    }
                    work.run();
                },
                "helps");
        helper.start();
        return helper;
    }

    private static void assertTold(Outcome row, SendResult told) {
        if (told instanceof Refused refused) {
            assertThat(row.refusal()).contains(refused.code());
            assertThat(row.verdict()).isNotIn(Verdict.UNKNOWN, Verdict.APPLIED);
        } else {
            assertThat(told).isInstanceOf(Unknown.class);
            assertThat(row.verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(row.refusal()).isEmpty();
        }
    }

    private static Ensemble withAnother(CommittedConfiguration before) {
        return before.ensemble().plus(ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER));
    }

    private static Server server(long id, String host) {
        return new Server(
                ServerId.of(id),
                ServerRole.PARTICIPANT,
                Endpoints.of(new QuorumAddress(host, 2888, 3888), new Address(host, 2181)));
    }

    private static SendRequest withTime(Duration time) {
        return new SendRequest(pending.before(), pending.target(), pending.leader(), pending.version(), time);
    }

    private static SendRequest request(CommittedConfiguration before, Ensemble target, Duration time) {
        return new SendRequest(before.ensemble(), target, Optional.of(ServerId.of(1)), before.version(), time);
    }

    private static Sender open(CuratorEnsembleDriver from, Ensemble to) throws InterruptedException {
        return from.openSender(new SenderRequest(to, List.copyOf(to.ids()), TIME));
    }
}
