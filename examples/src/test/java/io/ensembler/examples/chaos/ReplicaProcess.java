package io.ensembler.examples.chaos;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Server;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A replica of the automation in a process of its own. Its servers are started and stopped by the test's launcher, so
 * that they outlive it.
 */
final class ReplicaProcess implements AutoCloseable {

    private static final Duration TIME = Duration.ofMinutes(2);

    private final List<LauncherCall> calls;
    private final ServerSocket listening;
    private final Process process;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Work> work = new CompletableFuture<>();
    private final CompletableFuture<List<String>> ended = new CompletableFuture<>();
    private final List<String> troubles = new CopyOnWriteArrayList<>();
    private volatile boolean killed;

    /**
     * What a replica had done to a server.
     *
     * @param process of which replica
     * @param epoch of the lock that it had
     * @param began when, by the clock of {@link System#nanoTime}
     * @param over when that was done
     * @param answer why it was not done; empty if it was
     */
    record LauncherCall(long process, String what, long epoch, long began, long over, String answer) {}

    /** What it is to bring about, and on what. */
    private record Work(TestEnsemble ensemble, Ensemble target) {}

    private ReplicaProcess(List<LauncherCall> calls, ServerSocket listening, Process process) {
        this.calls = calls;
        this.listening = listening;
        this.process = process;
        var serving = new Thread(this::serve, "serves-" + process.pid());
        serving.setDaemon(true);
        serving.start();
    }

    /**
     * Starts one, which then waits.
     *
     * @param calls gets what it does to servers
     */
    static ReplicaProcess start(List<LauncherCall> calls) throws IOException {
        var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // It lives for seconds.
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-Xmx128m",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        ReplicaMain.class.getName(),
                        Integer.toString(listening.getLocalPort()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new ReplicaProcess(calls, listening, process);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean isKilled() {
        return killed;
    }

    /** Waits until it runs. */
    void awaitReady() throws Exception {
        CompletableFuture.anyOf(ready, ended).get(TIME.toSeconds(), TimeUnit.SECONDS);
    }

    /** Lets it bring the ensemble to this target. */
    void reach(TestEnsemble ensemble, Ensemble target) {
        work.complete(new Work(ensemble, target));
    }

    /** Kills it, wherever it is, and returns once it has ended; false if it had ended by itself. */
    boolean kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        killed = process.waitFor() == 128 + 9;
        return killed;
    }

    /** Waits until it has ended by itself, and returns how, in sentences: one but for runs that stopped before it. */
    List<String> awaitEnd() throws Exception {
        if (!process.waitFor(TIME.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("replica " + pid() + " still runs after " + TIME);
        }
        return ended.get(TIME.toSeconds(), TimeUnit.SECONDS);
    }

    /** What it met and then tried again. */
    List<String> troubles() {
        return troubles;
    }

    private void serve() {
        var ends = new ArrayList<String>();
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
                answers.writeUTF(answer(question, ends));
                answers.flush();
            }
        } catch (EOFException | SocketException e) {
            ended.complete(List.copyOf(ends));
        } catch (Exception | Error e) {
            ended.completeExceptionally(e);
            process.destroyForcibly();
        }
    }

    private String answer(List<String> question, List<String> ends) throws Exception {
        switch (question.get(0)) {
            case "where" -> {
                ready.complete(null);
                return work.get().ensemble().connectString();
            }
            case "what" -> {
                return ConfigurationText.print(work.get().target());
            }
            case "start", "stop" -> {
                return call(question);
            }
            case "ended" -> ends.add(question.get(1));
            default -> troubles.add(question.get(0) + ": " + question.get(1));
        }
        return "";
    }

    private String call(List<String> request) throws Exception {
        var launcher = work.get().ensemble().launcher();
        var server = ConfigurationText.parseServer(request.get(1));
        boolean starts = request.get(0).equals("start");
        int tokenAt = starts ? 5 : 2;
        long epoch = Long.parseLong(request.get(tokenAt));
        var token = new FencingToken(epoch, ConfigurationVersion.of(Long.parseLong(request.get(tokenAt + 1))));
        var time = Duration.ofMillis(Long.parseLong(request.get(tokenAt + 2)));
        long began = System.nanoTime();
        var answer = "";
        try {
            if (starts) {
                launcher.start(new StartRequest(seed(server, request), token, time));
            } else {
                launcher.stop(new StopRequest(server, token, time));
            }
        } catch (EnsembleException e) {
            answer = String.valueOf(e.getMessage());
        }
        calls.add(new LauncherCall(pid(), request.get(0) + " " + server.id(), epoch, began, System.nanoTime(), answer));
        return answer;
    }

    private static JoinerSeed seed(Server server, List<String> request) {
        return new JoinerSeed(server, request.get(2), request.get(3), JoinerSeed.Data.valueOf(request.get(4)));
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        listening.close();
    }
}
