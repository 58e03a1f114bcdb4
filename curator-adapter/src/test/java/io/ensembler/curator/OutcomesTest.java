package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.curator.Session.Reconfigured;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.SendResult.Applied;
import io.ensembler.spi.SendResult.Refused;
import io.ensembler.spi.SendResult.Unknown;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomesTest {

    @Test
    void ok_is_applied_with_the_version_it_brought() {
        var stat = new Stat();
        stat.setMzxid(0x2_0000_0007L);

        assertThat(Outcomes.of(new Reconfigured(Code.OK.intValue(), stat)))
                .isEqualTo(new Applied(ConfigurationVersion.of(0x2_0000_0007L)));
    }

    @Test
    void ok_without_a_version_is_unknown() {
        assertThat(of(Code.OK)).isEqualTo(new Unknown("the answer was OK and named no version"));
    }

    @ParameterizedTest
    @CsvSource({
        "BADVERSION, BAD_VERSION, the configuration no longer has the version the call is conditional on",
        "RECONFIGINPROGRESS, IN_PROGRESS, another reconfiguration is proposed and not committed",
        "NEWCONFIGNOQUORUM, NO_QUORUM, no quorum of the new configuration is connected to the leader and synced",
        "NOAUTH, NO_PERMISSION, the identity given lacks WRITE on /zookeeper/config",
        "RECONFIGDISABLED, DISABLED, the leader runs with reconfigEnabled=false",
        "UNIMPLEMENTED, STANDALONE, the server runs standalone",
        "BADARGUMENTS, BAD_ARGUMENTS, the leader did not accept the text (BADARGUMENTS)",
        "MARSHALLINGERROR, BAD_ARGUMENTS, the leader did not accept the text (MARSHALLINGERROR)",
    })
    void what_the_leader_says_before_it_proposes_is_a_refusal(Code code, SendResult.Code refusal, String detail) {
        assertThat(of(code)).isEqualTo(new Refused(refusal, detail));
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTIONLOSS, the connection was lost before the answer came",
        "SESSIONEXPIRED, the session ended before the answer came",
        "OPERATIONTIMEOUT, no answer came in time (OPERATIONTIMEOUT)",
        "REQUESTTIMEOUT, no answer came in time (REQUESTTIMEOUT)",
        "SESSIONMOVED, the session had moved to another server",
        "SYSTEMERROR, the answer was SYSTEMERROR",
        "AUTHFAILED, the answer was AUTHFAILED",
    })
    void what_the_client_may_have_made_up_is_unknown(Code code, String detail) {
        assertThat(of(code)).isEqualTo(new Unknown(detail));
    }

    @Test
    void every_other_code_is_unknown() {
        var definite = Set.of(
                Code.BADVERSION,
                Code.RECONFIGINPROGRESS,
                Code.NEWCONFIGNOQUORUM,
                Code.NOAUTH,
                Code.RECONFIGDISABLED,
                Code.UNIMPLEMENTED,
                Code.BADARGUMENTS,
                Code.MARSHALLINGERROR);
        assertThat(EnumSet.allOf(Code.class).stream()
                        .filter(code -> !(of(code) instanceof Unknown))
                        .collect(Collectors.toSet()))
                .isEqualTo(definite);
        assertThat(Outcomes.of(new Reconfigured(-9999, null)))
                .isEqualTo(new Unknown("the answer was code -9999, which this version of the client does not know"));
    }

    private static SendResult of(Code code) {
        return Outcomes.of(new Reconfigured(code.intValue(), null));
    }
}
