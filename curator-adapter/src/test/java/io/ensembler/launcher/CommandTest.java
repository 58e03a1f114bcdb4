package io.ensembler.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the arguments of commands, of what they print, and of those that do not end. */
class CommandTest {

    private static final Duration TIME = Duration.ofSeconds(20);
    private static final List<String> HOSTILE = List.of(
            "two words",
            "'single' \"double\" `back`",
            "; touch pwned",
            "$(touch pwned)",
            "$HOME ${HOME} %PATH%",
            "a\nb\r\tc",
            "| & > < * ? [a-z] ~ ! # \\",
            "{id} {{ }}",
            "");

    @TempDir
    private Path directory;

    @Test
    void a_hostile_value_stays_in_its_argument_and_is_never_read_again() throws Exception {
        var file = directory.resolve("seen");
        var printing = Command.of(
                "/bin/sh",
                "-c",
                "for it; do printf '<%s>' \"$it\"; done >> \"$0\"",
                file.toString(),
                "{data-directory}",
                "--data={data-directory}");
        for (var value : HOSTILE) {
            commands().run("Cannot", printing, values(value), deadline());
        }
        assertThat(Files.readString(file))
                .isEqualTo(HOSTILE.stream()
                        .map(value -> "<" + value + "><--data=" + value + ">")
                        .collect(Collectors.joining()));
        assertThat(directory).isDirectoryNotContaining("glob:**pwned");
    }

    @Test
    void another_jvm_gets_the_same_arguments() throws Exception {
        var file = directory.resolve("seen");
        var all = String.join("\n", HOSTILE);
        var command = program("record", file.toString(), "{data-directory}", "end");
        commands().run("Cannot", command, values(all), deadline());
        assertThat(Files.readString(file)).isEqualTo(all.length() + ":" + all + "3:end\n");
    }

    @Test
    void what_stands_around_a_placeholder_stays_and_braces_are_written_twice() {
        assertThat(Command.of("run", "--data={data-directory}", "{{{id}}}", "{sh:data-directory}")
                        .fill("Cannot", values("it's; here")))
                .containsExactly("run", "--data=it's; here", "{4}", "'it'\\''s; here'");
    }

    @Test
    void a_shell_takes_what_is_quoted_for_it_for_one_word() throws Exception {
        var file = directory.resolve("seen");
        // As ssh hands its arguments to the shell of the other machine.
        var command = Command.of(
                "/bin/sh",
                "-c",
                "for it in {sh:data-directory} end; do printf '<%s>' \"$it\"; done >> \"$0\"",
                file.toString());
        for (var value : HOSTILE) {
            commands().run("Cannot", command, values(value), deadline());
        }
        assertThat(Files.readString(file))
                .isEqualTo(HOSTILE.stream().map(value -> "<" + value + "><end>").collect(Collectors.joining()));
        assertThat(directory).isDirectoryNotContaining("glob:**pwned");
    }

    @Test
    void a_value_does_not_become_an_option() {
        var command = Command.of("run", "{data-directory}");
        assertThatThrownBy(() -> command.fill("Cannot start server 4", values("-rf")))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessage("Cannot start server 4: an argument of its command would begin with a dash and be taken for"
                        + " an option. Choose a name or path that begins otherwise, or put something before the"
                        + " placeholder.");
        assertThat(Command.of("run", "-d{data-directory}", "--", "-x").fill("Cannot", values("-rf")))
                .containsExactly("run", "-d-rf", "--", "-x");
    }

