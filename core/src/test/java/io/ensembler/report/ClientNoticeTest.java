package io.ensembler.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Ensemble;
import org.junit.jupiter.api.Test;

/** What clients are told of a change. */
class ClientNoticeTest {

    private static Ensemble ensemble(String... clients) {
        var text = new StringBuilder();
        for (int id = 1; id <= clients.length; id++) {
            text.append("server.").append(id).append("=10.0.0.").append(id).append(":2888:3888:participant");
            text.append(clients[id - 1].isEmpty() ? "" : ";" + clients[id - 1]).append('\n');
        }
        return ConfigurationText.parse(text.toString()).ensemble();
    }

    private static String notice(Ensemble before, Ensemble after) {
        return ClientNotice.of(before, after).toString();
    }

    @Test
    void nothing_where_they_find_the_same_servers() {
        assertThat(notice(ensemble("a:2181", "b:2181"), ensemble("a:2181", "b:2181")))
                .isEqualTo("clients: nothing changes for them");
    }

    @Test
    void the_connect_string_and_who_came_where_all_stay() {
        assertThat(notice(ensemble("a:2181"), ensemble("a:2181", "b:2182", "c:2183")))
                .isEqualTo("clients: they find the ensemble as before. Give them the connect string"
                        + " a:2181,b:2182,c:2183 so that they use b:2182,c:2183 as well.");
    }

    @Test
    void who_is_gone_where_some_stay() {
        assertThat(notice(ensemble("a:2181", "b:2181"), ensemble("b:2181", "c:2181")))
                .isEqualTo(
                        "clients: give them the ensemble's connect string b:2181,c:2181. It is no longer at a:2181: whoever"
                                + " knows only these does not find it when it next connects.");
    }

    @Test
    void that_each_needs_it_where_none_stays() {
        assertThat(notice(ensemble("a:2181", "b:2181"), ensemble("c:2181", "d:2181")))
                .isEqualTo(
                        "clients: give each the ensemble's connect string c:2181,d:2181. It is no longer at a:2181,b:2181: whoever"
                                + " connects there does not find it.");
    }

    @Test
    void a_wildcard_is_the_host_that_servers_call_and_one_without_client_port_is_left_out() {
        assertThat(ClientNotice.of(ensemble("2181"), ensemble("2181", "")).connectString())
                .isEqualTo("10.0.0.1:2181");
    }
}
