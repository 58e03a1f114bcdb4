package io.ensembler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be read is said before anybody is connected to, which would take longer than any of these. */
class WrongInputTest {

    /** Nobody answers there: whoever connects to it fails with another status. */
    private static final String NOBODY = "127.0.0.1:1";

    private static final String LINE = "server.4=zk4:2888:3888;2181";

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(List<String> arguments) {
        var streams = new Streams(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        return EnsemblerCli.run(streams, arguments.toArray(String[]::new));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                of("Unmatched argument", "everything"),
                of("Unknown option: '--loud'", "status", "--loud"),
                of("'--format'", "status", "--format", "poem"),
                of("Cannot print a dynamic configuration as JSON", "status", "--format", "dynamic", "--json"),
                of("Cannot read the server 'server.4'", "plan", "--add", "server.4"),
                of("Cannot read 'four' as the id of a server", "plan", "--remove", "four"),
                of("Cannot read the server 'zk6'", "plan", "--replace", "3=zk6"),
                of("'--replace'", "plan", "--replace", "3"),
                of("'--role'", "plan", "--role", "4=king"),
                of("'many' is not an int", "plan", "--size", "many"),
                of("Cannot read the server 'x'", "plan", "--offer", "x"),
                of("there is no such file", "plan", "--target", "FOLDER/none.cfg"),
                of("Cannot read the configuration in", "plan", "--target", "FOLDER/wrong"),
                of("'little' is not an int", "plan", "--consent-tolerance", "little"),
                of("'--pace'", "plan", "--pace", "allegro"),
                of("there is no such file", "plan", "--launcher", "FOLDER/none.json"),
                of("there is no such file", "apply", "--plan", "FOLDER/none.json"),
                of("Cannot read the plan in", "apply", "--plan", "FOLDER/wrong"),
                of("a saved plan and a change at once", "apply", "--plan", "FOLDER/wrong", "--add", LINE),
                of("FOLDER/none/run.journal", "apply", "--journal", "FOLDER/none/run.journal"),
                of("Cannot write the report", "apply", "--report", "FOLDER/none/report.json"),
                of("Cannot read 'soon' as a time", "apply", "--stabilize", "soon"),
                of("Cannot read '10' as a time", "apply", "--timeout", "10"),
                of("Cannot run with these times", "apply", "--timeout", "0s"),
                of("'--on-failure'", "apply", "--on-failure", "cry"),
                of("as a maintenance window", "apply", "--window", "tonight"),
                of("as a maintenance window", "apply", "--window", "25:00-26:00 UTC"),
                of("as a maintenance window", "resume", "--window", "22:00-04:00 Atlantis/Capital"),
                of("Cannot read the launcher in", "resume", "--launcher", "FOLDER/wrong"),
                of("there is no such file", "rollback", "--to", "FOLDER/none.cfg"),
                of("there is no such file", "verify", "--auth-file", "FOLDER/none"),
                of("there is no blank after a scheme", "verify", "--auth-file", "FOLDER/wrong"),
                of("Cannot use line 2", "verify", "--auth-file", "FOLDER/nameless"),
                of("Cannot look all the time", "watch", "--interval", "0s"),
                of("Missing required options", "joiner"),
                of("Cannot read the server 'four'", "joiner", "--server", "four"));
    }

    private static Arguments of(String said, String... typed) {
        return Arguments.of(said, List.of(typed));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("wrong")
    void is_told_with_the_status_of_usage(String said, List<String> typed) throws IOException {
        Files.writeString(directory.resolve("wrong"), "nothing-of-that-kind\n");
        Files.writeString(directory.resolve("nameless"), "# identities\ndigest planted-secret\n");
        var arguments = new ArrayList<String>();
        typed.forEach(word -> arguments.add(word.replace("FOLDER", directory.toString())));
        arguments.addAll(List.of("--connect", NOBODY));

        assertThat(run(arguments)).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(ExitStatus.USAGE);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(said.replace("FOLDER", directory.toString()))
                .doesNotContain("planted-secret");
        assertThat(out.size() == 0 || typed.contains("--json")).isTrue();
    }

    @Test
    void it_is_told_as_json_too_where_that_is_wanted() {
        var arguments = List.of("plan", "--json", "--connect", NOBODY, "--target", directory + "/none.cfg");

        assertThat(run(arguments)).isEqualTo(ExitStatus.USAGE);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\"exitStatus\" : 64", "\"error\" : \"Cannot read the configuration in ");
        assertThat(fields(out.toString(StandardCharsets.UTF_8)))
                .containsExactlyInAnyOrder("exitStatus", "error", "refusals");
    }

    /** The names of all fields of a document, which {@code docs/cli.md} lists. */
    static Set<String> fields(String document) {
        var fields = new HashSet<String>();
        try (var json = new JsonFactory().createParser(document)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME) {
                    fields.add(json.currentName());
                }
            }
            return fields;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void each_command_explains_itself() {
        for (var command :
                List.of("status", "plan", "apply", "resume", "rollback", "verify", "watch", "lint", "joiner")) {
            out.reset();
            assertThat(run(List.of(command, "--help"))).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: ensembler " + command);
        }
    }

    @Test
    void a_static_file_is_looked_at_without_any_ensemble() throws IOException {
        var good = directory.resolve("good.cfg");
        Files.writeString(good, "dataDir=/srv/zookeeper/data\n");
        assertThat(run(List.of("lint", good.toString()))).isEqualTo(ExitStatus.FOUND);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("initLimit");
        out.reset();
        assertThat(run(List.of("lint", good.toString(), "--json"))).isEqualTo(ExitStatus.FOUND);
        assertThat(fields(out.toString(StandardCharsets.UTF_8)))
                .containsExactlyInAnyOrder("findings", "rule", "severity", "key", "facts", "remedy");
        assertThat(run(List.of("lint", directory.resolve("none.cfg").toString())))
                .isEqualTo(ExitStatus.USAGE);
    }
}
