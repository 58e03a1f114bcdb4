package io.ensembler.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FenceTest {

    private static final Duration TIME = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void lets_equal_and_higher_tokens_pass_and_refuses_lower_ones() throws Exception {
        take(token(1, 0x1_0000_0000L), TIME);
        take(token(1, 0x1_0000_0000L), TIME);
        take(token(1, 0x1_0000_0007L), TIME);
        assertThat(Files.readString(directory.resolve("ensembler.fence"))).isEqualTo("epoch=1\nversion=100000007\n");
        assertRefused(token(1, 0x1_0000_0006L), "configuration 100000006 under lock 1");
        assertRefused(token(0, 0x2_0000_0000L), "configuration 200000000");
        take(token(2, 0x1_0000_0000L), TIME);
        assertThat(Files.readString(directory.resolve("ensembler.fence"))).isEqualTo("epoch=2\nversion=100000000\n");
    }

    private void assertRefused(FencingToken asOf, String says) {
        assertThatThrownBy(() -> take(asOf, TIME))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessage("Cannot: this was decided on " + says
                        + ", and configuration 100000007 under lock 1 has been seen since. Observe again.");
    }

    @Test
    void holds_versions_as_numbers_without_sign() throws Exception {
        take(token(0, 0xffff_ffff_0000_0000L), TIME);
        assertThatThrownBy(() -> take(token(0, 1), TIME))
                .hasMessageContaining("configuration ffffffff00000000 has been");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "epoch=1\n", "epoch=99999999999999999999\nversion=1\n", "epoch=1\nversion=1\nmore\n"})
    void refuses_all_where_nobody_can_tell_what_was_decided_last(String text) throws Exception {
        Files.writeString(directory.resolve("ensembler.fence"), text);
        assertThatThrownBy(() -> take(token(9, 9), TIME))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageStartingWith("Cannot: nobody can tell what was decided last");
        assertThat(Files.readString(directory.resolve("ensembler.fence"))).isEqualTo(text);
    }

    @Test
    void lets_one_act_at_a_time_within_a_process() throws Exception {
        var within = new AtomicInteger();
        var most = new AtomicInteger();
        var threads = new Thread[8];
        var failures = new ConcurrentLinkedQueue<Throwable>();
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                try {
                    act(token(1, 1), TIME, () -> {
                        most.accumulateAndGet(within.incrementAndGet(), Math::max);
                        Thread.onSpinWait();
                        within.decrementAndGet();
                    });
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
        }
        for (var thread : threads) {
            thread.start();
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(most).hasValue(1);
    }

    @Test
    void one_that_waits_in_vain_has_done_nothing_and_leaves_the_lock_to_its_holder() throws Exception {
        act(token(1, 1), TIME, () -> {
            assertTaken(token(2, 2));
            try (var other = new Holder(directory)) {
                assertThat(other.says())
                        .as("of another process, after one here gave up")
                        .isEqualTo("taken");
            }
        });
        assertThat(Files.readString(directory.resolve("ensembler.fence"))).isEqualTo("epoch=1\nversion=1\n");
    }

    @Test
    void keeps_other_processes_off_and_goes_on_when_they_end() throws Exception {
        try (var other = new Holder(directory)) {
            assertThat(other.says()).isEqualTo("held");
            assertTaken(token(1, 1));
        }
        take(token(1, 1), TIME);
    }

    @Test
    void what_waits_goes_on_once_the_other_is_done_and_is_measured_by_what_that_one_left() throws Exception {
        var refused = new AtomicReference<Throwable>();
        var waiting = new CountDownLatch(1);
        var thread = new Thread(() -> {
            waiting.countDown();
            try {
                act(token(1, 1), TIME, () -> refused.set(new AssertionError("it passed")));
            } catch (Throwable e) {
                refused.set(e);
            }
        });
        act(token(2, 2), TIME, () -> {
            thread.start();
            waiting.await();
        });
        thread.join();
        assertThat(refused.get())
                .hasMessage("Cannot: this was decided on configuration 1 under lock 1, and configuration 2 under lock 2"
                        + " has been seen since. Observe again.");
    }

    private void assertTaken(FencingToken asOf) {
        assertThatThrownBy(() -> take(asOf, Duration.ofMillis(30)))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRYABLE))
                .hasMessageContaining("Cannot: another launcher has been acting on it all the time");
    }

    private void take(FencingToken asOf, Duration time) throws InterruptedException {
        act(asOf, time, () -> {});
    }

    private void act(FencingToken asOf, Duration time, Fence.Action action) throws InterruptedException {
        Fence.act("Cannot", directory, asOf, Deadline.in(time, TimeSource.system()), action);
    }

    private static FencingToken token(long epoch, long version) {
        return new FencingToken(epoch, ConfigurationVersion.of(version));
    }

    /** Another process that tries to take the lock, says whether it did, and holds it until it is closed. */
    static final class Holder implements AutoCloseable {

        private final Process process;

        Holder(Path directory) {
            try {
                process = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                LauncherProgram.classPath(),
                                Holder.class.getName(),
                                directory.resolve("ensembler.lock").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String says() {
            try {
                return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }

        /** Takes the lock. */
        public static void main(String[] arguments) throws Exception {
            var channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            System.out.println(channel.tryLock() == null ? "taken" : "held");
            System.in.read();
        }
    }
}
