package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.Outputs.Kind;
import io.ensembler.execution.RunListener;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.journal.FileJournal;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.runtime.SuperIdentity;
import io.ensembler.validation.ValidationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whatever comes out of a driver that was given a secret does not show it. */
class SecretsTest {

    private static final Duration SHORT = Duration.ofSeconds(1);

    private final Secret right = new Secret("operator", password());
    private final Secret wrong = new Secret("stranger", password());

    private static String password() {
        return "planted" + Long.toHexString(ThreadLocalRandom.current().nextLong() | 1L << 60);
    }

    @Test
    void no_secret_comes_to_light_in_runs_that_complete_or_fail(@TempDir Path folder) throws Exception {
        try (var ensemble = TestEnsemble.builder().grantReconfiguration(false).start()) {
            // Before anybody searches: the client of whoever writes an ACL logs it.
            grantTo(right, ensemble);
            try (var outputs = Outputs.search(right, wrong)) {
                runsThatComplete(ensemble, outputs, folder);
                refusals(ensemble, outputs);
                lossOfTheQuorum(ensemble, outputs, folder);

                assertThat(outputs.findings()).isEmpty();
                for (var kind : Kind.values()) {
                    assertThat(outputs.searched(kind))
                            .as("searched of %s", kind)
                            .isPositive();
                }
                assertThat(outputs.logged("org.apache.zookeeper")).isGreaterThan(100);
                assertThat(outputs.logged("org.apache.curator")).isGreaterThan(50);
                assertThat(outputs.logged("io.ensembler.curator")).isGreaterThan(10);
            }
        }
    }

