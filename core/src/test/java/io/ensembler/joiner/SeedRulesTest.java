package io.ensembler.joiner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Server;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.Violation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files from which servers split an ensemble, or never attach to it. */
class SeedRulesTest {

    private static final String COMMITTED_LINES =
            """
            server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
            server.2=10.0.0.2:2888:3888:participant;10.0.0.2:2181
            server.3=10.0.0.3:2888:3888:participant;10.0.0.3:2181
            """;
    private static final Configuration COMMITTED = ConfigurationText.parse(COMMITTED_LINES + "version=10000002a\n");
    private static final String SAFE_ROUTE =
            "Start it from what JoinerFiles.seed makes, the committed participants and itself as observer, and let a"
                    + " reconfiguration make it a participant once it is in sync.";
    private static final Server FOUR = joiner(4);
    private static final Server FIVE = joiner(5);

    @TempDir
    private Path directory;

    @Test
    void what_joiner_files_make_passes_for_joiners_and_for_listed_servers() {
        var seeds = List.of(
                JoinerFiles.seed(COMMITTED, FIVE, COMMITTED.version()),
                JoinerFiles.seed(COMMITTED, FOUR, COMMITTED.version()),
                JoinerFiles.seed(COMMITTED, Server.parse("server.2=10.9.9.9:2888:3888;2181"), COMMITTED.version()));
        assertThat(JoinerFiles.check(COMMITTED, seeds).violations()).isEmpty();
    }

    @Test
    void joiners_whose_files_list_each_other_as_participants_are_refused() {
        var lines = COMMITTED_LINES + FOUR + "\n" + FIVE + "\n";
        assertThat(check(seed(FIVE, lines), seed(FOUR, lines)))
                .containsExactly(
                        "Cannot start server 4: its file lists it as participant, which the ensemble does not: with"
                                + " others like it it could form an ensemble of its own. " + SAFE_ROUTE
                                + " [joiner-cannot-elect]",
                        "Cannot start server 4: its file lists server 5, which joins as well, as participant: together"
                                + " they could form an ensemble of their own. " + SAFE_ROUTE + " [joiner-cannot-elect]",
                        "Cannot start server 5: its file lists it as participant, which the ensemble does not: with"
                                + " others like it it could form an ensemble of its own. " + SAFE_ROUTE
                                + " [joiner-cannot-elect]",
                        "Cannot start server 5: its file lists server 4, which joins as well, as participant: together"
                                + " they could form an ensemble of their own. " + SAFE_ROUTE
                                + " [joiner-cannot-elect]");
    }

    @Test
    void a_joiner_that_is_its_own_only_participant_is_refused() {
        assertThat(check(seed(FOUR, FOUR + "\n")))
                .containsExactly(
                        "Cannot start server 4: its file lists nobody but itself as participant: it would serve alone,"
                                + " beside the ensemble. " + SAFE_ROUTE + " [joiner-cannot-elect]",
                        "Cannot start server 4: its file does not list servers 1, 2, 3 as participants: it would be"
                                + " stranded where those it lists are gone. " + SAFE_ROUTE + " [wrong-own-file]");
    }

    @Test
    void participants_that_are_not_committed_are_refused_and_so_is_a_list_that_lacks_some() {
        var lines = COMMITTED_LINES.replace("server.3=10.0.0.3", "server.9=10.0.0.9") + observer(FOUR);
        assertThat(check(seed(FOUR, lines)))
                .containsExactly(
                        "Cannot start server 4: its file lists server 9 as participant, and the ensemble does not. "
                                + SAFE_ROUTE + " [wrong-own-file]",
                        "Cannot start server 4: its file does not list server 3 as participant: it would be stranded"
                                + " where those it lists are gone. " + SAFE_ROUTE + " [wrong-own-file]");
    }

    @Test
    void a_participant_at_another_address_is_refused() {
        var lines = COMMITTED_LINES.replace("10.0.0.2:2888", "10.0.0.2:2889") + observer(FOUR);
        assertThat(check(seed(FOUR, lines)))
                .containsExactly("Cannot start server 4: its file lists server 2 at another address than"
                        + " 10.0.0.2:2888:3888. " + SAFE_ROUTE + " [wrong-own-file]");
    }

    @Test
    void a_file_with_a_version_is_refused() {
        assertThat(check(seed(FOUR, COMMITTED_LINES + observer(FOUR) + "version=500000000\n")))
                .containsExactly("Cannot start server 4: its file carries version 500000000, and a server ahead of the"
                        + " leader is turned away for ever. " + SAFE_ROUTE + " [wrong-own-file]");
    }

    @Test
    void a_file_from_which_the_server_would_not_start_is_refused() {
        assertThat(check(seed(FOUR, COMMITTED_LINES)))
                .containsExactly("Cannot start server 4: its file does not list it, so that it would not start. "
                        + SAFE_ROUTE + " [wrong-own-file]");
        assertThat(check(seed(FOUR, observer(FOUR))))
                .containsExactly("Cannot start server 4: its file lists no participant, so that it would not start. "
                        + SAFE_ROUTE + " [wrong-own-file]");
        assertThat(check(seed(FOUR, "nonsense")))
                .singleElement()
                .asString()
                .startsWith("Cannot start server 4: its file cannot be read: ")
                .endsWith(SAFE_ROUTE + " [wrong-own-file]");
    }

    @Test
    void nothing_is_started_beside_a_standalone_server() {
        var standalone = ConfigurationText.parse("");
        var seed = new JoinerSeed(FOUR, observer(FOUR), JoinerFiles.marker(FOUR.id(), ConfigurationVersion.NONE));
        assertThat(JoinerFiles.check(standalone, List.of(seed)).toString())
                .isEqualTo("Cannot start servers beside this one: its configuration lists no participant, as that of a"
                        + " standalone server does. Restart it alone with standaloneEnabled=false, reconfigEnabled=true"
                        + " and its own server line, and start the others once it is an ensemble of one. [standalone]");
    }

    @Test
    void no_file_is_written_from_which_a_server_would_not_attach() {
        var seed = seed(FOUR, COMMITTED_LINES + observer(FOUR) + "version=500000000\n");
        assertThatThrownBy(() -> JoinerFiles.write(seed, directory.resolve("data"), directory, Map.of()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("carries version 500000000");
        assertThat(directory).isEmptyDirectory();
    }

    private static List<String> check(JoinerSeed... seeds) {
        return JoinerFiles.check(COMMITTED, List.of(seeds)).violations().stream()
                .map(Violation::toString)
                .toList();
    }

    private static Server joiner(int id) {
        return Server.parse("server." + id + "=10.0.0." + id + ":2888:3888:participant;10.0.0." + id + ":2181");
    }

    private static String observer(Server server) {
        return server.withRole(io.ensembler.model.ServerRole.OBSERVER) + "\n";
    }

    private static JoinerSeed seed(Server server, String lines) {
        return new JoinerSeed(server, lines, JoinerFiles.marker(server.id(), COMMITTED.version()));
    }
}
