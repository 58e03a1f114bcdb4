package io.ensembler.testkit.hazard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.testkit.Outside;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Participants are added in one call. 1 and 2 of three acknowledge that and die before they act by it; the others act
 * by it and go down; 1 and 2 are started twice, and have forgotten it; then the others are started (F1, F1b).
 *
 * <p>Two at once ask of us {@code quorums-meet}: 1 and 2 are a quorum of the old configuration, 3, 4 and 5 one of the new,
 * and no server is in both. One at a time there is no room for two ensembles, yet its OK comes before it is certain,
 * which asks for the {@code barrier}: it is final only once so many old participants act by it that the rest is no
 * quorum.
 */
class GrowthHazardTest {

    @Test
    @Tag("chaos")
    void after_a_batch_of_two_into_three_two_ensembles_acknowledge_writes_although_nobody_was_removed()
            throws Exception {
        try (var torn = Torn.withJoiners(2)) {
            var version = torn.reconfigure(List.of(4L, 5L), List.of());
            torn.write("/by-3-to-5", 3, 4, 5);
            torn.stop(3, 4, 5);

            // The file is gone after the first start; what it said is remembered until the second.
            torn.boot(1, 2);
            torn.assertNoneServes(1, 2);
            assertThat(torn.proposal(1)).doesNotExist();
            assertThat(torn.proposal(2)).doesNotExist();
            torn.boot(1, 2);
            torn.awaitServing(1, 2);
            torn.write("/by-1-and-2", 1, 2);
            torn.boot(3, 4, 5);
            torn.awaitServing(3, 4, 5);
            torn.write("/later-by-3-to-5", 3, 4, 5);

            assertThat(torn.leading(1, 2)).hasSize(1);
            assertThat(torn.leading(3, 4, 5)).hasSize(1);
            for (long id : new long[] {1, 2}) {
                assertThat(torn.inForce(id)).isEqualTo(torn.before());
                assertThat(torn.shown(id)).isEqualTo(torn.before());
                assertThat(torn.znodes(id)).contains("by-1-and-2").doesNotContain("by-3-to-5", "later-by-3-to-5");
            }
            for (long id : new long[] {3, 4, 5}) {
                assertThat(torn.inForce(id).version()).isEqualTo(version);
                assertThat(torn.shown(id).ensemble()).hasToString("1,2,3,4,5");
                assertThat(torn.znodes(id))
                        .contains("by-3-to-5", "later-by-3-to-5")
                        .doesNotContain("by-1-and-2");
            }
        }
    }

    @Test
    void a_participant_added_with_an_ok_is_gone_again_and_whoever_acted_by_it_is_locked_out_until_the_next_one()
            throws Exception {
        try (var torn = Torn.withJoiners(1)) {
            var version = torn.reconfigure(List.of(4L), List.of());
            // It has answered, and cannot go on: 3 and 4 are no quorum of four.
            Outside.await(torn.server(3), "srvr", Outside.notServing());
            torn.stop(3, 4);

            torn.bootTwice(1, 2);
            torn.awaitServing(1, 2);
            torn.boot(3, 4);
            torn.assertNoneServes(3, 4);
            for (long id : new long[] {1, 2}) {
                assertThat(torn.inForce(id)).isEqualTo(torn.before());
                assertThat(torn.shown(id)).isEqualTo(torn.before());
            }

            try (var admin = new ZooKeeperAdmin(torn.connectString(1, 2), 30_000, event -> {})) {
                long before = torn.before().version().value();
                var added = List.of(torn.server(4).toString());
                assertThatThrownBy(() -> admin.reconfigure(added, null, null, before, new Stat()))
                        .isInstanceOf(KeeperException.NewConfigNoQuorum.class);
                // Changes nothing but the version, which is then above that of what 3 and 4 act by.
                admin.reconfigure(null, List.of("7"), null, before, new Stat());
            }
            torn.awaitServing(3, 4);
            assertThat(torn.inForce(3).version()).isGreaterThan(version);
            assertThat(torn.inForce(4)).isEqualTo(torn.inForce(3));
            assertThat(torn.ensemble().awaitSettled()).hasToString("1,2,3");
        }
    }
}
