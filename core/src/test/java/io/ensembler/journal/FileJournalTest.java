package io.ensembler.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.spi.DriverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {

    private static final Duration TIME = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("run.journal");
    }

    @Test
    void lines_are_there_again_when_it_is_opened_anew() {
        try (var journal = FileJournal.open(file)) {
            assertThat(journal.lines(TIME)).isEmpty();
            journal.append(1, "one", TIME);
            journal.append(2, "zwölf ☃", TIME);
            assertThat(journal.lines(TIME)).containsExactly("one", "zwölf ☃");
        }
        try (var journal = FileJournal.open(file)) {
            journal.append(3, "three", TIME);
            assertThat(journal.lines(TIME)).containsExactly("one", "zwölf ☃", "three");
        }
    }

    @Test
    void each_line_is_in_the_file_before_append_returns() throws IOException {
        try (var journal = FileJournal.open(file)) {
            journal.append(1, "one", TIME);
            assertThat(Files.readString(file)).isEqualTo("one\n");
        }
    }

    @Test
    void a_last_line_without_its_end_is_taken_off_wherever_it_was_torn() throws IOException {
        var torn = "{zwölf ☃".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= torn.length; length++) {
            Files.writeString(file, "one\ntwo\n");
            Files.write(file, java.util.Arrays.copyOf(torn, length), StandardOpenOption.APPEND);
            try (var journal = FileJournal.open(file)) {
                assertThat(journal.lines(TIME)).containsExactly("one", "two");
                journal.append(3, "three", TIME);
                assertThat(journal.lines(TIME)).containsExactly("one", "two", "three");
            }
            assertThat(Files.readString(file)).isEqualTo("one\ntwo\nthree\n");
        }
    }

    @Test
    void nobody_else_can_open_it_meanwhile() {
        try (var journal = FileJournal.open(file)) {
            journal.append(1, "one", TIME);
            assertThatThrownBy(() -> FileJournal.open(file))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(DriverException.Kind.CONFLICT))
                    .hasMessageContaining("somebody else has it open");
            journal.append(2, "two", TIME);
        }
        try (var journal = FileJournal.open(file)) {
            assertThat(journal.lines(TIME)).containsExactly("one", "two");
        }
    }

    @Test
    @Timeout(60)
    void another_process_cannot_open_it_and_loses_nothing_when_it_is_killed() throws Exception {
        var child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat((char) child.getInputStream().read()).isEqualTo('+');
            assertThatThrownBy(() -> FileJournal.open(file)).hasMessageContaining("somebody else has it open");
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
        try (var journal = FileJournal.open(file)) {
            assertThat(journal.lines(TIME)).isEqualTo(List.of("of another process"));
        }
    }

    /**
     * Opens a journal, writes one line, says so and waits to be killed, or until the process that started it has ended.
     */
    static final class Holder {

        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            var journal = FileJournal.open(Path.of(arguments[0]));
            journal.append(1, "of another process", TIME);
            System.out.print('+');
            System.out.flush();
            System.out.write(System.in.read());
            journal.close();
        }
    }

    @Test
    void an_interrupted_thread_keeps_its_line_and_its_flag() {
        try (var journal = FileJournal.open(file)) {
            Thread.currentThread().interrupt();
            journal.append(1, "one", TIME);
            assertThat(journal.lines(TIME)).containsExactly("one");
            assertThat(Thread.interrupted()).isTrue();
            journal.append(2, "two", TIME);
            assertThat(journal.lines(TIME)).containsExactly("one", "two");
        }
    }

    @Test
    void what_cannot_be_kept_is_refused_and_so_is_all_that_follows() {
        var journal = FileJournal.open(file);
        journal.append(1, "one", TIME);
        journal.close();
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> journal.append(2, "two", TIME))
                    .isInstanceOf(DriverException.class)
                    .hasMessageContaining("Cannot add to the journal " + file);
        }
        try (var again = FileJournal.open(file)) {
            assertThat(again.lines(TIME)).containsExactly("one");
        }
    }

    @Test
    void a_line_with_a_break_in_it_is_an_error_of_the_caller() {
        try (var journal = FileJournal.open(file)) {
            assertThatThrownBy(() -> journal.append(1, "one\ntwo", TIME)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> journal.append(1, "one\rtwo", TIME)).isInstanceOf(IllegalArgumentException.class);
            assertThat(journal.lines(TIME)).isEmpty();
        }
    }

    @Test
    void a_line_that_is_not_the_next_one_is_somebody_elses() {
        try (var journal = FileJournal.open(file)) {
            journal.append(1, "one", TIME);
            for (int number : new int[] {0, 1, 3}) {
                assertThatThrownBy(() -> journal.append(number, "two", TIME))
                        .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind())
                                .isEqualTo(DriverException.Kind.CONFLICT));
            }
            journal.append(2, "two", TIME);
            assertThat(journal.lines(TIME)).containsExactly("one", "two");
        }
    }

    @Test
    void a_file_that_is_no_journal_is_left_as_it_is() throws IOException {
        Files.writeString(file, "a secret without end");
        assertThatThrownBy(() -> FileJournal.open(file))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("it ends in something that is no line of a journal");
        assertThat(Files.readString(file)).isEqualTo("a secret without end");
    }

    @Test
    void to_open_and_read_it_changes_nothing() throws IOException {
        Files.writeString(file, "one\n{tor");
        try (var journal = FileJournal.open(file)) {
            assertThat(journal.lines(TIME)).containsExactly("one");
        }
        assertThat(Files.readString(file)).isEqualTo("one\n{tor");
    }

    @Test
    void whoever_reads_the_file_takes_nothing_from_who_has_it_open() throws Exception {
        try (var journal = FileJournal.open(file)) {
            journal.append(1, "one", TIME);
            assertThat(Files.readAllLines(file)).containsExactly("one");
            var child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Holder.class.getName(),
                            file.toString())
                    .redirectErrorStream(true)
                    .start();
            var said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).contains("somebody else has it open");
            assertThat(journal.lines(TIME)).containsExactly("one");
        }
    }

    @Test
    void a_folder_that_is_not_there_and_a_file_that_is_no_text_are_refused() throws IOException {
        assertThatThrownBy(() -> FileJournal.open(folder.resolve("nowhere").resolve("run.journal")))
                .isInstanceOf(DriverException.class)
                .hasMessageStartingWith("Cannot open the journal ");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
        try (var journal = FileJournal.open(file)) {
            assertThatThrownBy(() -> journal.lines(TIME))
                    .isInstanceOf(DriverException.class)
                    .hasMessageContaining("it is no text in UTF-8");
        }
    }
}
