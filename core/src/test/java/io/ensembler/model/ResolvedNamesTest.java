package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Fact.Source;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolvedNamesTest {

    private static final Instant AT = Instant.parse("2024-02-29T12:00:00Z");

    @Test
    void nothing_is_known_of_a_name_before_somebody_asks() {
        assertThat(ResolvedNames.unasked().addresses("zk4")).hasToString("unknown (nobody asked)");
        assertThat(ResolvedNames.unasked().failed("zk4")).isFalse();
        assertThat(ResolvedNames.unasked()).hasToString("");
    }

    @Test
    void a_name_has_addresses_none_or_nobody_knows() {
        var names = ResolvedNames.unasked()
                .with("ZK4", known("10.0.0.9", "[::1]"))
                .with("zk5", known())
                .with("zk6", Fact.unknown("the name service is silent"));

        assertThat(names.addresses("zk4").value().orElseThrow()).containsExactly("0:0:0:0:0:0:0:1", "10.0.0.9");
        assertThat(names.failed("zk4")).isFalse();
        assertThat(names.failed("zk5")).isTrue();
        assertThat(names.failed("zk6")).isFalse();
        assertThat(names.addresses("zk6")).hasToString("unknown (the name service is silent)");
    }

    @Test
    void a_host_is_known_by_its_name_and_its_addresses() {
        var names = ResolvedNames.unasked().with("zk4", known("10.0.0.9"));

        assertThat(names.spellings("zk4")).containsExactly("10.0.0.9", "zk4");
        assertThat(names.spellings("zk5")).containsExactly("zk5");
        assertThat(names.shareHost(at("zk4"), at("10.0.0.9"))).isTrue();
        assertThat(names.shareHost(at("zk4"), at("zk5"))).isFalse();
        assertThat(ResolvedNames.unasked().shareHost(at("zk4"), at("10.0.0.9"))).isFalse();
    }

    private static Endpoints at(String host) {
        return Endpoints.of(new QuorumAddress(host, 2888, 3888), new Address(host, 2181));
    }

    @Test
    void prints_the_names_that_do_not_resolve() {
        var names = ResolvedNames.unasked()
                .with("zk7", known())
                .with("zk4", known("10.0.0.9"))
                .with("zk5", known());

        assertThat(names).hasToString("zk5 does not resolve\nzk7 does not resolve\n");
    }

    private static Fact<List<String>> known(String... addresses) {
        return Fact.known(List.of(addresses), Source.NAME_SERVICE, AT);
    }
}
