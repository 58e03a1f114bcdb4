package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArithmeticTest {

    private final SimulatedEnsemble ensemble =
            SimulatedEnsemble.builder().participants(7).start();

    private Listing listing(QuorumRule rule, long... ids) {
        var servers =
                Arrays.stream(ids).mapToObj(each -> ensemble.server(id(each))).toList();
        return ensemble.simulation().listing(Ensemble.of(servers, rule), 0);
    }

    private Listing of(long... ids) {
        return listing(QuorumRule.majority(), ids);
    }

    private long live(long... ids) {
        long live = 0;
        for (long each : ids) {
            live |= ensemble.simulated(id(each)).bit();
        }
        return live;
    }

    @Test
    void quorums_of_majorities_meet_where_one_server_comes_or_goes_and_at_even_sizes() {
        assertThat(Arithmetic.quorumsMeet(of(1, 2, 3), of(1, 2, 3, 4))).isTrue();
        assertThat(Arithmetic.quorumsMeet(of(1, 2, 3, 4), of(2, 3, 4))).isTrue();
        assertThat(Arithmetic.quorumsMeet(of(1, 2, 3, 4), of(2, 3, 4, 5))).isTrue();
        assertThat(Arithmetic.quorumsMeet(of(1, 2, 3, 4), of(1, 2, 3, 4, 5, 6))).isTrue();
        assertThat(Arithmetic.quorumsMeet(of(1, 2, 3), of(2, 3, 4))).isFalse();
        assertThat(Arithmetic.quorumsMeet(of(1, 2, 3), of(1, 2, 3, 4, 5))).isFalse();
        assertThat(Arithmetic.quorumsMeet(of(1), of(2))).isFalse();
    }

    @Test
    void weights_count() {
        var ids = new LinkedHashSet<ServerId>(Set.of(id(1), id(2), id(3)));
        var heavy = QuorumRule.hierarchical(Map.of(1L, ids), Map.of(id(3), 3L));

        assertThat(listing(heavy, 1, 2, 3).isQuorum(live(3))).isTrue();
        assertThat(listing(heavy, 1, 2, 3).isQuorum(live(1, 2))).isFalse();
        assertThat(Arithmetic.tolerance(listing(heavy, 1, 2, 3), live(1, 2, 3))).isZero();
        assertThat(Arithmetic.quorumsMeet(of(1, 2, 3), listing(heavy, 1, 2, 3))).isFalse();
    }

    @Test
    void tolerance_is_how_many_of_the_live_may_be_lost_whichever_they_are() {
        assertThat(Arithmetic.tolerance(of(1, 2, 3, 4, 5), live(1, 2, 3, 4, 5))).isEqualTo(2);
        assertThat(Arithmetic.tolerance(of(1, 2, 3, 4), live(1, 2, 3, 4))).isEqualTo(1);
        assertThat(Arithmetic.tolerance(of(1, 2, 3), live(1, 2, 7))).isZero();
        assertThat(Arithmetic.tolerance(of(1, 2, 3), live(1))).isEqualTo(-1);
        assertThat(Arithmetic.tolerance(of(1, 2, 3), 0)).isEqualTo(-1);
    }
}
