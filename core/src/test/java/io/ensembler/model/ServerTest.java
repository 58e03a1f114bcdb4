package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTest {

    private static final Server SERVER = Server.parse("server.4=zk4:2888:3888;zk4:2181");

    @Test
    void prints_as_the_line_that_lists_it() {
        assertThat(SERVER).hasToString("server.4=zk4:2888:3888:participant;zk4:2181");
        assertThat(Server.parse(SERVER.toString())).isEqualTo(SERVER);
    }

    @Test
    void is_copied_into_another_role_or_to_other_endpoints() {
        var elsewhere = Endpoints.of(new QuorumAddress("zk9", 2888, 3888), new Address("zk9", 2181));

        assertThat(SERVER.withRole(ServerRole.OBSERVER)).hasToString("server.4=zk4:2888:3888:observer;zk4:2181");
        assertThat(SERVER.withRole(ServerRole.OBSERVER).isParticipant()).isFalse();
        assertThat(SERVER.withEndpoints(elsewhere)).hasToString("server.4=zk9:2888:3888:participant;zk9:2181");
        assertThat(SERVER).hasToString("server.4=zk4:2888:3888:participant;zk4:2181");
    }

    @Test
    void has_no_part_that_is_null() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Server(null, ServerRole.OBSERVER, SERVER.endpoints()))
                .withMessage("id");
        assertThatNullPointerException()
                .isThrownBy(() -> new Server(SERVER.id(), null, SERVER.endpoints()))
                .withMessage("role");
        assertThatNullPointerException()
                .isThrownBy(() -> new Server(SERVER.id(), ServerRole.OBSERVER, null))
                .withMessage("endpoints");
        assertThatNullPointerException()
                .isThrownBy(() -> new Configuration(Ensemble.empty(), null))
                .withMessage("version");
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "254, true", "255, false", "-1, false", "300, false"})
    void an_id_may_be_assigned_from_1_to_254(long id, boolean assignable) {
        assertThat(ServerId.of(id).isAssignable()).isEqualTo(assignable);
    }

    @Test
    void ids_are_ordered_by_number_and_versions_as_unsigned() {
        assertThat(ServerId.of(2)).isLessThan(ServerId.of(16)).isGreaterThan(ServerId.of(-3));
        assertThat(ConfigurationVersion.of(-1)).isGreaterThan(ConfigurationVersion.of(1));
        assertThat(ConfigurationVersion.of(0x1_0000_0000L)).hasToString("100000000");
        assertThat(Zxid.of(0x2_0000_0003L)).hasToString("0x200000003");
        assertThat(Zxid.of(0x2_0000_0003L).epoch()).isEqualTo(2);
        assertThat(Zxid.of(0x2_0000_0003L).counter()).isEqualTo(3);
    }
}
