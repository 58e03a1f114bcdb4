package io.ensembler.testkit.hazard;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Address;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.report.TrafficReport.Violation;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.ledger.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Server 4 takes the place of 1 among three in one call. 1 and 2 acknowledge that and die before they act by it; 3 and
 * 4 act by it, serve, and go down; 1 and 2 are started twice, and have forgotten it; then 3 and 4 are started (F1).
 *
 * <p>Asks of us {@code quorums-meet}: 1 and 2 are a quorum of the old configuration, 3 and 4 one of the new, and no server
 * is in both. What they acknowledge is what {@code nothing-lost} is about, so the ledger has to tell.
 */
class SwapHazardTest {

    private static final Duration TIME = Duration.ofSeconds(60);
    private static final int WRITES = 100;

    /** Each of the ledger's two writers first makes a znode that the end of its session deletes. */
    private static final int EPHEMERAL = 2;

    private static Torn torn;
    private static ConfigurationVersion version;

    /** Wrote before the reconfiguration. */
    private static Ledger shared;

    /** Wrote to 3 and 4 before they went down. */
    private static Ledger half;

    @BeforeAll
    static void swap() throws Exception {
        torn = Torn.withJoiners(1);
        shared = write(1, 2, 3);
        version = torn.reconfigure(List.of(4L), List.of(1L));
        half = write(3, 4);
        torn.stop(3, 4);
        torn.bootTwice(1, 2);
        torn.awaitServing(1, 2);
        torn.boot(3, 4);
        torn.awaitServing(3, 4);
    }

    @AfterAll
    static void stop() {
        torn.close();
    }

    @Test
    void after_a_swap_of_one_in_three_two_ensembles_acknowledge_writes() throws Exception {
        torn.write("/by-1-and-2", 1, 2);
        torn.write("/by-3-and-4", 3, 4);

        assertThat(torn.leading(1, 2)).hasSize(1);
        assertThat(torn.leading(3, 4)).hasSize(1);
        for (long id : new long[] {1, 2}) {
            assertThat(torn.inForce(id)).isEqualTo(torn.before());
            assertThat(torn.shown(id)).isEqualTo(torn.before());
            assertThat(torn.znodes(id)).contains("by-1-and-2").doesNotContain("by-3-and-4");
        }
        for (long id : new long[] {3, 4}) {
            assertThat(torn.inForce(id).version()).isEqualTo(version);
            assertThat(torn.shown(id).ensemble()).hasToString("2,3,4");
            assertThat(torn.znodes(id)).contains("by-3-and-4").doesNotContain("by-1-and-2");
        }
    }

    @Test
    void what_one_half_of_the_split_ensemble_acknowledged_the_ledger_finds_lost_on_the_other() {
        assertThat(shared.check(clients(1, 2, 3, 4))).brokeNoPromise();
        assertThat(half.check(clients(3, 4))).brokeNoPromise();

        var report = half.check(clients(1, 2));

        System.out.printf("figure: ledger.split.lost = %d writes%n", report.lost());
        assertThat(report.lost()).isGreaterThanOrEqualTo(WRITES - EPHEMERAL);
        assertThat(report.violations()).containsOnlyKeys(Violation.LOST_WRITE);
        assertThat(half.check(clients(1, 2, 3, 4)).violations()).isEqualTo(report.violations());
    }

    /** Gets writes acknowledged by these servers, whose znodes are left there, and ends the sessions. */
    private static Ledger write(long... ids) throws InterruptedException {
        var ledger = Ledger.start(torn.connectString(ids));
        try {
            long deadline = System.nanoTime() + TIME.toNanos();
            while (ledger.acknowledged() < WRITES) {
                assertThat(System.nanoTime())
                        .as("%d writes acknowledged of %d", ledger.acknowledged(), WRITES)
                        .isLessThan(deadline);
                Thread.sleep(5);
            }
        } finally {
            ledger.stop();
        }
        return ledger;
    }

    private static List<Address> clients(long... ids) {
        return LongStream.of(ids).mapToObj(torn::server).map(Outside::client).toList();
    }
}
