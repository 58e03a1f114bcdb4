package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @Test
    void hosts_are_equal_whatever_their_case_and_form() {
        assertThat(new Address("ZK1.Example", 2181))
                .isEqualTo(new Address("zk1.example", 2181))
                .isNotEqualTo(new Address("zk1.example", 2182));
        assertThat(new Address("[2001:DB8::1]", 2181))
                .isEqualTo(new Address("2001:db8:0:0:0:0:0:1", 2181))
                .hasToString("[2001:db8:0:0:0:0:0:1]:2181");
        assertThat(new QuorumAddress("ZK1", 2888, 3888)).isEqualTo(new QuorumAddress("zk1", 2888, 3888));
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, true", "::, true", "[::], true", "127.0.0.1, false", "::1, false", "zk1, false"})
    void knows_a_wildcard(String host, boolean wildcard) {
        assertThat(new Address(host, 2181).isWildcard()).isEqualTo(wildcard);
        assertThat(new QuorumAddress(host, 2888, 3888).isWildcard()).isEqualTo(wildcard);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.9.9.9, true",
        "::1, true",
        "LocalHost, true",
        "localhost., true",
        "zk1.localhost, true",
        "128.0.0.1, false",
        "127.example, false",
        "::, false",
        "localhost.example, false",
        "mylocalhost, false"
    })
    void knows_a_loopback_address_by_its_spelling(String host, boolean loopback) {
        assertThat(new Address(host, 2181).isLoopback()).isEqualTo(loopback);
        assertThat(new QuorumAddress(host, 2888, 3888).isLoopback()).isEqualTo(loopback);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, true",
        "::1, true",
        "fe80::1%eth0, true",
        "zk1, false",
        "10.0.0.1.example, false",
        "a1, false"
    })
    void tells_a_literal_from_a_name(String host, boolean literal) {
        assertThat(new QuorumAddress(host, 2888, 3888).isLiteral()).isEqualTo(literal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a/b",
                "-a",
                "a-",
                "a..b",
                ".a",
                ".",
                "a,b",
                "a;b",
                "a\nb",
                "é",
                "a:b",
                "::1%",
                "1.2.3.4%1"
            })
    void refuses_what_is_no_host(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Address(host, 2181))
                .withMessageContaining("'" + host.replace("\n", "\\n") + "' is n");
    }

    @Test
    void refuses_ports_that_no_server_can_listen_on() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Address("zk1", 0))
                .withMessage("the port 0 is not within 1 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuorumAddress("zk1", 65_536, 3888))
                .withMessage("the quorum port 65536 is not within 1 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuorumAddress("zk1", 2888, -1))
                .withMessage("the election port -1 is not within 1 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuorumAddress("zk1", 2888, 2888))
                .withMessage("quorum port and election port are both 2888");
        assertThatNullPointerException().isThrownBy(() -> new Address(null, 2181));
    }
}
