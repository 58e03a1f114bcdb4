package io.ensembler.joiner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.DirectoryState;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.OwnFile;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a directory is to a server, and how its files compare with what is committed. */
class DataDirectoryTest {

    private static final String LINES =
            """
            server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
            server.2=10.0.0.2:2888:3888:participant;10.0.0.2:2181
            server.3=10.0.0.3:2888:3888:participant;10.0.0.3:2181
            """;
    private static final ConfigurationVersion VERSION = ConfigurationVersion.of(0x1_0000_002aL);
    private static final Configuration COMMITTED =
            new Configuration(ConfigurationText.parse(LINES).ensemble(), VERSION);
    private static final Server JOINER = Server.parse("server.4=10.0.0.4:2888:3888:participant;10.0.0.4:2181");
    private static final JoinerSeed SEED = JoinerFiles.seed(COMMITTED, JOINER, VERSION);

    @TempDir
    private Path directory;

    private Path data;

    @BeforeEach
    void place() {
        data = directory.resolve("data");
    }

    @Test
    void one_that_is_not_there_or_has_no_data_is_empty() throws IOException {
        assertThat(state(SEED)).isEqualTo(DirectoryState.EMPTY);
        put("data/myid", "4\n");
        assertThat(state(SEED)).isEqualTo(DirectoryState.EMPTY);
        put("data/ensembler.joiner", "id=4\nincarnation=100000000\n");
        assertThat(state(SEED)).as("claimed by an earlier plan").isEqualTo(DirectoryState.EMPTY);
    }

    @Test
    void one_with_data_and_the_marker_it_is_started_with_is_its_own() throws IOException {
        JoinerFiles.write(SEED, data, directory.resolve("conf"), Map.of());
        put("data/version-2/snapshot.0", "state");
        assertThat(state(SEED)).isEqualTo(DirectoryState.OWN);
    }

    @Test
    void one_with_the_id_of_another_server_is_foreign_with_and_without_data() throws IOException {
        put("data/myid", "5\n");
        assertThat(state(SEED)).isEqualTo(DirectoryState.FOREIGN_SERVER);
        put("data/myid", "4\n");
        put("data/ensembler.joiner", "id=5\nincarnation=100000000\n");
        assertThat(state(SEED)).isEqualTo(DirectoryState.FOREIGN_SERVER);
    }

    @Test
    void data_that_nothing_tells_the_owner_of_is_foreign() throws IOException {
        put("data/version-2/log.100000001", "somebody's");
        assertThat(state(SEED)).isEqualTo(DirectoryState.FOREIGN_SERVER);
    }

    @Test
    void one_claimed_at_a_version_the_ensemble_has_not_come_to_is_of_another_ensemble() throws IOException {
        put("data/myid", "4\n");
        put("data/ensembler.joiner", "id=4\nincarnation=10000002b\n");
        put("data/version-2/log.100000001", "another's");
        assertThat(state(SEED)).isEqualTo(DirectoryState.FOREIGN_ENSEMBLE);
        put("data/ensembler.joiner", "cluster=blue\n");
        assertThat(state(SEED)).as("a marker of another kind").isEqualTo(DirectoryState.FOREIGN_ENSEMBLE);
    }

    @Test
    void one_marked_with_the_identity_of_another_ensemble_is_foreign_even_to_a_server_that_goes_on()
            throws IOException {
        put("data/myid", "4\n");
        put("data/version-2/log.100000001", "before");
        put("data/ensembler.joiner", JoinerFiles.marker(JOINER.id(), in("blue")));
        var ours = JoinerFiles.seed(COMMITTED, JOINER, in("green")).with(JoinerSeed.Data.KEPT);
        assertThat(state(ours)).isEqualTo(DirectoryState.FOREIGN_ENSEMBLE);
        assertThat(state(JoinerFiles.seed(COMMITTED, JOINER, in("blue")))).isEqualTo(DirectoryState.OWN);
        assertThat(state(SEED.with(JoinerSeed.Data.KEPT)))
                .as("nobody looked whose ensemble it is")
                .isEqualTo(DirectoryState.OWN);
    }

    private static Incarnation in(String ensemble) {
        return new Incarnation(VERSION, Optional.of(new EnsembleIdentity(ensemble)));
    }

