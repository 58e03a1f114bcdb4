package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointsTest {

    private static final QuorumAddress A = new QuorumAddress("a", 2888, 3888);
    private static final QuorumAddress B = new QuorumAddress("b", 2888, 3888);

    @Test
    void are_equal_whatever_the_order_of_the_addresses() {
        assertThat(endpoints(B, A)).isEqualTo(endpoints(A, B)).hasSameHashCodeAs(endpoints(A, B));
        assertThat(endpoints(B, A).quorum()).containsExactly(A, B);
    }

    @Test
    void are_equal_whatever_the_pairing_of_the_ports_of_a_host_since_a_server_prints_another() {
        assertThat(endpoints(new QuorumAddress("a", 1, 4), new QuorumAddress("a", 2, 3)))
                .isEqualTo(endpoints(new QuorumAddress("a", 2, 4), new QuorumAddress("a", 1, 3)))
                .isNotEqualTo(endpoints(new QuorumAddress("a", 1, 2), new QuorumAddress("a", 3, 4)));
    }

    @Test
    void refuse_a_port_of_a_host_given_twice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> endpoints(A, A))
                .withMessage("port 2888 is used twice in a:2888:3888|a:2888:3888");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> endpoints(A, new QuorumAddress("A", 3888, 4888)))
                .withMessage("port 3888 is used twice in a:2888:3888|a:3888:4888");
    }

    @Test
    void need_a_quorum_address() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Endpoints(List.of(), Optional.empty()))
                .withMessage("a server needs a quorum address");
        assertThatNullPointerException().isThrownBy(() -> new Endpoints(List.of(A), null));
    }

    @Test
    void keep_no_list_of_the_caller() {
        var quorum = new ArrayList<>(List.of(A));
        var endpoints = new Endpoints(quorum, Optional.empty());
        quorum.add(B);

        assertThat(endpoints.quorum()).containsExactly(A).isUnmodifiable();
    }

    @Test
    void a_wildcard_client_host_is_reached_at_the_quorum_host() {
        assertThat(Endpoints.of(A, new Address("0.0.0.0", 2181)).reachableClient())
                .contains(new Address("a", 2181));
        assertThat(Endpoints.of(A, new Address("::", 2181)).reachableClient()).contains(new Address("a", 2181));
        assertThat(Endpoints.of(A, new Address("c", 2181)).reachableClient()).contains(new Address("c", 2181));
        assertThat(endpoints(A).reachableClient()).isEmpty();
    }

    @Test
    void use_names_if_any_quorum_address_does() {
        assertThat(endpoints(new QuorumAddress("10.0.0.1", 1, 2)).usesNames()).isFalse();
        assertThat(endpoints(new QuorumAddress("10.0.0.1", 1, 2), A).usesNames())
                .isTrue();
    }

    private static Endpoints endpoints(QuorumAddress... quorum) {
        return new Endpoints(List.of(quorum), Optional.empty());
    }
}