    @Test
    void a_secret_that_comes_to_light_is_found_wherever_that_is(@TempDir Path folder) throws Exception {
        var password = right.forms().get("as it is");
        try (var outputs = Outputs.search(right, wrong);
                var ensemble = TestEnsemble.start(3);
                var curator = superClient(ensemble);
                var launcher = new CommandLines(ensemble.launcher());
                var driver =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open();
                var journal = FileJournal.open(folder.resolve("run.journal"))) {
            LoggerFactory.getLogger("org.apache.zookeeper.planted")
                    .trace("{}", "planted", new IllegalStateException("outside", new IOException(password)));
            var scaler = EnsembleScaler.builder(driver)
                    .journal(journal)
                    .listener(outputs::event)
                    .build();
            var plan = scaler.plan(
                    ScalingRequest.change().add(ensemble.newServers(1)).because(password));
            outputs.plan(plan);
            outputs.event(new RunEvent.Waiting(plan.steps().get(0), password));
            outputs.result(
                    scaler.run(scaler.plan(ScalingRequest.change().resizeTo(3).because(password)), Scaling.QUICK));
            outputs.journal(journal);
            curator.create().forPath("/planted", password.getBytes(StandardCharsets.UTF_8));
            outputs.znodes(curator, "/planted");
            var failure = new IllegalStateException("outside", new IOException("inside"));
            failure.getCause().addSuppressed(new IOException(password));
            outputs.failure(failure);
            outputs.text(List.of(password));
            launcher.startProcess(password);
            System.setProperty("planted", password);
            var waiting = new CountDownLatch(1);
            var thread = new Thread(() -> awaitQuietly(waiting), password);
            thread.start();
            outputs.processes();
            System.clearProperty("planted");
            waiting.countDown();
            thread.join();

            assertThat(outputs.findings()).containsOnlyKeys(Kind.values());
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_secret_is_found_in_each_form_and_nothing_else_is() {
        right.forms().forEach((name, text) -> {
            assertThat(right.formIn("before " + text + " behind")).hasValue(name);
            assertThat(wrong.formIn("before " + text + " behind")).isEmpty();
            assertThat(right.formIn("before " + text.substring(1) + " behind")).isEmpty();
        });
        for (int before = 0; before < 4; before++) {
            byte[] text = ("x".repeat(before) + right.identity() + "x".repeat(before)).getBytes(StandardCharsets.UTF_8);
            assertThat(right.formIn(Base64.getEncoder().encodeToString(text))).isPresent();
        }
    }

    private static CuratorFramework superClient(TestEnsemble ensemble) {
        var curator = CuratorFrameworkFactory.builder()
                .connectString(ensemble.connectString())
                .retryPolicy(new RetryOneTime(100))
                .authorization("digest", SuperIdentity.credentials())
                .build();
        curator.start();
        return curator;
    }

    private static void grantTo(Secret secret, TestEnsemble ensemble) throws Exception {
        try (var curator = superClient(ensemble)) {
            curator.setACL()
                    .withACL(List.of(
                            new ACL(Perms.ALL, new Id("digest", secret.acl())),
                            new ACL(Perms.READ, Ids.ANYONE_ID_UNSAFE)))
                    .forPath("/zookeeper/config");
        }
    }

    private void runsThatComplete(TestEnsemble ensemble, Outputs outputs, Path folder) throws Exception {
        var builder = CuratorEnsembleDriver.connect(ensemble.connectString()).authorization("digest", right.identity());
        outputs.text(builder);
        try (var curator = superClient(ensemble);
                var launcher = new CommandLines(ensemble.launcher());
                var driver = builder.open();
                var file = FileJournal.open(folder.resolve("run.journal"))) {
            var growing = EnsembleScaler.builder(driver)
                    .launcher(launcher)
                    .journal(driver.journal())
                    .lock(driver.lock())
                    .listener(event -> {
                        outputs.event(event);
                        if (event instanceof RunEvent.StepStarted) {
                            outputs.processes();
                        }
                    })
                    .listener(RunListener.logging())
                    .build();
            var grow = growing.plan(ScalingRequest.change().add(ensemble.newServers(1)));
            var grown = growing.run(grow, Scaling.QUICK);
            assertThat(grown).isCompleted();
            outputs.result(grown);
            outputs.journal(driver.journal());
            outputs.text(growing.observe());
            outputs.znodes(curator, "/ensembler");

            var shrinking = EnsembleScaler.builder(driver)
                    .launcher(launcher)
                    .journal(file)
                    .lock(driver.lock())
                    .listener(outputs::event)
                    .build();
            var shrunk = shrinking.run(
                    shrinking.plan(ScalingRequest.change()
                            .remove(ensemble.committed().ids().last())),
                    Scaling.QUICK);
            assertThat(shrunk).isCompleted();
            outputs.result(shrunk);
            outputs.journal(file);
            outputs.text(shrinking.check(grow));
            for (var printed : List.of(driver, growing, driver.journal(), driver.lock(), file)) {
                outputs.text(printed);
            }
        }
    }

    /** Another identity, a scheme that nobody knows, and what is no identity. */
    private void refusals(TestEnsemble ensemble, Outputs outputs) {
        try (var driver = CuratorEnsembleDriver.connect(ensemble.connectString())
                .authorization("digest", wrong.identity())
                .path("/elsewhere")
                .open()) {
            var scaler = EnsembleScaler.builder(driver).listener(outputs::event).build();
            var refused =
                    catchThrowable(() -> scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))));
            assertThat(refused).isInstanceOf(ValidationException.class).hasMessageContaining("permission");
            outputs.failure(refused);
        }
        try (var driver = CuratorEnsembleDriver.connect(ensemble.connectString())
                .authorization("digest", wrong.identity())
                .open()) {
            // What lies there can be changed by the other identity only.
            outputs.failure(refusal(driver));
        }
        try (var driver = CuratorEnsembleDriver.connect(ensemble.connectString())
                .authorization("unheard-of", wrong.identity())
                .open()) {
            outputs.failure(refusal(driver));
            outputs.text(driver);
        }
        var malformed = catchThrowable(() -> CuratorEnsembleDriver.connect(ensemble.connectString())
                .authorization("digest", wrong.identity().replace(":", "-")));
        assertThat(malformed)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot use the secret given for scheme digest: it has no colon, so that it would be a user's"
                                + " name and show in ACLs. Give user:password.");
        outputs.failure(malformed);
    }

    private static Throwable refusal(CuratorEnsembleDriver driver) {
        var refused = catchThrowable(() -> driver.observe(new ObserveRequest(List.of(), SHORT)));
        assertThat(refused).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind())
                .isEqualTo(DriverException.Kind.REFUSED));
        return refused;
    }

    private void lossOfTheQuorum(TestEnsemble ensemble, Outputs outputs, Path folder) throws Exception {
        var options = RunOptions.builder()
                .stabilization(Duration.ZERO)
                .stepDeadline(SHORT)
                .settling(SHORT)
                .build();
        try (var driver = CuratorEnsembleDriver.connect(ensemble.connectString())
                        .authorization("digest", right.identity())
                        .open();
                var file = FileJournal.open(folder.resolve("lost.journal"))) {
            var scaler = EnsembleScaler.builder(driver)
                    .journal(file)
                    .listener(event -> {
                        outputs.event(event);
                        if (event instanceof RunEvent.StepStarted started
                                && started.step().step() instanceof Step.Reconfigure) {
                            ensemble.committed().participants().stream()
                                    .limit(2)
                                    .forEach(ensemble::stop);
                        }
                    })
                    .build();
            var leaving = ensemble.committed().ids().last();
            var stopped = scaler.run(
                    scaler.plan(ScalingRequest.change().remove(leaving).consentToTolerance(0)), options);
            assertThat(stopped).isInstanceOf(RunResult.Stopped.class);
            outputs.result(stopped);
            outputs.journal(file);
            outputs.failure(catchThrowable(() -> driver.observe(new ObserveRequest(List.of(), SHORT))));
            outputs.failure(catchThrowable(() -> driver.journal().lines(SHORT)));
        }
    }

    /** Puts all that a launcher is told on the command line of a process, as one that starts servers so might. */
    private static final class CommandLines implements ServerLauncher, AutoCloseable {

        private final ServerLauncher launcher;
        private final List<Process> processes = new ArrayList<>();

        CommandLines(ServerLauncher launcher) {
            this.launcher = launcher;
        }

        @Override
        public void start(StartRequest request) throws InterruptedException {
            startProcess(request.toString());
            launcher.start(request);
        }

        @Override
        public void stop(StopRequest request) throws InterruptedException {
            startProcess(request.toString());
            launcher.stop(request);
        }

        private void startProcess(String request) {
            try {
                // It ends with its input.
                processes.add(new ProcessBuilder("sh", "-c", "read line", "server", request).start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            processes.forEach(Process::destroyForcibly);
        }
    }
}