    @Test
    void what_it_had_before_it_was_removed_is_stale_unless_it_goes_on() throws IOException {
        put("data/myid", "4\n");
        put("data/version-2/log.100000001", "before");
        assertThat(state(SEED)).as("without a marker").isEqualTo(DirectoryState.STALE);
        put("data/ensembler.joiner", "id=4\nincarnation=100000000\n");
        assertThat(state(SEED)).as("of an earlier incarnation").isEqualTo(DirectoryState.STALE);
        assertThat(state(SEED.with(JoinerSeed.Data.KEPT))).isEqualTo(DirectoryState.OWN);
    }

    @Test
    void a_log_directory_of_its_own_counts() throws IOException {
        put("data/myid", "4\n");
        put("logs/version-2/log.100000001", "before");
        assertThat(DataDirectory.at(data).state(SEED, VERSION, DataDirectory.at(directory.resolve("logs"))))
                .isEqualTo(DirectoryState.STALE);
    }

    @Test
    void every_state_is_what_starting_on_it_comes_to() throws IOException {
        put("data/myid", "4\n");
        put("data/version-2/log.100000001", "before");
        for (var marker : new String[] {SEED.marker(), "id=4\nincarnation=100000000\n", "id=5\nincarnation=1\n"}) {
            put("data/ensembler.joiner", marker);
            var own = state(SEED) == DirectoryState.OWN;
            var conf = directory.resolve("conf");
            if (own) {
                assertThat(JoinerFiles.write(SEED, data, conf, Map.of())).exists();
            } else {
                assertThatThrownBy(() -> JoinerFiles.write(SEED, data, conf, Map.of()))
                        .isInstanceOf(EnsembleException.class);
            }
        }
    }

    @Test
    void the_file_of_a_joiner_fits_as_it_is_made() {
        assertThat(ownFile(4)).isEqualTo(OwnFile.MISSING);
        JoinerFiles.write(SEED, data, directory.resolve("conf"), Map.of());
        assertThat(ownFile(4)).isEqualTo(OwnFile.FITS);
    }

    @Test
    void the_file_of_a_listed_server_fits_with_its_lines_in_whichever_file() throws IOException {
        put("conf/zoo.cfg", "tickTime=2000\n" + LINES);
        assertThat(ownFile(2)).isEqualTo(OwnFile.FITS);
        put("conf/zoo.cfg", "dynamicConfigFile=zoo.cfg.dynamic.10000002a\n");
        assertThat(ownFile(2)).as("its dynamic file is gone").isEqualTo(OwnFile.MISSING);
        put("conf/zoo.cfg.dynamic.10000002a", LINES);
        assertThat(ownFile(2)).isEqualTo(OwnFile.FITS);
    }

    @Test
    void a_file_is_told_from_one_that_fits() throws IOException {
        put(
                "conf/zoo.cfg",
                "dynamicConfigFile="
                        + directory.resolve("conf/lines").toString().replace('\\', '/') + "\n");
        put("conf/lines", LINES);
        assertThat(ownFile(4)).isEqualTo(OwnFile.WITHOUT_ITSELF);
        put("conf/lines", LINES + JOINER + "\n");
        assertThat(ownFile(4)).isEqualTo(OwnFile.ITSELF_AS_PARTICIPANT);
        put(
                "conf/lines",
                LINES.replace("server.3", "server.9") + JOINER.toString().replace("participant", "observer"));
        assertThat(ownFile(4)).isEqualTo(OwnFile.OTHER_PARTICIPANTS);
        put("conf/zoo.cfg", "dataDir=C:\\users\n");
        assertThatThrownBy(() -> ownFile(4))
                .isInstanceOf(EnsembleException.class)
                .hasMessage("Cannot read " + directory.resolve("conf/zoo.cfg")
                        + ": it holds an escape that means nothing.");
    }

    private DirectoryState state(JoinerSeed seed) {
        var here = DataDirectory.at(data);
        return here.state(seed, VERSION, here);
    }

    private OwnFile ownFile(long id) {
        return JoinerFiles.ownFile(directory.resolve("conf"), ServerId.of(id), COMMITTED.ensemble());
    }

    private void put(String name, String text) throws IOException {
        var file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
