package io.ensembler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Rule;
import io.ensembler.validation.ValidationReport;
import io.ensembler.validation.Violation;
import org.junit.jupiter.api.Test;

/** Who goes elsewhere for a time where so many servers take each other's addresses that not all ways are compared. */
class CirclesTest {

    @Test
    void of_many_in_a_circle_an_observer_goes_elsewhere() {
        assertThat(elsewhere(circle(5, 4))).isEqualTo("Mind server 6");
    }

    @Test
    void of_many_participants_in_a_circle_a_follower_goes_elsewhere() {
        assertThat(elsewhere(circle(9, 0))).isEqualTo("Mind server 2");
    }

    private static String elsewhere(ScalingPlan plan) {
        var found = new ValidationReport(plan.findings().violations().stream()
                .filter(violation -> violation.rule() == Rule.ADDRESS_FOR_A_TIME)
                .toList());
        assertThat(found.violations()).as("in\n%s", plan).hasSize(1);
        return found.violations().stream().map(Violation::effect).findFirst().orElseThrow();
    }

    /** Each takes the addresses of the next, and 1 leads. */
    private static ScalingPlan circle(int participants, int observers) {
        int all = participants + observers;
        var sight = Sight.participants(1);
        var request = ScalingRequest.change();
        for (int id = 1; id <= all; id++) {
            Server server = id <= participants ? Sight.participant(id) : Sight.observer(id);
            sight.with(server.withEndpoints(endpoints(id)));
            request = request.changeEndpoints(ServerId.of(id), endpoints(id % all + 1));
        }
        return new Planner().plan(sight.see(), request);
    }

    private static Endpoints endpoints(int number) {
        return Endpoints.of(
                new QuorumAddress("10.0.0.9", 2880 + number, 3880 + number), new Address("10.0.0.9", 2180 + number));
    }
}
