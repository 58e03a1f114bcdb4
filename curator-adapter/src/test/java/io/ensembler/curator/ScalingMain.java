package io.ensembler.curator;

import io.ensembler.EnsembleScaler;
import io.ensembler.journal.FileJournal;
import io.ensembler.json.PlanJson;
import io.ensembler.model.ServerId;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.PlanJournal;
import io.ensembler.spi.Sender;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.SyncProof;
import io.ensembler.spi.SyncResult;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What runs in a {@link ScalingProcess}: a plan from its beginning, or on from where its journal ends. Before and after
 * each call to a driver, launcher or journal it asks whether it may go on, and halts if not.
 */
final class ScalingMain {

    /** How it exits that was told to halt. */
    static final int HALTED = 3;

    private static final int ABANDONED = 4;
    private static final Duration TIME = Duration.ofSeconds(5);
    private static final Set<String> CALLS = Set.of(
            "observe",
            "openSender",
            "sendOnce",
            "readCommitted",
            "isGone",
            "proveSynced",
            "renew",
            "confirmActive",
            "start",
            "stop",
            "append");

    private final DataInputStream answers;
    private final DataOutputStream questions;

    private ScalingMain(Socket parent) throws IOException {
        parent.setTcpNoDelay(true);
        this.answers = new DataInputStream(new BufferedInputStream(parent.getInputStream()));
        this.questions = new DataOutputStream(new BufferedOutputStream(parent.getOutputStream()));
    }

    /**
     * Takes the port of whoever started it, where the ensemble is, how long its sessions last without it, how long a step
     * may take, the files of plan and journal, and over which server to send, if not over the best.
     */
    public static void main(String[] args) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]))) {
            var main = new ScalingMain(socket);
            var builder =
                    CuratorEnsembleDriver.connect(args[1]).sessionTimeout(Duration.ofMillis(Long.parseLong(args[2])));
            var options = Scaling.QUICK.toBuilder()
                    .stepDeadline(Duration.ofMillis(Long.parseLong(args[3])))
                    .build();
            if (args.length > 6) {
                builder.route(over(ServerId.of(Long.parseLong(args[6]))));
            }
            try (var file = FileJournal.open(Path.of(args[5]));
                    var driver = builder.open()) {
                var journal = main.watched(PlanJournal.class, file);
                var scaler = EnsembleScaler.builder(main.watched(EnsembleDriver.class, driver))
                        .launcher(main.watched(ServerLauncher.class, main.new RemoteLauncher()))
                        .journal(journal)
                        .listener(event -> main.ask("event", event.toString()))
                        .build();
                var result = file.lines(TIME).isEmpty()
                        ? scaler.run(PlanJson.read(Files.readString(Path.of(args[4]))), options)
                        : scaler.resume(journal, options);
                main.ask(
                        "ended",
                        result.report().outcome() + "; sent " + result.report().reconfigurationsSent());
            }
        }
        // What a driver still closes in the background must not keep this process.
        System.exit(0);
    }

    private static SenderRoute over(ServerId first) {
        return (ensemble, preferred) -> {
            var order = new LinkedHashSet<ServerId>();
            order.add(first);
            order.addAll(preferred);
            order.addAll(ensemble.ids());
            return List.copyOf(order);
        };
    }

    private <T> T watched(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            boolean isCall = CALLS.contains(method.getName());
            if (isCall) {
                ask(method.getName(), "before", method.getName().equals("append") ? String.valueOf(args[1]) : "");
            }
            Object result;
            try {
                result = method.invoke(target, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            if (isCall) {
                ask(
                        method.getName(),
                        "after",
                        method.getName().equals("append") ? String.valueOf(args[1]) : String.valueOf(result));
            }
            if (result instanceof Sender sender) {
                return watched(Sender.class, sender);
            }
            return result instanceof SyncResult.Proved proved
                    ? new SyncResult.Proved(watched(SyncProof.class, proved.proof()))
                    : result;
        }));
    }

    /** Tells something, and returns what the parent has to say to it; halts if that is nothing, or an end. */
    private synchronized String ask(String... what) {
        try {
            questions.writeInt(what.length);
            for (var part : what) {
                questions.writeUTF(part);
            }
            questions.flush();
            var answer = answers.readUTF();
            if (answer.equals(ScalingProcess.HALT)) {
                Runtime.getRuntime().halt(HALTED);
            }
            return answer;
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
                    "launch",
                    seed.server().toString(),
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
                    "end",
                    request.server().toString(),
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