    @Test
    void a_value_does_not_end_an_argument() {
        assertThatThrownBy(() -> Command.of("run", "{data-directory}").fill("Cannot", values("a\0b")))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("would hold a zero character");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {pid}      | {pid} stands for nothing; there are {id}, {host},
                    ${HOME}    | {HOME} stands for nothing
                    {id        | a brace is not closed
                    id}        | a brace is closed that was not opened
                    {sh:}      | {sh:} stands for nothing
                    """)
    void a_template_that_cannot_be_read_is_refused(String template, String says) {
        assertThatThrownBy(() -> Command.of("run", template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cannot read the template '" + template + "': " + says)
                .hasMessageEndingWith("Write a brace that is meant twice.");
    }

    @Test
    void which_program_runs_does_not_depend_on_a_server() {
        assertThatThrownBy(() -> Command.of("/opt/{host}/start"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("which program runs must not depend on a server");
        assertThatThrownBy(Command::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_is_not_known_of_a_server_is_named() {
        assertThatThrownBy(() -> Command.of("run", "{client-port}").fill("Cannot start server 4", values("x")))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("Cannot start server 4: its command needs {client-port}, which is not known");
    }

    @Test
    void a_failure_tells_the_status_and_the_last_lines_and_no_secret() {
        var secret = Map.of("SECRET", "hunter2");
        var failure = catchThrowableOfType(DriverException.class, () -> new Commands(secret)
                .run("Cannot start server 4", program("fail", "3"), values("x"), deadline()));
        assertThat(failure.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
        assertThat(failure)
                .hasMessageMatching("Cannot start server 4: \\S*java ended with status 3\\. It said last: about to fail"
                        + " \\| because of \\*\\*\\*\\. See what it did before trying again\\.");
    }

    @Test
    void however_much_a_command_prints_it_ends_and_its_last_lines_are_told() {
        assertThatThrownBy(() -> commands().run("Cannot", program("flood", "5000000"), values("x"), deadline()))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("ended with status 7")
                .hasMessageContaining("x... | the last line. See")
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(2_000));
    }

    @Test
    void one_that_hangs_is_killed_at_the_deadline_with_all_it_has_started() throws Exception {
        var file = directory.resolve("pids");
        var failure = catchThrowableOfType(DriverException.class, () -> commands()
                .run("Cannot stop server 4", hanging(file), values("x"), Deadline.in(TIME, overOnce(file))));
        assertThat(failure.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
        assertThat(failure)
                .hasMessageContaining("Cannot stop server 4: ")
                .hasMessageContaining("had not ended when its time was over, and was killed with all it had started. It"
                        + " said last: waiting for what never comes.");
        assertAllEnd(file);
    }

    @Test
    void one_that_is_interrupted_is_killed_too() throws Exception {
        var file = directory.resolve("pids");
        var ended = new AtomicReference<Throwable>();
        var thread = new Thread(() -> {
            try {
                commands().run("Cannot", hanging(file), values("x"), deadline());
            } catch (Throwable e) {
                ended.set(e);
            }
        });
        thread.start();
        while (!Files.exists(file)) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        thread.join();
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
        assertAllEnd(file);
    }

    /** Time that is over as soon as a file is there, however long that takes. */
    private static TimeSource overOnce(Path file) {
        return new TimeSource() {
            @Override
            public Instant now() {
                return Instant.EPOCH;
            }

            @Override
            public long nanoTime() {
                return Files.exists(file) ? TIME.toNanos() : 0;
            }

            @Override
            public void sleep(Duration time) {
                throw new AssertionError("nothing is waited for");
            }
        };
    }

    /** A command that says who it is and whom it has started, and waits for that one. */
    private static Command hanging(Path file) {
        return Command.of(
                "/bin/sh",
                "-c",
                "sleep 60 & echo waiting for what never comes; echo $$ $! > \"$0.new\"; mv \"$0.new\" \"$0\"; wait",
                file.toString());
    }

    /** Both that hang: the one that was started, and the one it started. */
    private static void assertAllEnd(Path file) throws IOException {
        var pids = Files.readString(file).trim().split(" ");
        assertThat(pids).hasSize(2);
        for (var pid : pids) {
            long deadline = System.nanoTime() + TIME.toNanos();
            while (ProcessHandle.of(Long.parseLong(pid))
                    .filter(ProcessHandle::isAlive)
                    .isPresent()) {
                assertThat(System.nanoTime()).as("process " + pid + " lives on").isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void a_question_has_three_answers() throws Exception {
        assertThat(commands()
                        .ask("Cannot", program("status", directory.toString()), values("x"), Set.of(3), deadline()))
                .isTrue();
        var missing = program("status", directory.resolve("missing").toString());
        assertThat(commands().ask("Cannot", missing, values("x"), Set.of(3), deadline()))
                .isFalse();
        assertThatThrownBy(() -> commands().ask("Cannot", missing, values("x"), Set.of(1), deadline()))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRYABLE))
                .hasMessageContaining("nobody can tell whether it runs, since ")
                .hasMessageContaining("ended with status 3. It said nothing. Nothing was changed.");
    }

    @Test
    void a_program_that_is_not_there_is_refused_without_its_arguments() {
        var command = Command.of(directory.resolve("missing").toString(), "--password=hunter2");
        assertThatThrownBy(() -> commands().run("Cannot start server 4", command, values("x"), deadline()))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessage("Cannot start server 4: " + directory.resolve("missing")
                        + " cannot be run. See that it is there, may be executed, and that the place for its output can"
                        + " be written.")
                .hasNoCause();
    }

    private static Command program(String... arguments) {
        return Command.of(LauncherProgram.command(arguments));
    }

    private static Commands commands() {
        return new Commands(Map.of());
    }

    private static Map<Placeholder, String> values(String data) {
        return new TreeMap<>(Map.of(Placeholder.ID, "4", Placeholder.DATA_DIRECTORY, data));
    }

    private static Deadline deadline() {
        return Deadline.in(TIME, TimeSource.system());
    }
}
