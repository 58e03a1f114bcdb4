package io.ensembler.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.PlanJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.apiguardian.api.API;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What a {@link PlanJournal} promises. A journal is tested by a class that extends this one and says how to begin it:
 *
 * <pre>{@code
 * class MyJournalTest extends PlanJournalContract {
 *     @Override
 *     protected JournalUnderTest start() {
 *         return new MyJournalUnderTest();
 *     }
 * }
 * }</pre>
 *
 * <p>Each test has a journal of its own, without any line.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public abstract class PlanJournalContract {

    private static final Duration TIME = Duration.ofSeconds(20);
    private static final int MANY = 100;

    /** For subclasses. */
    protected PlanJournalContract() {}

    /** What not every journal can do, or can be made to do. */
    public enum Capability {
        /** Two processes may have it at a time, one of which is overtaken; otherwise the second one is refused. */
        TWO_AT_A_TIME,
        /** The reply that says that a line was kept can be lost. */
        LOSE_REPLIES
    }

    /** Begins a journal and returns it. */
    protected abstract JournalUnderTest start();

    /** Returns what can be asked of this journal; everything unless it is overridden. */
    protected Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Test
    void has_no_line_before_one_is_added() {
        try (var subject = start()) {
            assertThat(subject.journal().lines(TIME)).isEmpty();
            assertThat(subject.restarted().lines(TIME)).isEmpty();
        }
    }

    @Test
    void has_all_lines_in_the_order_in_which_they_were_added() {
        try (var subject = start()) {
            var added = new ArrayList<String>();
            for (int number = 1; number <= MANY; number++) {
                added.add("{\"line\":" + number + "}");
                subject.journal().append(number, added.get(number - 1), TIME);
                assertThat(subject.journal().lines(TIME)).isEqualTo(added);
            }
        }
    }

    @Test
    void what_was_read_stays_as_it_was_when_a_line_is_added() {
        try (var subject = start()) {
            subject.journal().append(1, "one", TIME);
            var read = subject.journal().lines(TIME);

            subject.journal().append(2, "two", TIME);

            assertThat(read).containsExactly("one");
        }
    }

    @Test
    void keeps_every_letter_of_a_line() {
        var lines = List.of(
                "zwölf Schneemänner ☃",
                "beyond sixteen bits: \uD83D\uDC18, combined: e\u0301",
                "no line breaks: \u0085 \u2028 \u2029 \u000B \f",
                "{\"quoted\":\"\\\"\\\\n\"}",
                "\tframed by blanks ",
                "",
                "and one more");
        try (var subject = start()) {
            for (int i = 0; i < lines.size(); i++) {
                subject.journal().append(i + 1, lines.get(i), TIME);
            }

            assertThat(subject.journal().lines(TIME)).isEqualTo(lines);
            assertThat(subject.restarted().lines(TIME)).isEqualTo(lines);
        }
    }

    @Test
    void keeps_a_line_of_a_hundred_thousand_letters() {
        var line = "{" + "0123456789".repeat(10_000) + "}";
        try (var subject = start()) {
            subject.journal().append(1, line, TIME);
            subject.journal().append(2, "short", TIME);

            assertThat(subject.restarted().lines(TIME)).containsExactly(line, "short");
        }
    }

    @Test
    void a_line_with_a_break_in_it_is_an_error_of_the_caller() {
        try (var subject = start()) {
            for (var broken : List.of("one\ntwo", "one\rtwo", "one\n")) {
                assertThatThrownBy(() -> subject.journal().append(1, broken, TIME))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(subject.journal().lines(TIME)).isEmpty();
        }
    }

    @Test
    void a_line_that_is_not_the_next_one_is_not_added() {
        try (var subject = start()) {
            subject.journal().append(1, "one", TIME);
            for (int number : new int[] {-1, 0, 1, 3}) {
                assertFails(() -> subject.journal().append(number, "another", TIME), Kind.CONFLICT);
            }
            assertThat(subject.journal().lines(TIME)).containsExactly("one");

            subject.journal().append(2, "two", TIME);

            assertThat(subject.journal().lines(TIME)).containsExactly("one", "two");
        }
    }

    @Test
    void one_that_starts_over_has_one_line_and_then_those_added_to_it() {
        try (var subject = start()) {
            var journal = subject.journal();
            journal.append(1, "one", TIME);
            journal.append(2, "two", TIME);
            if (!journal.startsOver()) {
                assertFails(() -> journal.startOver(2, "anew", TIME), Kind.UNSUPPORTED);
                assertThat(journal.lines(TIME)).containsExactly("one", "two");
                return;
            }
            assertFails(() -> journal.startOver(1, "anew", TIME), Kind.CONFLICT);
            assertThatThrownBy(() -> journal.startOver(2, "in\ntwo", TIME))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(journal.lines(TIME)).containsExactly("one", "two");

            journal.startOver(2, "anew", TIME);

            assertThat(journal.lines(TIME)).containsExactly("anew");
            assertFails(() -> journal.append(3, "three", TIME), Kind.CONFLICT);
            assertThat(subject.restarted().lines(TIME)).containsExactly("anew");
            var next = subject.restarted();
            next.append(2, "and on", TIME);
            assertThat(next.lines(TIME)).containsExactly("anew", "and on");
        }
    }

    @Test
    void whoever_goes_on_with_what_somebody_else_started_over_is_refused() {
        try (var subject = start()) {
            subject.journal().append(1, "one", TIME);
            if (!subject.journal().startsOver() || !capabilities().contains(Capability.TWO_AT_A_TIME)) {
                return;
            }
            var other = subject.beside();
            assertThat(other.lines(TIME)).containsExactly("one");

            subject.journal().startOver(1, "anew", TIME);

            assertFails(() -> other.append(2, "of old", TIME), Kind.CONFLICT);
            assertThat(subject.journal().lines(TIME)).containsExactly("anew");
        }
    }

    @Test
    void another_process_goes_on_where_one_has_ended() {
        try (var subject = start()) {
            subject.journal().append(1, "one", TIME);
            subject.journal().append(2, "two", TIME);

            var next = subject.restarted();
            assertThat(next.lines(TIME)).containsExactly("one", "two");
            assertFails(() -> next.append(2, "another", TIME), Kind.CONFLICT);
            next.append(3, "three", TIME);

            assertThat(subject.restarted().lines(TIME)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void of_two_processes_at_a_time_the_second_is_refused_or_overtakes_the_first() {
        try (var subject = start()) {
            subject.journal().append(1, "of the first", TIME);
            if (!capabilities().contains(Capability.TWO_AT_A_TIME)) {
                assertFails(subject::beside, Kind.CONFLICT);
                subject.journal().append(2, "of the first", TIME);
                assertThat(subject.restarted().lines(TIME)).containsExactly("of the first", "of the first");
                return;
            }
            var other = subject.beside();
            other.append(2, "of the other", TIME);

            assertFails(() -> subject.journal().append(2, "too late", TIME), Kind.CONFLICT);

            assertThat(subject.journal().lines(TIME)).containsExactly("of the first", "of the other");
            other.append(3, "of the other", TIME);
            assertThat(other.lines(TIME)).containsExactly("of the first", "of the other", "of the other");
        }
    }

    @Test
    void of_two_threads_that_add_the_same_line_one_does() throws Exception {
        try (var subject = start()) {
            var together = new CyclicBarrier(2);
            var one = inTheBackground(() -> added(subject.journal(), "of one", together));
            var other = inTheBackground(() -> added(subject.journal(), "of the other", together));

            for (int i = 0; i < MANY; i++) {
                assertThat(one.get().get(i))
                        .as("line %d", i + 1)
                        .isNotEqualTo(other.get().get(i));
            }
            var expected = one.get().stream()
                    .map(isOfOne -> isOfOne ? "of one" : "of the other")
                    .toList();
            assertThat(subject.journal().lines(TIME)).isEqualTo(expected);
        }
    }

    private static <T> FutureTask<T> inTheBackground(Callable<T> task) {
        var running = new FutureTask<>(task);
        var thread = new Thread(running, "journal-contract");
        thread.setDaemon(true);
        thread.start();
        return running;
    }

    /** Returns for each line, added at once with another thread, whether it was this one's that was added. */
    private static List<Boolean> added(PlanJournal journal, String line, CyclicBarrier together) throws Exception {
        var added = new ArrayList<Boolean>();
        for (int number = 1; number <= MANY; number++) {
            together.await();
            try {
                journal.append(number, line, TIME);
                added.add(true);
            } catch (DriverException e) {
                assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
                added.add(false);
            }
        }
        return added;
    }

    @Test
    void a_line_of_which_the_reply_was_lost_is_there_once_for_the_next_one_though_its_writer_may_not_have_heard() {
        Assumptions.assumeTrue(capabilities().contains(Capability.LOSE_REPLIES));
        try (var subject = start()) {
            subject.journal().append(1, "one", TIME);
            subject.loseNextReply();

            try {
                subject.journal().append(2, "two", TIME);
                assertThat(subject.hasLostReply()).as("the reply was lost").isTrue();
            } catch (DriverException e) {
                assertThat(e.kind()).isNotEqualTo(Kind.CONFLICT);
            }

            var next = subject.restarted();
            assertThat(next.lines(TIME)).containsExactly("one", "two");
            assertFails(() -> next.append(2, "two", TIME), Kind.CONFLICT);
            next.append(3, "three", TIME);
            assertThat(next.lines(TIME)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void an_interrupted_thread_keeps_its_flag_and_its_line_or_is_told_that_it_may_not_be_kept() {
        try (var subject = start()) {
            Thread.currentThread().interrupt();
            boolean kept = isKept(subject.journal(), TIME);

            assertThat(Thread.interrupted()).isTrue();
            assertThatAddedIfKept(subject, kept);
        }
    }

    @Test
    void without_time_a_line_is_kept_or_its_writer_told_that_it_may_not_be() {
        try (var subject = start()) {
            assertThatAddedIfKept(subject, isKept(subject.journal(), Duration.ZERO));
        }
    }

    private static boolean isKept(PlanJournal journal, Duration timeLeft) {
        try {
            journal.append(1, "one", timeLeft);
            return true;
        } catch (DriverException e) {
            assertThat(e.kind()).isNotEqualTo(Kind.CONFLICT);
            return false;
        }
    }

    private static void assertThatAddedIfKept(JournalUnderTest subject, boolean kept) {
        var next = subject.restarted();
        var lines = next.lines(TIME);
        assertThat(lines).isIn(kept ? List.of(List.of("one")) : List.of(List.of(), List.of("one")));
        next.append(lines.size() + 1, "and on", TIME);
        assertThat(next.lines(TIME)).hasSize(lines.size() + 1).endsWith("and on");
    }

    private static void assertFails(ThrowingCallable call, Kind kind) {
        assertThatThrownBy(call).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }
}
