package io.ensembler.render;

import static io.ensembler.plan.Sight.participant;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.ServerId;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Sight;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The flowchart of a plan. */
class MermaidTest {

    private static String source(Sight sight, ScalingRequest request) {
        return Mermaid.of(new Planner().plan(sight.see(), request));
    }

    @Test
    void a_hand_off_that_is_certain() {
        assertThat(source(Sight.participants(1, 2, 3), ScalingRequest.change().replace(ServerId.of(1), participant(4))))
                .isEqualTo(
                        """
                        flowchart TD
                            e0(["participants 1,2,3"])
                            e0 -->|"4/10 reconfigure: add participant 4"| e1["participants 1,2,3,4"]
                            e1 ==>|"6/10 reconfigure: remove participant 1<br/>leadership moves to 2,3,4"| e2(["participants 2,3,4"])
                        """);
    }

    @Test
    void a_hand_off_that_is_possible_and_text_that_means_something_to_mermaid() {
        var elsewhere = new Endpoints(
                List.of(new QuorumAddress("zk2", 2888, 3888), new QuorumAddress("2001:db8::2", 2888, 3888)),
                Optional.of(new Address("zk2", 2181)));
        assertThat(source(
                        Sight.participants(1, 2, 3).leaderUnknown(),
                        ScalingRequest.change().changeEndpoints(ServerId.of(2), elsewhere)))
                .isEqualTo(
                        """
                        flowchart TD
                            e0(["participants 1,2,3"])
                            e0 -.->|"2/5 reconfigure: move participant 2 to [2001:db8:0:0:0:0:0:2]:2888:3888:participant#124;zk2:2888:3888:participant#59;zk2:2181<br/>leadership may move to 1,3"| e1(["participants 1,2,3"])
                        """);
    }

    @Test
    void a_plan_without_steps_is_one_ensemble() {
        assertThat(source(Sight.participants(1, 2, 3), ScalingRequest.change().add(participant(3))))
                .isEqualTo(
                        """
                        flowchart TD
                            e0(["participants 1,2,3"])
                        """);
    }
}
