package io.ensembler.examples.chaos;

import io.ensembler.examples.ReplicatedAutomation;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Ensemble;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.ServerLauncher;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;

/** What runs in a {@link ReplicaProcess}: a replica as the example has it, whose servers are those of its parent. */
final class ReplicaMain {

    static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ZERO)
            .stepDeadline(Duration.ofSeconds(60))
            .build();

    private static final int ABANDONED = 4;

    private final DataInputStream answers;
    private final DataOutputStream questions;

    private ReplicaMain(Socket parent) throws IOException {
        parent.setTcpNoDelay(true);
        this.answers = new DataInputStream(new BufferedInputStream(parent.getInputStream()));
        this.questions = new DataOutputStream(new BufferedOutputStream(parent.getOutputStream()));
    }

    /** Takes the port of whoever started it, who then tells where the ensemble is and what it is to become. */
    public static void main(String[] args) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]))) {
            var main = new ReplicaMain(socket);
            main.reach(
                    main.ask("where"), ConfigurationText.parse(main.ask("what")).ensemble());
        }
        // What a driver still closes in the background must not keep this process.
        System.exit(0);
    }

    private void reach(String connectString, Ensemble target) throws Exception {
        try (var curator = CuratorFrameworkFactory.newClient(connectString, new ExponentialBackoffRetry(100, 3))) {
            curator.start();
            boolean again = true;
            while (again) {
                try {
                    var ended = ReplicatedAutomation.reach(target, curator, new RemoteLauncher(), OPTIONS);
                    again = ended.isPresent() && ended.get() instanceof RunResult.Stopped;
                    ask(again ? "stopped" : "ended", sentence(ended));
                } catch (DriverException e) {
                    ask("threw", String.valueOf(e));
                }
            }
        }
    }

    private static String sentence(Optional<RunResult> ended) {
        return ended.map(result -> result.report().outcome()).orElse("nothing to do");
    }

    private synchronized String ask(String... what) {
        try {
            questions.writeInt(what.length);
            for (var part : what) {
                questions.writeUTF(part);
            }
            questions.flush();
            return answers.readUTF();
        } catch (IOException e) {
            Runtime.getRuntime().halt(ABANDONED);
            throw new AssertionError(e);
        }
    }

    /** Lets the parent start and stop servers. */
    private final class RemoteLauncher implements ServerLauncher {

        @Override
        public void start(StartRequest request) {
            var seed = request.seed();
            succeed(ask(
                    "start",
                    ConfigurationText.print(seed.server()),
                    seed.dynamicConfiguration(),
                    seed.marker(),
                    seed.data().name(),
                    epoch(request.asOf()),
                    version(request.asOf()),
                    millis(request.timeLeft())));
        }

        @Override
        public void stop(StopRequest request) {
            succeed(ask(
                    "stop",
                    ConfigurationText.print(request.server()),
                    epoch(request.asOf()),
                    version(request.asOf()),
                    millis(request.timeLeft())));
        }

        private static String epoch(FencingToken token) {
            return Long.toString(token.lockEpoch());
        }

        private static String version(FencingToken token) {
            return Long.toString(token.version().value());
        }

        private static String millis(Duration time) {
            return Long.toString(time.toMillis());
        }

        private static void succeed(String failure) {
            if (!failure.isEmpty()) {
                throw new DriverException(DriverException.Kind.REFUSED, failure);
            }
        }
    }
}
