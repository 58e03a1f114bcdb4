package io.ensembler.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.report.TrafficReport;
import io.ensembler.report.TrafficReport.Reads;
import io.ensembler.report.TrafficReport.Stalls;
import io.ensembler.report.TrafficReport.Violation;
import io.ensembler.report.TrafficReport.Writes;
import io.ensembler.testkit.ledger.Write.Kind;
import io.ensembler.testkit.ledger.Write.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckerTest {

    private static final long SECOND = 1_000_000_000L;

    private final List<Write> writes = new ArrayList<>();
    private final List<Write> others = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private final List<Span> stalls = new ArrayList<>();
    private final List<Look> looks = new ArrayList<>();
    private int minimumRate;

    @Test
    void counts_each_acknowledged_write_that_a_server_lacks_once() {
        set(1);
        set(2);
        set(3);
        holds("zk1", 1);
        holds("zk2", 2);
        holds("zk3", 3);

        var report = check();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.LOST_WRITE, 2L));
        assertThat(report.examples())
                .containsExactly(
                        "write 2 of writer-1 gave the register version 3, but the server at zk1 holds the value of write 0,"
                                + " version 1 of transaction 0x65",
                        "write 1 of writer-1 gave the register version 2, but the server at zk1 holds the value of write 0,"
                                + " version 1 of transaction 0x65");
    }

    @Test
    void a_write_superseded_by_a_later_one_is_not_lost() {
        set(1);
        set(2);
        holds("zk1", 2);

        assertThat(check().violations()).isEmpty();
    }

    @Test
    void a_version_given_twice_shows_losses_that_no_server_shows_at_the_end() {
        set(1);
        set(2);
        set(3);
        set(2);
        set(3);
        set(4);
        looks.add(new Look("zk1", 0, new Value(5, 5, 106, 4), List.of()));

        var report = check();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.LOST_WRITE, 2L));
        assertThat(report.examples())
                .containsExactly(
                        "write 2 of writer-1 was acknowledged with version 3, and so was write 3 after it with version 2",
                        "write 1 of writer-1 was acknowledged with version 2, and so was write 3 after it with version 2");
    }

    @Test
    void a_write_whose_version_another_value_has_is_lost() {
        set(1);
        ambiguous();
        set(2);
        looks.add(new Look("zk1", 0, new Value(1, 1, 200, 2), List.of()));

        var report = check();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.LOST_WRITE, 1L));
        assertThat(report.examples())
                .containsExactly(
                        "write 2 of writer-1 is gone: in its place the server at zk1 holds the value of write 1,"
                                + " version 2 of transaction 0xc8");
    }

    @Test
    void a_write_whose_version_a_read_shows_with_another_value_is_lost_although_later_ones_were_acknowledged() {
        set(1);
        ambiguous();
        set(2);
        reads.add(read(0, 1, 5_000, new Value(1, 1, 102, 1)));
        holds("zk1", 2);

        var report = check();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.LOST_WRITE, 1L));
        assertThat(report.examples())
                .containsExactly("write 0 of writer-1 is gone: in its place reader-1 read the value of write 1,"
                        + " version 1 of transaction 0x66");
    }

    @Test
    void a_write_is_lost_if_a_later_transaction_has_a_lower_version() {
        set(1);
        ambiguous();
        ambiguous();
        set(4);
        ambiguous();
        reads.add(read(0, 1, 5_000, new Value(4, 4, 105, 2)));
        looks.add(new Look("zk1", 0, new Value(3, 3, 104, 4), List.of()));

        var report = check();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.LOST_WRITE, 1L));
        assertThat(report.examples())
                .containsExactly("write 3 of writer-1 was acknowledged with version 4 as transaction 0x68, but reader-1"
                        + " read the value of write 4, version 2 of transaction 0x69");
    }

    @Test
    void a_version_is_never_read_with_two_values() {
        set(1);
        ambiguous();
        ambiguous();
        reads.add(read(0, 1, 5_000, new Value(1, 1, 102, 2)));
        reads.add(read(0, 2, 5_010, new Value(2, 2, 103, 2)));
        reads.add(read(0, 2, 5_020, new Value(2, 2, 103, 2)));

        var report = check();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.CONTRADICTION, 1L));
        assertThat(report.examples())
                .containsExactly(
                        "reader-1 read the value of write 2, version 2 of transaction 0x67, and reader-1 read the"
                                + " value of write 1, version 2 of transaction 0x66, in the register of writer-1");
    }

    @Test
    void a_write_is_never_read_with_two_versions() {
        ambiguous();
        reads.add(read(0, 1, 5_000, new Value(0, 0, 101, 1)));
        reads.add(read(0, 1, 5_010, new Value(0, 0, 102, 2)));

        assertThat(check().violations()).isEqualTo(Map.of(Violation.CONTRADICTION, 1L));
    }

    @Test
    void servers_never_hold_two_values_of_one_version() {
        set(1);
        ambiguous();
        ambiguous();
        looks.add(new Look("zk1", 0, new Value(1, 1, 102, 2), List.of()));
        looks.add(new Look("zk2", 0, new Value(2, 2, 103, 2), List.of()));

        var report = check();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.CONTRADICTION, 1L));
        assertThat(report.examples())
                .containsExactly(
                        "the server at zk2 holds the value of write 2, version 2 of transaction 0x67, and the server"
                                + " at zk1 holds the value of write 1, version 2 of transaction 0x66, in the register of"
                                + " writer-1");
    }

    @Test
    void what_was_read_is_not_gone_in_the_end() {
        set(1);
        ambiguous();
        reads.add(read(0, 1, 5_000, new Value(1, 1, 102, 2)));
        holds("zk1", 1);

        var report = check();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.CONTRADICTION, 1L));
        assertThat(report.examples())
                .containsExactly(
                        "the server at zk1 holds the value of write 0, version 1 of transaction 0x65, and reader-1"
                                + " read the value of write 1, version 2 of transaction 0x66, in the register of writer-1");
    }

    @Test
    void a_session_that_has_seen_a_transaction_sees_all_that_were_acknowledged_before_it() {
        set(1);
        set(2);
        others.add(new Write(0, Kind.SET, 7, 1, 40, 40, 45, Outcome.ACKNOWLEDGED, "", 110, 1, Write.NONE));
        reads.add(read(0, 1, 5_000, valueAt(1)));
        reads.add(read(1, 1, 5_010, new Value(0, 7, 110, 1)));
        reads.add(read(0, 2, 5_020, valueAt(1)));
        assertThat(check().violations()).isEmpty();

        reads.add(read(1, 2, 5_030, new Value(0, 7, 110, 1)));
        reads.add(read(0, 2, 5_040, valueAt(1)));

        var report = check();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.READ_WENT_BACK, 1L));
        assertThat(report.examples())
                .containsExactly("reader-1 read the register of writer-1 as of transaction 0x65 after 0x6e in the same"
                        + " session, without 0x66");
    }

    @Test
    void a_create_done_twice_is_told_though_its_first_znode_was_deleted_since() {
        writes.add(new Write(0, Kind.ADD, 10, 1, 0, 0, 5, Outcome.ACKNOWLEDGED, "", 101, 7, Write.NONE));
        writes.add(new Write(1, Kind.TRIM, 11, 1, 10, 10, 15, Outcome.ACKNOWLEDGED, "", 102, 1, 0));
        looks.add(new Look("zk1", 0, new Value(1, 11, 102, 1), List.of("e-0-a-0000000008")));

        var report = check();

        assertThat(report.violations()).isEqualTo(Map.of(Violation.DUPLICATE_CREATE, 1L));
        assertThat(report.examples())
                .containsExactly("write 0 of writer-1 made a znode with sequence number 7, but the server at zk1 holds"
                        + " e-0-a-0000000008 as well");
    }

    @Test
    void writes_without_answer_are_settled_by_the_versions_around_them() {
        set(1);
        ambiguous();
        ambiguous();
        set(3);
        ambiguous();
        set(4);
        ambiguous();
        looks.add(new Look("zk1", 0, new Value(6, 6, 900, 5), List.of()));

        var report = check();

        assertThat(report.violations()).isEmpty();
        assertThat(report.writes()).isEqualTo(new Writes(3, 0, 4, 2, 0));
    }

    @Test
    void a_read_that_missed_a_write_acknowledged_before_its_sync_is_stale_and_no_violation() {
        set(1);
        set(2);
        long after = writes.get(1).completed();
        read(Read.Kind.REGISTER, 1, after, 1);
        read(Read.Kind.SYNCED_REGISTER, 1, after - 1, 1);
        read(Read.Kind.SYNCED_REGISTER, 1, after, 1);
        read(Read.Kind.SYNCED_REGISTER, 1, after, 2);

        var report = check();

        assertThat(report.violations()).isEmpty();
        assertThat(report.reads()).isEqualTo(new Reads(4, 0, 3, 1, 0));
    }

    @Test
    void a_read_may_go_back_in_another_session_only() {
        set(1);
        set(2);
        read(Read.Kind.REGISTER, 1, 5_000, 2);
        read(Read.Kind.REGISTER, 2, 6_000, 1);
        assertThat(check().violations()).isEmpty();

        read(Read.Kind.REGISTER, 2, 7_000, 2);
        read(Read.Kind.REGISTER, 2, 8_000, 1);
        assertThat(check().violations()).isEqualTo(Map.of(Violation.READ_WENT_BACK, 1L));
        assertThat(check().examples())
                .containsExactly("reader-1 read the register of writer-1 as of transaction 0x65 after 0x66 in the same"
                        + " session");
    }

    @Test
    void too_few_writes_for_the_time_that_the_jvm_did_not_stall_are_vacuous() {
        for (int version = 1; version <= 19; version++) {
            set(version);
        }
        holds("zk1", 19);
        read(Read.Kind.REGISTER, 1, 5_000, 1);
        minimumRate = 10;
        assertThat(check().isVacuous()).isTrue();
        assertThat(check().writes().required()).isEqualTo(20);

        stalls.add(new Span(0, SECOND / 10));
        assertThat(check().isVacuous()).isFalse();
        assertThat(check().writes().required()).isEqualTo(19);
        assertThat(check().stalls()).isEqualTo(new Stalls(1, Duration.ofMillis(100), Duration.ofMillis(100)));
    }

    @Test
    void a_history_of_which_no_server_was_asked_is_vacuous() {
        set(1);
        read(Read.Kind.REGISTER, 1, 5_000, 1);
        assertThat(check().isVacuous()).isTrue();
        assertThat(check().serversAsked()).isZero();

        holds("zk1", 1);
        holds("zk2", 1);
        looks.add(new Look("zk2", 1, new Value(Value.INITIAL, 0, 1, 0), List.of()));
        assertThat(check().isVacuous()).isFalse();
        assertThat(check().serversAsked()).isEqualTo(2);
    }

    @Test
    void readers_that_read_nothing_make_a_history_vacuous() {
        set(1);
        holds("zk1", 1);
        reads.add(new Read(Read.Kind.REGISTER, 0, 1, 50, 50, 60, false, Value.ABSENT));
        assertThat(check().isVacuous()).isTrue();
        assertThat(check().reads().silentReaders()).isEqualTo(1);

        read(Read.Kind.REGISTER, 1, 5_000, 1);
        assertThat(check().isVacuous()).isFalse();
    }

    @Test
    void latency_is_counted_from_when_a_write_was_due() {
        for (int i = 0; i < 99; i++) {
            write(i * 1_000_000L, i * 1_000_000L + 1_000_000, Outcome.ACKNOWLEDGED, i + 1);
        }
        write(100_000_000, 150_000_000, Outcome.ACKNOWLEDGED, 100);

        var latency = check().latency();

        assertThat(latency.median()).isBetween(Duration.ofMillis(1), Duration.ofNanos(1_002_000));
        assertThat(latency.p99()).isEqualTo(latency.median());
        assertThat(latency.longest()).isBetween(Duration.ofMillis(50), Duration.ofNanos(50_100_000));
    }

    @Test
    void names_five_examples_and_counts_the_rest() {
        for (int version = 1; version <= 40; version++) {
            set(version);
        }
        looks.add(new Look("zk1", 0, Value.ABSENT, List.of()));

        assertThat(check().lost()).isEqualTo(40);
        assertThat(check().examples()).hasSize(5);
        assertThat(check().examples().get(0))
                .isEqualTo(
                        "write 39 of writer-1 gave the register version 40, but the server at zk1 holds no register");
    }

    private TrafficReport check() {
        return new History(
                        "/ledger/1",
                        minimumRate,
                        2 * SECOND,
                        List.of(writes, others),
                        List.of(List.of(), List.of(), reads),
                        List.of(),
                        stalls,
                        looks)
                .check();
    }

    private void set(long version) {
        long now = 10L * writes.size();
        write(now, now + 5, Outcome.ACKNOWLEDGED, version);
    }

    private void ambiguous() {
        long now = 10L * writes.size();
        write(now, now + 5, Outcome.AMBIGUOUS, Write.NONE);
    }

    private void write(long due, long completed, Outcome outcome, long version) {
        int number = writes.size();
        boolean acknowledged = outcome == Outcome.ACKNOWLEDGED;
        writes.add(new Write(
                number,
                Kind.SET,
                number,
                1,
                due,
                due,
                completed,
                outcome,
                "",
                acknowledged ? 101 + number : 0,
                version,
                Write.NONE));
    }

    private void holds(String server, int version) {
        looks.add(new Look(server, 0, valueAt(version), List.of()));
    }

    private void read(Read.Kind kind, int session, long at, int version) {
        reads.add(new Read(kind, 0, session, at, at, at + 2, true, valueAt(version)));
    }

    private static Read read(int writer, int session, long at, Value value) {
        return new Read(Read.Kind.REGISTER, writer, session, at, at, at + 2, true, value);
    }

    private Value valueAt(int version) {
        return Damage.value(writes.stream()
                .filter(write -> write.version() == version)
                .findFirst()
                .orElseThrow());
    }
}
