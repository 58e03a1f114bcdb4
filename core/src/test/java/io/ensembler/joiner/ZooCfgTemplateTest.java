package io.ensembler.joiner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZooCfgTemplateTest {

    private static final String RUNNING =
            """
            # ours
            tickTime=2000
            initLimit=10
            syncLimit=5
            dataDir=/old/place
            dataLogDir=/fast/log
            dynamicConfigFile=/etc/zookeeper/zoo.cfg.dynamic.10000002a
            clientPort=2181
            clientPortAddress=10.0.0.1
            peerType=observer
            server.1=10.0.0.1:2888:3888;2181
            group.1=1
            weight.1=1
            """;
    private static final Configuration COMMITTED = ConfigurationText.parse(
            """
            server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
            server.2=10.0.0.2:2888:3888:participant
            """);
    private static final Server JOINER = Server.parse("server.4=10.0.0.4:2888:3888:participant;10.0.0.4:2181");
    private static final ConfigurationVersion VERSION = ConfigurationVersion.of(0x1_0000_002aL);

    @TempDir
    private Path directory;

    @Test
    void a_servers_file_is_made_of_the_template_its_own_lines_and_what_makes_it_safe() throws IOException {
        var template = ZooCfgTemplate.of(RUNNING)
                .with("maxSessionTimeout", "60000")
                .with(ServerId.of(4), "tickTime", "1000")
                .with(ServerId.of(5), "tickTime", "500");
        assertThat(Files.readString(write(seed(JOINER), template)))
                .isEqualTo(
                        """
                        dataDir=%s
                        dataLogDir=/fast/log
                        dynamicConfigFile=%s
                        initLimit=10
                        maxSessionTimeout=60000
                        reconfigEnabled=true
                        standaloneEnabled=false
                        syncLimit=5
                        tickTime=1000
                        """
                                .formatted(directory.resolve("data"), directory.resolve("conf/zoo.cfg.dynamic")));
    }

    @Test
    void a_server_reads_the_file_with_its_line_from_the_dynamic_one() throws Exception {
        var read = new QuorumPeerConfig();
        read.parse(write(seed(JOINER), ZooCfgTemplate.of(RUNNING)).toString());
        assertThat(read.getClientPortAddress().getPort()).isEqualTo(2181);
        assertThat(read.getClientPortAddress().getAddress().getHostAddress()).isEqualTo("10.0.0.4");
        assertThat(read.getQuorumVerifier().getObservingMembers().keySet()).containsExactly(4L);
        assertThat(read.getQuorumVerifier().getVersion()).isZero();
    }

    @Test
    void what_it_makes_has_nothing_that_keeps_a_server_from_joining() throws IOException {
        var seed = seed(JOINER);
        var text = Files.readString(write(seed, ZooCfgTemplate.of(RUNNING)));
        var listed = ConfigurationText.parse(seed.dynamicConfiguration()).ensemble();
        assertThat(ZooCfgLint.check(text, listed, JOINER.id()))
                .filteredOn(finding -> finding.severity() == io.ensembler.validation.Severity.ERROR)
                .isEmpty();
    }

    @Test
    void a_listed_server_without_client_address_keeps_the_client_port_it_has_from_its_file() throws IOException {
        var listed = COMMITTED.ensemble().server(ServerId.of(2)).orElseThrow();
        Files.createDirectories(directory.resolve("data/version-2"));
        Files.writeString(directory.resolve("data/version-2/log.1"), "transactions");
        Files.writeString(directory.resolve("data/myid"), "2\n");
        Files.writeString(
                directory.resolve("data/ensembler.joiner"), seed(listed).marker());
        var template = ZooCfgTemplate.of("tickTime=2000\nclientPort=2181\n");
        assertThat(Files.readString(write(seed(listed), template))).contains("clientPort=2181\n");
        assertThat(template.settings(listed.id())).doesNotContainKey("clientPort");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    reconfigEnabled=false   | reconfigEnabled is false, and a server of an ensemble that changes needs true; leave it out
                    standaloneEnabled=true  | standaloneEnabled is true, and a server of an ensemble that changes needs false; leave it out
                    oraclePath=/mnt/oracle  | oraclePath has a file outside decide between two servers, so that no rule about quorums holds; leave it out and have three participants
                    tickTime=1000           | tickTime stands in it twice; keep the line that is meant
                    """)
    void what_no_server_may_be_started_with_is_refused_by_name(String line, String says) {
        assertThatThrownBy(() -> ZooCfgTemplate.of(RUNNING + line))
                .isInstanceOf(EnsembleException.class)
                .hasMessage("Cannot use the template of zoo.cfg: " + says + ".");
    }

    @Test
    void an_escape_that_means_nothing_is_refused() {
        assertThatThrownBy(() -> ZooCfgTemplate.of("dataDir=C:\\users"))
                .isInstanceOf(EnsembleException.class)
                .hasMessage(
                        "Cannot use the template of zoo.cfg: it holds an escape that means nothing. Write a backslash"
                                + " twice where one is meant.");
    }

    @Test
    void all_that_is_refused_is_named_at_once() {
        assertThatThrownBy(() -> ZooCfgTemplate.of("reconfigEnabled=no\nstandaloneEnabled=true\n"))
                .hasMessageContainingAll("reconfigEnabled is no", "standaloneEnabled is true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dataDir",
                "dynamicConfigFile",
                "server.9",
                "group.1",
                "weight.1",
                "peerType",
                "clientPort",
                "clientPortAddress",
                "reconfigEnabled",
                "standaloneEnabled"
            })
    void no_line_is_put_in_that_each_server_has_from_elsewhere(String key) {
        var template = ZooCfgTemplate.of(RUNNING);
        assertThatThrownBy(() -> template.with(ServerId.of(4), key, "true"))
                .isInstanceOf(EnsembleException.class)
                .hasMessageContaining("Cannot put this into the template of zoo.cfg: ")
                .hasMessageContaining(key + " is ");
        assertThatThrownBy(() -> template.with(key, "true")).isInstanceOf(EnsembleException.class);
    }

    @Test
    void a_template_of_settings_says_what_they_say() {
        var settings = Map.of("tickTime", "200", "initLimit", "25");
        assertThat(ZooCfgTemplate.of(settings).settings(ServerId.of(1))).isEqualTo(settings);
    }

    @Test
    void neither_key_nor_value_breaks_out_of_its_line() throws Exception {
        var template =
                ZooCfgTemplate.of("").with("a=b\nreconfigEnabled", "false").with("#c d:!", "x\nstandaloneEnabled=true");
        var text = Files.readString(write(seed(JOINER), template));
        assertThat(text).hasLineCount(6);
        var read = new java.util.Properties();
        read.load(new java.io.StringReader(text));
        assertThat(read)
                .containsEntry("a=b\nreconfigEnabled", "false")
                .containsEntry("#c d:!", "x\nstandaloneEnabled=true")
                .containsEntry("reconfigEnabled", "true")
                .containsEntry("standaloneEnabled", "false");
    }

    @Test
    void the_texts_for_another_machine_are_those_that_are_written_here() throws IOException {
        var template = ZooCfgTemplate.of(RUNNING);
        write(seed(JOINER), template);
        var data = directory.resolve("data");
        var configuration = directory.resolve("conf");
        assertThat(JoinerFiles.texts(seed(JOINER), data, configuration, template))
                .isEqualTo(Map.of(
                        "zoo.cfg", Files.readString(configuration.resolve("zoo.cfg")),
                        "zoo.cfg.dynamic", Files.readString(configuration.resolve("zoo.cfg.dynamic")),
                        "myid", Files.readString(data.resolve("myid")),
                        "ensembler.joiner", Files.readString(data.resolve("ensembler.joiner"))));
    }

    @Test
    void the_dynamic_file_has_one_name() {
        assertThatThrownBy(() -> JoinerFiles.staticText(Path.of("data"), Path.of("members.abc"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the dynamic file is named zoo.cfg.dynamic, not members.abc");
    }

    @Test
    void shows_no_value() {
        var template = ZooCfgTemplate.of("ssl.quorum.keyStore.password=hidden\n")
                .with(ServerId.of(4), "ssl.quorum.trustStore.password", "hidden");
        assertThat(template.toString())
                .isEqualTo("ZooCfgTemplate[ssl.quorum.keyStore.password] with lines of their own for [4]");
    }

    private static JoinerSeed seed(Server server) {
        return JoinerFiles.seed(COMMITTED, server, VERSION);
    }

    private Path write(JoinerSeed seed, ZooCfgTemplate template) {
        return JoinerFiles.write(seed, directory.resolve("data"), directory.resolve("conf"), template);
    }
}
