package io.ensembler.render;

import static io.ensembler.plan.Sight.observer;
import static io.ensembler.plan.Sight.participant;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Sight;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a person signs off. */
class PlanTextTest {

    private static String text(Sight sight, ScalingRequest request) {
        return PlanText.of(new Planner().plan(sight.see(), request));
    }

    @Test
    void a_replaced_leader() {
        assertThat(text(
                        Sight.participants(1, 2, 3),
                        ScalingRequest.change()
                                .replace(ServerId.of(1), participant(4))
                                .because("its disk fails\n")))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 2,3,4, because its disk fails\\n
                        from version 100000000, leader 1; tolerance at least 1 throughout; leader hand-offs: 1

                        Change (+ comes in, - leaves, * changes)
                          - server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
                          + server.4=10.0.0.4:2888:3888:participant;10.0.0.4:2181
                            listed as before: 2,3

                        Steps (! mind; empty is as above)
                          step   may fail  leadership      writes pause         takes             undone by     what is done                         leads to  keep up
                          1/10   1         -               -                    0 to 5 s [1]      -             back up the configuration            1,2,3     any 2 of 1,2,3
                          2/10   1         -               -                    1 to 30 s [2]     launcher      start server 4, not voting yet
                          3/10   1         -               -                    2 min to 2 h [3]  -             wait until server 4 has synced
                          4/10   1         -               5 to 60 ms [4]       1 to 5 s [5]      another plan  reconfigure: add participant 4       1,2,3,4   any 2 of 1,2,3 and any 3 of 1,2,3,4
                          5/10   1         -               -                    0 to 5 s [6]      -             confirm that the servers act on it             any 3 of 1,2,3,4
                        ! 6/10   1         moves to 2,3,4  100 ms to 1.8 s [7]  1 to 5 s [5]      another plan  reconfigure: remove participant 1    2,3,4     any 3 of 1,2,3,4 and any 2 of 2,3,4
                          7/10   1         -               -                    0 to 5 s [6]      -             confirm that the servers act on it             any 2 of 2,3,4
                          8/10   1         -               -                    0 to 30 s [8]     -             see that the leader stays in office
                          9/10   1         -               -                    0 to 5 s [6]      -             verify through each server
                          10/10  1         -               -                    1 to 30 s [9]     launcher      stop server 1

                        In all 2 min 4 s to 2 h 2 min, assumed
                          [1] assumed: a write is timed
                          [2] assumed: a process starts
                          [3] assumed: the data size is unknown
                          [4] assumed: seen beside reconfigurations that leave the leader
                          [5] assumed: one reconfiguration
                          [6] assumed: each server is asked
                          [7] assumed: each client reconnects, after up to a second; up to 1.3 s were seen where a leader was demoted, 1.8 s where one left
                          [8] assumed: the leader is watched
                          [9] assumed: a process ends

                        Findings (! mind, ~ expect)
                        ! Mind server 4: nobody reports how much data there is, free disk and heap, so that it may run out of room. See that it has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        ~ Expect leadership to move: server 1 leads and is to leave, which is done last wherever it can be. Nothing need be done: clients reconnect within about two seconds. [leader-leaves]
                        """);
    }

    @Test
    void several_changes_with_an_unclear_server_and_an_unknown_leader() {
        var elsewhere = Endpoints.of(new QuorumAddress("zk5", 2888, 3888), new Address("zk5", 2181));
        assertThat(text(
                        Sight.participants(1, 2, 3, 4)
                                .observers(5)
                                .leaderUnknown()
                                .down(4),
                        ScalingRequest.change()
                                .rebuild(ServerId.of(2))
                                .changeEndpoints(ServerId.of(5), elsewhere)
                                .add(observer(6))))
                .isEqualTo(
                        """
                        Plan: 1,2,3,4 observers 5 -> 1,2,3,4 observers 5,6
                        from version 100000000, leader unknown; tolerance at least 0 throughout; leader hand-offs: 0 certain, 1 possible

                        Change (+ comes in, - leaves, * changes)
                          * server.2=10.0.0.2:2888:3888:participant;10.0.0.2:2181, rebuilt
                          * server.5=10.0.0.5:2888:3888:observer;10.0.0.5:2181 -> zk5:2888:3888:observer;zk5:2181
                          + server.6=10.0.0.6:2888:3888:observer;10.0.0.6:2181
                            listed as before: 1,3,4

                        Steps (! mind; empty is as above)
                          step   may fail  leadership         writes pause         takes             undone by     what is done                         leads to               keep up
                        ! 1/17   0 to 1    -                  -                    0 to 5 s [1]      -             back up the configuration            1,2,3,4 observers 5    any 3 of 1,2,3,4
                        ! 2/17   0 to 1    -                  -                    1 to 30 s [2]     launcher      start server 6, not voting yet
                        ! 3/17   0 to 1    -                  -                    2 min to 2 h [3]  -             wait until server 6 has synced
                        ! 4/17   0 to 1    -                  5 to 60 ms [4]       1 to 5 s [5]      another plan  reconfigure: add observer 6, move observer 5 to zk5:2888:3888:observer;zk5:2181  1,2,3,4 observers 5,6
                        ! 5/17   0 to 1    -                  -                    0 to 5 s [6]      -             confirm that the servers act on it
                        ! 6/17   0 to 1    may move to 1,3,4  100 ms to 1.8 s [7]  1 to 5 s [5]      another plan  reconfigure: remove participant 2    1,3,4 observers 5,6    any 3 of 1,2,3,4 and any 2 of 1,3,4
                        ! 7/17   0 to 1    -                  -                    0 to 5 s [6]      -             confirm that the servers act on it                          any 2 of 1,3,4
                        ! 8/17   0 to 1    -                  -                    0 to 30 s [8]     -             see that the leader stays in office
                        ! 9/17   0 to 1    -                  -                    0 to 5 s [6]      -             verify through each server
                        ! 10/17  0 to 1    -                  -                    1 to 30 s [9]     launcher      stop server 2
                        ! 11/17  0 to 1    -                  -                    0 to 5 s [10]     hand          set the data of server 2 aside
                        ! 12/17  0 to 1    -                  -                    1 to 30 s [2]     launcher      start server 2, not voting yet
                        ! 13/17  0 to 1    -                  -                    2 min to 2 h [3]  -             wait until server 2 has synced
                        ! 14/17  0 to 1    -                  5 to 60 ms [4]       1 to 5 s [5]      another plan  reconfigure: add participant 2       1,2,3,4 observers 5,6  any 2 of 1,3,4 and any 3 of 1,2,3,4
                        ! 15/17  0 to 1    -                  -                    0 to 5 s [6]      -             confirm that the servers act on it                          any 3 of 1,2,3,4
                        ! 16/17  0 to 1    -                  -                    0 to 30 s [8]     -             see that the leader stays in office
                        ! 17/17  0 to 1    -                  -                    0 to 5 s [6]      -             verify through each server

                        In all 4 min 6 s to 4 h 3 min, assumed
                          [1] assumed: a write is timed
                          [2] assumed: a process starts
                          [3] assumed: the data size is unknown
                          [4] assumed: seen beside reconfigurations that leave the leader
                          [5] assumed: one reconfiguration
                          [6] assumed: each server is asked
                          [7] assumed: each client reconnects, after up to a second; up to 1.3 s were seen where a leader was demoted, 1.8 s where one left
                          [8] assumed: the leader is watched
                          [9] assumed: a process ends
                          [10] assumed: a directory is renamed

                        Findings (! mind, ~ expect)
                        ! Mind server 5: its quorum address is a host name; where electionPortBindRetry is not 0 (its default is 3), a name service that fails for some seconds during a reconfiguration ends every server at once. Set electionPortBindRetry=0 in each server's zoo.cfg, or use addresses. [names-resolve]
                        ! Mind servers 2,6: nobody reports how much data there is, free disk and heap, so that they may run out of room. See that each has free disk for 3 times the data, and heap for 2 times. [resources-unknown]
                        ! Mind the number of participants: of 4 participants 1 may fail, as many as of 3. Add a participant or remove one. [even-participants]
                        ~ Expect that leadership may move: nobody is known to lead, and server 2 hands over if it does. Nothing need be done: clients reconnect within about two seconds. [leader-leaves]
                        """);
    }

    @Test
    void says_in_its_head_where_tolerance_falls_below_what_is_kept() {
        var elsewhere = Server.parse("server.1=10.0.0.1:2889:3888:participant;10.0.0.1:2181")
                .endpoints();

        assertThat(text(
                        Sight.participants(1, 2, 3),
                        ScalingRequest.change().changeEndpoints(ServerId.of(1), elsewhere)))
                .contains("; tolerance at least 1 throughout, but 0 in step 2, where the leader reconnects; leader"
                        + " hand-offs: 1\n");
    }

    @Test
    void groups_and_weights() {
        var groups = QuorumRule.hierarchical(
                Map.of(1L, List.of(ServerId.of(1), ServerId.of(2), ServerId.of(3))), Map.of(ServerId.of(1), 2L));
        assertThat(text(Sight.participants(1, 2, 3), ScalingRequest.change().changeQuorumRule(groups)))
                .isEqualTo(
                        """
                        Plan: 1,2,3 -> 1,2,3 groups (1*2,2,3)
                        from version 100000000, leader 1; tolerance at least 0 throughout; leader hand-offs: 0

                        Change (+ comes in, - leaves, * changes)
                          * quorums: majority -> groups (1*2,2,3)
                            listed as before: 1,2,3

                        Steps (! mind; empty is as above)
                          step  may fail  writes pause    takes          undone by     what is done                                         leads to                keep up
                          1/5   1         -               0 to 5 s [1]   -             back up the configuration                            1,2,3                   any 2 of 1,2,3
                        ! 2/5   0         5 to 60 ms [2]  1 to 5 s [3]   another plan  reconfigure: let participant 1 weigh 2 instead of 1  1,2,3 groups (1*2,2,3)  any 2 of 1,2,3 and more than half of the weight in (1*2,2,3)
                        ! 3/5   0         -               0 to 5 s [4]   -             confirm that the servers act on it                                           more than half of the weight in (1*2,2,3)
                        ! 4/5   0         -               0 to 30 s [5]  -             see that the leader stays in office
                        ! 5/5   0         -               0 to 5 s [4]   -             verify through each server

                        In all 1 to 50 s, assumed
                          [1] assumed: a write is timed
                          [2] assumed: seen beside reconfigurations that leave the leader
                          [3] assumed: one reconfiguration
                          [4] assumed: each server is asked
                          [5] assumed: the leader is watched
                        """);
    }

    @Test
    void a_request_that_is_fulfilled() {
        assertThat(text(Sight.participants(1, 2, 3), ScalingRequest.change().add(participant(3))))
                .isEqualTo(
                        """
                        Plan: 1,2,3 is as asked for, nothing to do
                        """);
    }
}
