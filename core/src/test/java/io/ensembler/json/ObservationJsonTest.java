package io.ensembler.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.DataSize;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerId;
import io.ensembler.plan.Sight;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a watcher of an ensemble reads. */
class ObservationJsonTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    private static Observation seen() {
        var details = ServerDetails.none()
                .with(ServerDetail.PEER_STATE, known("following - broadcast"))
                .with(ServerDetail.DATA_SIZE, known(DataSize.ofMegabytes(3)))
                .with(ServerDetail.LATENCY, known(Duration.ofMillis(2)))
                .with(ServerDetail.LAG, known(0L))
                .with(ServerDetail.RECONFIG_ENABLED, known(true))
                .with(ServerDetail.MAX_HEAP, Fact.unknown("it did not tell"));
        return Sight.participants(1, 2, 3).down(3).see().withDetails(ServerId.of(2), details);
    }

    private static <T> Fact<T> known(T value) {
        return Fact.known(value, Fact.Source.MNTR, AT);
    }

    @Test
    void the_page_shows_the_document() throws IOException {
        PageExample.assertShown("observation-json.md", ObservationJson.write(seen()));
    }

    @Test
    void a_document_in_one_line_says_the_same() {
        var line = ObservationJson.writeLine(seen());

        assertThat(line).doesNotContain("\n");
        assertThat(JsonTree.read(line)).isEqualTo(JsonTree.read(ObservationJson.write(seen())));
    }

    @Test
    void facts_stand_with_their_source_and_time_or_the_reason_why_they_are_unknown() {
        var servers = Place.whole(JsonTree.read(ObservationJson.write(seen())))
                .field("servers")
                .items(server -> server);

        var details = servers.get(1).field("details");
        assertThat(details.field("data").field("value").whole()).isEqualTo(3_000_000);
        assertThat(details.field("data").field("source").text()).isEqualTo("mntr");
        assertThat(details.field("peerState").field("at").text()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(details.field("averageLatency").field("value").text()).isEqualTo("PT0.002S");
        assertThat(details.optional("heap")).as("nobody knows it").isEmpty();
        assertThat(servers.get(2).field("synced").optional("value")).isEmpty();
        assertThat(servers.get(2).field("synced").field("unknown").text()).isNotBlank();
    }
}
