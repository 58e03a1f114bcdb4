package io.ensembler.curator;

import io.ensembler.json.PlanJson;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.spi.ServerLauncher.StopRequest;
import io.ensembler.testkit.TestEnsemble;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A process of its own that carries out a plan on a test ensemble, or goes on with it from the journal's file. It tells
 * each of its calls before and after, and goes on, halts there, or is killed, as a test wants it. Its servers are
 * started and stopped by the test's launcher.
 */
final class ScalingProcess implements AutoCloseable {

    /** The answer that halts it. */
    static final String HALT = "halt";

    private static final String GO_ON = "";
    private static final Duration TIME = Duration.ofMinutes(2);

    /** How many servers have a name; no test has more. */
    private static final int NAMED = 20;

    private final TestEnsemble ensemble;
    private final Script script;
    private final ServerSocket listening;
    private final Process process;
    private final CompletableFuture<Optional<String>> told = new CompletableFuture<>();

    /**
     * A call of the process.
     *
     * @param name the method's
     * @param detail the line that is written, or what a call returned
     */
    record Call(String name, boolean isOver, String detail) {}

    /** What a test makes of the calls. */
    @FunctionalInterface
    interface Script {
        /** Called for each call, before it is made and when it is over; returns whether the process may go on. */
        boolean mayGoOn(Call call) throws Exception;

        /** Called for each event of the run, which waits for it. */
        default void hear(String event) throws Exception {}
    }

    /**
     * How a process is started.
     *
     * @param folder where its plan and its journal are
     * @param sessions how long its sessions last without it
     * @param hosts the only names it knows; empty for those that everybody knows
     * @param over the server to send over; empty for the best
     * @param step how long a step may take
     */
    record Options(Path folder, Duration sessions, Optional<Path> hosts, Optional<ServerId> over, Duration step) {

        /** With as much time for a step as others have. */
        Options(Path folder, Duration sessions, Optional<Path> hosts, Optional<ServerId> over) {
            this(folder, sessions, hosts, over, Scaling.QUICK.stepDeadline());
        }

        /** On servers in processes of their own, whose names it knows. */
        static Options forked(Path folder, Duration sessions) throws IOException {
            return new Options(folder, sessions, Optional.of(names(folder)), Optional.empty());
        }

        Options withStep(Duration deadline) {
            return new Options(folder, sessions, hosts, over, deadline);
        }

        /** A hosts file with the names by which such servers are listed. */
        static Path names(Path folder) throws IOException {
            var names =
                    IntStream.rangeClosed(1, NAMED).mapToObj(id -> "zk" + id).collect(Collectors.joining(" "));
            return Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost " + names + "\n");
        }

        Path journal() {
            return folder.resolve("run.journal");
        }

        private Path plan() {
            return folder.resolve("plan.json");
        }
    }

    private ScalingProcess(TestEnsemble ensemble, Script script, ServerSocket listening, Process process) {
        this.ensemble = ensemble;
        this.script = script;
        this.listening = listening;
        this.process = process;
        var serving = new Thread(this::serve, "serves-" + process.pid());
        serving.setDaemon(true);
        serving.start();
    }

    static ScalingProcess start(TestEnsemble ensemble, ScalingPlan plan, Options options, Script script)
            throws IOException {
        Files.writeString(options.plan(), PlanJson.write(plan));
        var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // It lives for seconds.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        options.hosts().ifPresent(hosts -> command.add("-Djdk.net.hosts.file=" + hosts));
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), ScalingMain.class.getName()));
        command.addAll(List.of(
                Integer.toString(listening.getLocalPort()),
                ensemble.connectString(),
                Long.toString(options.sessions().toMillis()),
                Long.toString(options.step().toMillis()),
                options.plan().toString(),
                options.journal().toString()));
        options.over().ifPresent(id -> command.add(id.toString()));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new ScalingProcess(ensemble, script, listening, process);
    }

    /** Waits until the process has ended and returns how its run ended; empty if the process was halted or killed. */
    Optional<String> awaitEnd() throws Exception {
        if (!process.waitFor(TIME.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("process " + process.pid() + " still runs after " + TIME);
        }
        // It may have ended before it could call.
        listening.close();
        var end = told.get(TIME.toSeconds(), TimeUnit.SECONDS);
        int status = process.exitValue();
        if (end.isEmpty() && status != ScalingMain.HALTED && status != 128 + 9) {
            throw new AssertionError("process " + process.pid() + " ended with status " + status);
        }
        return end;
    }

    /** Waits so long, and returns whether the process ended meanwhile. */
    boolean awaitEnd(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Kills it, wherever it is. */
    void kill() {
        process.destroyForcibly();
    }

    private void serve() {
        Optional<String> end = Optional.empty();
        try (var socket = listening.accept();
                var questions = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
                var answers = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()))) {
            socket.setTcpNoDelay(true);
            while (true) {
                var question = new ArrayList<String>();
                int parts = questions.readInt();
                for (int part = 0; part < parts; part++) {
                    question.add(questions.readUTF());
                }
                if (question.get(0).equals("ended")) {
                    end = Optional.of(question.get(1));
                }
                answers.writeUTF(answer(question));
                answers.flush();
            }
        } catch (EOFException | SocketException e) {
            told.complete(end);
        } catch (Exception | Error e) {
            kill();
            told.completeExceptionally(e);
        }
    }

    private String answer(List<String> question) throws Exception {
        return switch (question.get(0)) {
            case "launch" -> launch(question);
            case "end" -> end(question);
            case "ended" -> GO_ON;
            case "event" -> {
                script.hear(question.get(1));
                yield GO_ON;
            }
            default ->
                script.mayGoOn(new Call(question.get(0), question.get(1).equals("after"), question.get(2)))
                        ? GO_ON
                        : HALT;
        };
    }

    private String launch(List<String> request) throws InterruptedException {
        var seed = new JoinerSeed(
                server(request.get(1)), request.get(2), request.get(3), JoinerSeed.Data.valueOf(request.get(4)));
        try {
            ensemble.launcher()
                    .start(new StartRequest(seed, token(request.get(5), request.get(6)), time(request.get(7))));
            return "";
        } catch (EnsembleException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String end(List<String> request) throws InterruptedException {
        try {
            ensemble.launcher()
                    .stop(new StopRequest(
                            server(request.get(1)), token(request.get(2), request.get(3)), time(request.get(4))));
            return "";
        } catch (EnsembleException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Server server(String line) {
        return ConfigurationText.parse(line).ensemble().servers().get(0);
    }

    private static FencingToken token(String epoch, String version) {
        return new FencingToken(Long.parseLong(epoch), ConfigurationVersion.of(Long.parseLong(version)));
    }

    private static Duration time(String millis) {
        return Duration.ofMillis(Long.parseLong(millis));
    }

    @Override
    public void close() throws IOException {
        kill();
        listening.close();
    }
}
