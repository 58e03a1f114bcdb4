package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Fact.Source;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ServerDetailsTest {

    private static final Instant AT = Instant.parse("2024-02-29T12:00:00Z");

    @Test
    void nothing_is_known_before_somebody_reports_it() {
        assertThat(ServerDetail.all())
                .allSatisfy(detail ->
                        assertThat(ServerDetails.none().fact(detail)).hasToString("unknown (nobody reports it yet)"));
        assertThat(ServerDetails.none()).hasToString("");
    }

    @Test
    void what_is_reported_is_known_with_its_source_and_may_be_reported_anew() {
        var first = Fact.known(DataSize.ofGigabytes(3), Source.LAUNCHER, AT);
        var later = Fact.known(DataSize.ofGigabytes(2), Source.LAUNCHER, AT.plusSeconds(60));
        var details = ServerDetails.none().with(ServerDetail.FREE_DISK, first);

        assertThat(details.fact(ServerDetail.FREE_DISK)).isEqualTo(first);
        assertThat(details.with(ServerDetail.FREE_DISK, later).value(ServerDetail.FREE_DISK))
                .contains(DataSize.ofGigabytes(2));
        assertThat(details.value(ServerDetail.FREE_DISK)).contains(DataSize.ofGigabytes(3));
        assertThat(details.value(ServerDetail.MAX_HEAP)).isEmpty();
    }

    @Test
    void prints_what_is_known_in_one_order() {
        var details = ServerDetails.none()
                .with(ServerDetail.OWN_FILE, Fact.known(OwnFile.ITSELF_AS_PARTICIPANT, Source.LAUNCHER, AT))
                .with(ServerDetail.MAX_HEAP, Fact.unknown("the launcher cannot tell"))
                .with(ServerDetail.DATA_DIRECTORY, Fact.known(DirectoryState.FOREIGN_SERVER, Source.LAUNCHER, AT))
                .with(ServerDetail.INIT_LIMIT, Fact.known(Duration.ofSeconds(20), Source.CONF, AT))
                .with(ServerDetail.VERSION, Fact.known(ServerVersion.parse("3.9.5"), Source.SRVR, AT));

        assertThat(details)
                .hasToString("version 3.9.5, initLimit 20 s, data directory foreign server, own file itself as "
                        + "participant");
    }

    @Test
    void prints_times_in_seconds_or_in_milliseconds_and_never_as_nothing() {
        assertThat(ServerDetails.none()
                        .with(ServerDetail.UPTIME, Fact.known(Duration.ofMillis(1500), Source.MNTR, AT))
                        .with(ServerDetail.LATENCY, Fact.known(Duration.ofNanos(20_000), Source.SRVR, AT))
                        .with(ServerDetail.LONGEST_LATENCY, Fact.known(Duration.ofSeconds(3), Source.SRVR, AT)))
                .hasToString("serving for 1500 ms, average latency 1 ms, longest latency 3 s");
    }

    @Test
    void what_is_known_here_stands_and_what_others_know_fills_the_gaps() {
        var here = ServerDetails.none()
                .with(ServerDetail.ZNODES, Fact.known(7L, Source.ADMIN, AT))
                .with(ServerDetail.PEER_STATE, Fact.unknown("it does not say"))
                .with(ServerDetail.LEARNERS, Fact.unknown("it does not lead"));
        var others = ServerDetails.none()
                .with(ServerDetail.ZNODES, Fact.known(6L, Source.SRVR, AT))
                .with(ServerDetail.PEER_STATE, Fact.known("following - broadcast", Source.MNTR, AT))
                .with(ServerDetail.LEARNERS, Fact.unknown("nobody asked it"))
                .with(ServerDetail.OBSERVERS, Fact.unknown("nobody asked it"));

        var both = here.or(others);

        assertThat(both.fact(ServerDetail.ZNODES)).isEqualTo(Fact.known(7L, Source.ADMIN, AT));
        assertThat(both.value(ServerDetail.PEER_STATE)).contains("following - broadcast");
        assertThat(both.fact(ServerDetail.LEARNERS)).isEqualTo(Fact.unknown("it does not lead"));
        assertThat(both.fact(ServerDetail.OBSERVERS)).isEqualTo(Fact.unknown("nobody asked it"));
    }

    @Test
    void are_equal_by_their_facts_alone() {
        var version = Fact.known(ServerVersion.parse("3.9.5"), Source.SRVR, AT);
        var heap = Fact.known(DataSize.ofGigabytes(1), Source.ADMIN, AT);
        var one = ServerDetails.none().with(ServerDetail.VERSION, version).with(ServerDetail.MAX_HEAP, heap);
        var other = ServerDetails.none().with(ServerDetail.MAX_HEAP, heap).with(ServerDetail.VERSION, version);

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).isNotEqualTo(ServerDetails.none());
    }

    @Test
    void every_kind_is_listed() throws IllegalAccessException {
        for (var field : Arrays.stream(ServerDetail.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .toList()) {
            assertThat(ServerDetail.all()).as("%s", field.getName()).anySatisfy(listed -> assertThat(listed)
                    .isSameAs(constant(field)));
        }
        assertThat(ServerDetail.all()).extracting(ServerDetail::toString).doesNotHaveDuplicates();
    }

    private static Object constant(Field field) throws IllegalAccessException {
        return field.get(null);
    }
}
