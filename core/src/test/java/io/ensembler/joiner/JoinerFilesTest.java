package io.ensembler.joiner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.validation.ValidationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinerFilesTest {

    private static final ConfigurationVersion INCARNATION = ConfigurationVersion.of(0x1_0000_002aL);
    private static final ConfigurationVersion LATER = ConfigurationVersion.of(0x2_0000_0007L);
    private static final Configuration COMMITTED = ConfigurationText.parse(
            """
            server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
            server.2=10.0.0.2:2888:3888:participant;10.0.0.2:2181
            server.3=10.0.0.3:2888:3888:participant;10.0.0.3:2181
            server.7=10.0.0.7:2888:3888:observer;10.0.0.7:2181
            version=10000002a
            """);
    private static final Server JOINER = Server.parse("server.4=10.0.0.4:2888:3888:participant;10.0.0.4:2181");
    private static final Server LISTED =
            COMMITTED.ensemble().server(ServerId.of(2)).orElseThrow();
    private static final Map<String, String> SETTINGS = Map.of("tickTime", "200", "initLimit", "10", "syncLimit", "5");

    @TempDir
    private Path directory;

    private Path data;
    private Path configuration;

    @BeforeEach
    void place() {
        data = directory.resolve("data");
        configuration = directory.resolve("conf");
    }

    @Test
    void a_joiner_is_seeded_with_the_committed_participants_and_itself_as_observer() {
        var seed = JoinerFiles.seed(COMMITTED, JOINER, INCARNATION);
        assertThat(seed.server()).isEqualTo(JOINER);
        assertThat(seed.dynamicConfiguration())
                .isEqualTo(
                        """
                        server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
                        server.2=10.0.0.2:2888:3888:participant;10.0.0.2:2181
                        server.3=10.0.0.3:2888:3888:participant;10.0.0.3:2181
                        server.4=10.0.0.4:2888:3888:observer;10.0.0.4:2181
                        """);
        assertThat(seed.marker()).isEqualTo("id=4\nincarnation=10000002a\n");
    }

    @Test
    void a_listed_server_keeps_the_line_it_has_there() {
        var moved = Server.parse("server.2=10.9.9.9:2888:3888:observer;10.9.9.9:2181");
        assertThat(JoinerFiles.seed(COMMITTED, moved, INCARNATION).dynamicConfiguration())
                .isEqualTo(
                        """
                        server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
                        server.2=10.0.0.2:2888:3888:participant;10.0.0.2:2181
                        server.3=10.0.0.3:2888:3888:participant;10.0.0.3:2181
                        """);
    }

    @Test
    void a_listed_observer_is_seeded_beside_the_participants() {
        var observer = COMMITTED.ensemble().server(ServerId.of(7)).orElseThrow();
        assertThat(JoinerFiles.seed(COMMITTED, observer, INCARNATION).dynamicConfiguration())
                .endsWith("server.7=10.0.0.7:2888:3888:observer;10.0.0.7:2181\n")
                .hasLineCount(4);
    }

    @Test
    void a_listed_participant_elects_by_the_groups_and_weights_of_its_ensemble() {
        var text =
                """
                server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
                server.2=10.0.0.2:2888:3888:participant;10.0.0.2:2181
                server.3=10.0.0.3:2888:3888:observer;10.0.0.3:2181
                group.1=1:3
                group.2=2
                weight.1=3
                weight.2=1
                weight.3=1
                """;
        var grouped = ConfigurationText.parse(text);
        assertThat(JoinerFiles.seed(grouped, LISTED, INCARNATION).dynamicConfiguration())
                .isEqualTo(text);
    }

    @Test
    void groups_and_weights_are_left_out_of_the_seed_of_a_joiner() {
        var grouped = ConfigurationText.parse(
                """
                server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
                group.1=1
                weight.1=3
                """);
        assertThat(JoinerFiles.seed(grouped, JOINER, INCARNATION).dynamicConfiguration())
                .isEqualTo(
                        """
                        server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
                        server.4=10.0.0.4:2888:3888:observer;10.0.0.4:2181
                        """);
    }

    @Test
    void writes_everything_a_server_is_started_with() {
        var seed = seed();
        assertThat(JoinerFiles.write(seed, data, configuration, SETTINGS)).isEqualTo(configuration.resolve("zoo.cfg"));
        assertThat(files())
                .containsExactlyEntriesOf(new TreeMap<>(Map.of(
                        "conf/zoo.cfg",
                        """
                                dataDir=%s
                                dynamicConfigFile=%s
                                initLimit=10
                                reconfigEnabled=true
                                standaloneEnabled=false
                                syncLimit=5
                                tickTime=200
                                """
                                .formatted(data, configuration.resolve("zoo.cfg.dynamic")),
                        "conf/zoo.cfg.dynamic",
                        seed.dynamicConfiguration(),
                        "data/ensembler.joiner",
                        "id=4\nincarnation=10000002a\n",
                        "data/myid",
                        "4\n")));
    }

    @Test
    void a_server_reads_what_was_written() throws Exception {
        var file = JoinerFiles.write(seed(), data, configuration, SETTINGS);
        var read = read(file);
        assertThat(read.getDataDir().toPath()).isEqualTo(data);
        assertThat(read.getServerId()).isEqualTo(4);
        assertThat(read.getTickTime()).isEqualTo(200);
        assertThat(read.getQuorumVerifier().getVotingMembers().keySet()).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(read.getQuorumVerifier().getObservingMembers().keySet()).containsExactly(4L);
        assertThat(read.getQuorumVerifier().getVersion()).isZero();
    }

    @Test
    void a_server_reads_paths_with_backslashes_blanks_and_letters_beyond_ascii() throws Exception {
        data = directory.resolve("C:\\temp\\new data # é 数据");
        configuration = directory.resolve("ünter\\conf");
        var read = read(JoinerFiles.write(seed(), data, configuration, SETTINGS));
        assertThat(read.getDataDir().toPath()).isEqualTo(data);
        assertThat(read.getServerId()).isEqualTo(4);
        assertThat(read.getQuorumVerifier().getObservingMembers().keySet()).containsExactly(4L);
    }

    @Test
    void a_setting_cannot_break_out_of_its_line() throws IOException {
        var settings = Map.of("4lw.commands.whitelist", "srvr,\nreconfigEnabled=false");
        var text = Files.readString(JoinerFiles.write(seed(), data, configuration, settings));
        assertThat(text)
                .startsWith("4lw.commands.whitelist=srvr,\\u000areconfigEnabled=false\n")
                .hasLineCount(5);
    }

    @Test
    void what_makes_a_joiner_safe_cannot_be_set_otherwise() throws IOException {
        var settings = Map.of(
                "reconfigEnabled", "false", "standaloneEnabled", "true", "dataDir", "/x", "dynamicConfigFile", "/y");
        assertThat(Files.readString(JoinerFiles.write(seed(), data, configuration, settings)))
                .isEqualTo(
                        """
                        dataDir=%s
                        dynamicConfigFile=%s
                        reconfigEnabled=true
                        standaloneEnabled=false
                        """
                                .formatted(data, configuration.resolve("zoo.cfg.dynamic")));
    }

    @Test
    void the_name_of_the_dynamic_file_ends_in_nothing_that_a_server_takes_for_a_version() {
        assertThat(QuorumPeerConfig.getVersionFromFilename(JoinerFiles.DYNAMIC_FILE))
                .isNull();
        assertThat(JoinerFiles.DYNAMIC_FILE).isEqualTo("zoo.cfg.dynamic");
    }

    @Test
    void writing_again_gives_the_same() {
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        var once = files();
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        assertThat(files()).isEqualTo(once);
    }

    @Test
    void writing_goes_on_where_it_was_cut_off() throws IOException {
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        var whole = files();
        for (var file : whole.keySet()) {
            Files.delete(directory.resolve(file));
            JoinerFiles.write(seed(), data, configuration, SETTINGS);
            assertThat(files()).as("without %s", file).isEqualTo(whole);
        }
    }

    @Test
    void an_empty_directory_with_its_id_in_it_is_taken() throws IOException {
        put("myid", " 4 \n");
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        assertThat(DataDirectory.at(data).myid()).contains("4");
        assertThat(DataDirectory.at(data).marker()).contains(seed().marker());
    }

    @Test
    void its_own_directory_is_taken_again_with_the_data_in_it() throws IOException {
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        put("version-2/snapshot.0", "state");
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        assertThat(files()).containsEntry("data/version-2/snapshot.0", "state").containsEntry("data/myid", "4\n");
    }

    @Test
    void a_listed_server_is_started_on_its_own_directory() throws IOException {
        var seed = JoinerFiles.seed(COMMITTED, LISTED, INCARNATION);
        put("ensembler.joiner", seed.marker());
        put("myid", "2\n");
        put("version-2/log.100000001", "transactions");
        JoinerFiles.write(seed, data, configuration, SETTINGS);
        assertThat(files()).containsEntry("conf/zoo.cfg.dynamic", seed.dynamicConfiguration());
    }

    @Test
    void an_empty_directory_under_a_listed_id_is_refused() throws IOException {
        assertRefused(
                JoinerFiles.seed(COMMITTED, LISTED, INCARNATION),
                "Cannot start server 2: the configuration lists it as participant and %s holds no data: it would vote at"
                        + " once without what it had acknowledged. Bring its own directory back, or remove the server and"
                        + " add it again. [joiner-cannot-elect]");
    }

    @Test
    void a_server_that_was_started_and_never_caught_up_does_not_start_once_it_is_listed() throws IOException {
        var seed = JoinerFiles.seed(COMMITTED, LISTED, INCARNATION);
        put("ensembler.joiner", seed.marker());
        put("myid", "2\n");
        put("version-2/snapshot.0", "nothing");
        put("version-2/acceptedEpoch", "1");
        assertRefused(
                seed,
                "Cannot start server 2: the configuration lists it as participant and %s holds no data: it would vote at"
                        + " once without what it had acknowledged. Bring its own directory back, or remove the server and"
                        + " add it again. [joiner-cannot-elect]");
    }

    @Test
    void a_directory_of_another_id_is_refused() throws IOException {
        put("myid", "3\n");
        assertRefused(
                seed(),
                "Cannot start server 4: %s is the directory of server 3. Give it a directory of its own."
                        + " [joiner-cannot-elect]");
    }

    @Test
    void data_without_a_marker_is_refused() throws IOException {
        put("myid", "4\n");
        put("version-2/snapshot.100000007", "somebody's");
        assertRefused(
                seed(),
                "Cannot start server 4: %s holds data without a marker that tells whose it is. Set the directory aside"
                        + " and let the server start with an empty one. [joiner-cannot-elect]");
    }

    @Test
    void a_marker_of_another_incarnation_is_refused() throws IOException {
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        put("version-2/snapshot.100000007", "older");
        assertRefused(
                JoinerFiles.seed(COMMITTED, JOINER, LATER),
                "Cannot start server 4: %s belongs to \"id=4 incarnation=10000002a\", not to \"id=4"
                        + " incarnation=200000007\". Set the directory aside and let the server start with an empty one."
                        + " [joiner-cannot-elect]");
    }

    @Test
    void one_that_goes_on_may_bear_another_marker_and_must_hold_something_if_that_is_required() throws IOException {
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        var goingOn = JoinerFiles.seed(COMMITTED, JOINER, LATER).with(JoinerSeed.Data.KEPT_AND_REQUIRED);
        assertThatThrownBy(() -> JoinerFiles.write(goingOn, data, configuration, SETTINGS))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("holds no data");
        put("version-2/log.100000001", "transactions");

        JoinerFiles.write(goingOn, data, configuration, SETTINGS);

        assertThat(DataDirectory.at(data).marker()).contains(goingOn.marker());
    }

    @Test
    void a_directory_of_another_ensemble_is_refused_to_one_that_goes_on_as_well() throws IOException {
        put("myid", "4\n");
        put("version-2/log.100000001", "transactions");
        put("ensembler.joiner", JoinerFiles.marker(JOINER.id(), in("blue")));
        assertRefused(
                JoinerFiles.seed(COMMITTED, JOINER, in("green")).with(JoinerSeed.Data.KEPT),
                "Cannot start server 4: %s belongs to \"id=4 incarnation=10000002a ensemble=blue\", not to \"id=4"
                        + " incarnation=10000002a ensemble=green\". Set the directory aside and let the server start with"
                        + " an empty one. [joiner-cannot-elect]");
    }

    private static Incarnation in(String ensemble) {
        return new Incarnation(INCARNATION, Optional.of(new EnsembleIdentity(ensemble)));
    }

    @Test
    void a_directory_claimed_by_an_earlier_plan_and_never_started_on_is_claimed_anew() throws IOException {
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        var later = JoinerFiles.seed(COMMITTED, JOINER, LATER);

        JoinerFiles.write(later, data, configuration, SETTINGS);

        assertThat(DataDirectory.at(data).marker()).contains(later.marker());
    }

    @Test
    void data_in_a_log_directory_of_its_own_counts() throws IOException {
        var logs = directory.resolve("logs");
        Files.createDirectories(logs.resolve("version-2"));
        Files.writeString(logs.resolve("version-2/log.100000001"), "transactions");
        put("myid", "4\n");

        assertThatThrownBy(() -> JoinerFiles.write(seed(), data, configuration, Map.of("dataLogDir", logs.toString())))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("holds data without a marker that tells whose it is");
    }

    @Test
    void a_marker_of_another_server_is_refused_even_without_an_id() throws IOException {
        put("ensembler.joiner", "id=5\nincarnation=10000002a\n");
        assertRefused(
                seed(),
                "Cannot start server 4: %s belongs to \"id=5 incarnation=10000002a\", not to \"id=4"
                        + " incarnation=10000002a\". Set the directory aside and let the server start with an empty one."
                        + " [joiner-cannot-elect]");
    }

    @Test
    void sets_data_aside_whole_so_that_the_server_starts_on_an_empty_directory() throws IOException {
        put("ensembler.joiner", "id=4\nincarnation=100000000\n");
        put("myid", "4\n");
        put("version-2/log.100000001", "transactions");
        put("other", "not ours");

        assertThat(setAside()).containsExactly(data.resolve("set-aside-1"));

        assertThat(files())
                .containsExactlyEntriesOf(new TreeMap<>(Map.of(
                        "data/other", "not ours",
                        "data/set-aside-1/ensembler.joiner", "id=4\nincarnation=100000000\n",
                        "data/set-aside-1/myid", "4\n",
                        "data/set-aside-1/version-2/log.100000001", "transactions")));
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        assertThat(DataDirectory.at(data).isUsed()).isFalse();
    }

    @Test
    void sets_data_aside_once_for_one_marker() throws IOException {
        put("myid", "4\n");
        put("version-2/log.100000001", "transactions");
        setAside();
        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        put("version-2/log.100000002", "caught up");
        var before = files();

        assertThat(setAside()).isEmpty();

        assertThat(files()).isEqualTo(before);
    }

    @Test
    void sets_data_aside_beside_what_was_set_aside_before() throws IOException {
        put("myid", "4\n");
        put("version-2/log.100000001", "first");
        setAside();
        put("myid", "4\n");
        put("version-2/log.100000002", "second");

        assertThat(setAside()).containsExactly(data.resolve("set-aside-2"));

        assertThat(files())
                .containsEntry("data/set-aside-1/version-2/log.100000001", "first")
                .containsEntry("data/set-aside-2/version-2/log.100000002", "second");
    }

    @Test
    void setting_aside_goes_on_where_it_was_cut_off() throws IOException {
        put("ensembler.joiner", "id=4\nincarnation=100000000\n");
        put("myid", "4\n");
        put("set-aside-1/version-2/log.100000001", "transactions");

        assertThat(setAside()).isEmpty();

        JoinerFiles.write(seed(), data, configuration, SETTINGS);
        assertThat(DataDirectory.at(data).marker()).contains(seed().marker());
        assertThat(files()).containsEntry("data/set-aside-1/version-2/log.100000001", "transactions");
    }

    @Test
    void sets_a_log_directory_of_its_own_aside_as_well() throws IOException {
        var logs = directory.resolve("logs");
        Files.createDirectories(logs.resolve("version-2"));
        Files.writeString(logs.resolve("version-2/log.100000001"), "transactions");
        put("myid", "4\n");
        put("version-2/snapshot.0", "state");

        assertThat(JoinerFiles.setAside(JOINER.id(), seed().marker(), data, Map.of("dataLogDir", logs.toString())))
                .containsExactly(logs.resolve("set-aside-1"), data.resolve("set-aside-1"));

        assertThat(files())
                .containsOnlyKeys(
                        "logs/set-aside-1/version-2/log.100000001",
                        "data/set-aside-1/myid",
                        "data/set-aside-1/version-2/snapshot.0");
    }

    @Test
    void an_empty_directory_has_nothing_to_set_aside() {
        assertThat(setAside()).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void data_of_another_ensemble_is_not_set_aside() throws IOException {
        put("myid", "4\n");
        put("version-2/log.100000001", "another's");
        put("ensembler.joiner", JoinerFiles.marker(JOINER.id(), in("blue")));
        var before = files();
        var marker = JoinerFiles.marker(JOINER.id(), in("green"));
        assertThatThrownBy(() -> JoinerFiles.setAside(JOINER.id(), marker, data, SETTINGS))
                .isInstanceOf(EnsembleException.class)
                .hasMessage("Cannot set the data of server 4 aside: " + data + " belongs to \"id=4"
                        + " incarnation=10000002a ensemble=blue\", which is another ensemble. See whether that one needs"
                        + " it, and move it yourself.");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void sets_nothing_aside_that_is_not_a_data_directory_of_that_server() throws IOException {
        put("version-2/log.100000001", "somebody's");
        assertNothingSetAside(
                "%s holds data and no myid that tells whose it is. See what it is, and move it yourself.");
        put("myid", "5\n");
        assertNothingSetAside("%s is the directory of server 5.");
        put("myid", "4\n");
        put("ensembler.joiner", "id=5\nincarnation=100000000\n");
        assertNothingSetAside("%s belongs to \"id=5 incarnation=100000000\".");
    }

    private void assertNothingSetAside(String facts) {
        var before = files();
        assertThatThrownBy(this::setAside)
                .isInstanceOf(EnsembleException.class)
                .hasMessage("Cannot set the data of server 4 aside: " + facts.formatted(data));
        assertThat(files()).isEqualTo(before);
    }

    private List<Path> setAside() {
        return JoinerFiles.setAside(JOINER.id(), seed().marker(), data, SETTINGS);
    }

    private static JoinerSeed seed() {
        return JoinerFiles.seed(COMMITTED, JOINER, INCARNATION);
    }

    /** The text names the data directory where {@code %s} stands, and nothing is written. */
    private void assertRefused(JoinerSeed seed, String text) {
        var before = files();
        var refused = catchThrowableOfType(
                ValidationException.class, () -> JoinerFiles.write(seed, data, configuration, SETTINGS));
        assertThat(refused).as("a refusal, in %s", before).isNotNull();
        assertThat(refused.getMessage()).isEqualTo(text.formatted(data));
        assertThat(files()).isEqualTo(before);
    }

    private void put(String name, String text) throws IOException {
        var file = data.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private SortedMap<String, String> files() {
        var texts = new TreeMap<String, String>();
        try (var paths = Files.walk(directory)) {
            for (var file : paths.filter(Files::isRegularFile).toList()) {
                texts.put(directory.relativize(file).toString().replace('\\', '/'), Files.readString(file));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return texts;
    }

    private static QuorumPeerConfig read(Path file) throws QuorumPeerConfig.ConfigException {
        var read = new QuorumPeerConfig();
        read.parse(file.toString());
        return read;
    }
}
