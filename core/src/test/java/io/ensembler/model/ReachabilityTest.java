package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Fact.Source;
import io.ensembler.model.Reachability.Call;
import io.ensembler.model.Reachability.Outcome;
import io.ensembler.model.Reachability.Port;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReachabilityTest {

    private static final Instant AT = Instant.parse("2024-02-29T12:00:00Z");
    private static final ServerId ONE = ServerId.of(1);
    private static final ServerId FOUR = ServerId.of(4);

    @Test
    void nothing_is_known_before_somebody_tries() {
        var reachability = Reachability.untried();

        assertThat(reachability.outcome(Call.between(ONE, FOUR, Port.ELECTION))).hasToString("unknown (nobody tried)");
        assertThat(reachability.calls()).isEmpty();
        assertThat(reachability).hasToString("");
    }

    @Test
    void tells_one_direction_from_the_other_and_a_server_from_us() {
        var reachability = Reachability.untried()
                .with(Call.between(ONE, FOUR, Port.ELECTION), known(Outcome.TIMED_OUT))
                .with(Call.between(FOUR, ONE, Port.ELECTION), known(Outcome.REACHED))
                .with(Call.fromUs(FOUR, Port.ELECTION), known(Outcome.REFUSED));

        assertThat(reachability.outcome(Call.between(ONE, FOUR, Port.ELECTION)).value())
                .contains(Outcome.TIMED_OUT);
        assertThat(reachability.outcome(Call.between(FOUR, ONE, Port.ELECTION)).value())
                .contains(Outcome.REACHED);
        assertThat(reachability.outcome(Call.fromUs(FOUR, Port.ELECTION)).value())
                .contains(Outcome.REFUSED);
        assertThat(reachability.outcome(Call.fromUs(FOUR, Port.QUORUM)).value()).isEmpty();
    }

    @Test
    void tells_us_from_the_lowest_id_there_is() {
        var lowest = ServerId.of(Long.MIN_VALUE);

        assertThat(new Call(Optional.empty(), FOUR, Port.CLIENT)).isLessThan(Call.between(lowest, FOUR, Port.CLIENT));
        assertThat(new Call(Optional.empty(), lowest, Port.CLIENT))
                .isLessThan(Call.between(lowest, lowest, Port.CLIENT));
    }

    @Test
    void prints_what_did_not_get_through_in_order() {
        var reachability = Reachability.of(Map.of(
                Call.between(FOUR, ONE, Port.QUORUM), known(Outcome.TIMED_OUT),
                Call.between(ONE, FOUR, Port.CLIENT), known(Outcome.REFUSED),
                Call.between(ONE, FOUR, Port.QUORUM), known(Outcome.REACHED),
                Call.between(FOUR, ONE, Port.CLIENT), Fact.unknown("server 4 does not tell"),
                Call.fromUs(ONE, Port.CLIENT), known(Outcome.REFUSED)));

        assertThat(reachability)
                .hasToString(
                        """
                        from here to the client port of server 1: refused
                        from server 1 to the client port of server 4: refused
                        from server 4 to the quorum port of server 1: timed out
                        """);
    }

    private static Fact<Outcome> known(Outcome outcome) {
        return Fact.known(outcome, Source.CONNECTION, AT);
    }
}
