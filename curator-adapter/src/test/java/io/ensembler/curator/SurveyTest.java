package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.curator.ServerProbe.Identity;
import io.ensembler.curator.ServerProbe.Report;
import io.ensembler.model.Address;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.Zxid;
import io.ensembler.probe.ConfReply;
import io.ensembler.probe.SrvrReply;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SurveyTest {

    @Test
    void the_leader_is_who_leads_in_the_epoch_of_the_write() {
        var resumed = says(1, ServerMode.LEADER, 0x4_0000_00ffL);
        var elected = says(2, ServerMode.LEADER, 0x5_0000_0000L);
        var follower = says(3, ServerMode.FOLLOWER, 0x5_0000_0001L);

        assertThat(Survey.leader(reports(resumed, elected, follower), 5)).contains(ServerId.of(2));
    }

    @Test
    void a_server_that_led_until_it_was_paused_does_not_pass_for_the_leader() {
        var resumed = says(1, ServerMode.LEADER, 0x4_0000_00ffL);
        var follower = says(3, ServerMode.FOLLOWER, 0x5_0000_0001L);

        assertThat(Survey.leader(reports(resumed, follower), 5)).isEmpty();
    }

    private static Map<ServerId, Report> reports(Report... reports) {
        var all = new TreeMap<ServerId, Report>();
        Arrays.stream(reports).forEach(report -> all.put(report.id(), report));
        return all;
    }

    private static Report says(long id, ServerMode mode, long zxid) {
        return new Report(
                ServerId.of(id),
                Optional.of(new Address("10.0.0." + id, 2181)),
                Presence.ANSWERS,
                Identity.ITSELF,
                new SrvrReply.Serving(mode, Zxid.of(zxid), 1),
                Source.SRVR,
                new ConfReply.NotServing(),
                ServerDetails.none());
    }
}
