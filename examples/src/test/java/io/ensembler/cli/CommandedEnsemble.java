package io.ensembler.cli;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.CuratorEnsembleDriver;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.spi.DriverException;
import io.ensembler.testkit.runtime.LoopbackPorts;
import io.ensembler.testkit.runtime.ServerDirectory;
import io.ensembler.testkit.runtime.TunedProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An ensemble of processes that the commands of a launcher file start and stop, as somebody has it who uses the tool. */
final class CommandedEnsemble implements AutoCloseable {

    /** It must show nowhere. */
    static final String SECRET = "planted-secret";

    private static final String SUPER = "super:" + SECRET;

    private static final Logger LOG = LoggerFactory.getLogger(CommandedEnsemble.class);
    private static final Duration TIME = Duration.ofSeconds(60);
    private static final Pattern PID = Pattern.compile("pid=([0-9]+)\n.*", Pattern.DOTALL);

    private static final Map<String, String> SETTINGS = Map.of(
            "tickTime",
            "200",
            "initLimit",
            "50",
            "syncLimit",
            "20",
            "DigestAuthenticationProvider.superDigest",
            digest());

    private final Path directory;
    private final List<Integer> ports;
    private final List<Server> servers = new ArrayList<>();
    private final int founders;
    private final Map<String, String> settings;

    private CommandedEnsemble(Path directory, int founders, int others, Duration sessions) {
        this.directory = directory;
        this.settings = new TreeMap<>(SETTINGS);
        settings.put("maxSessionTimeout", String.valueOf(sessions.toMillis()));
        this.founders = founders;
        int all = founders + others;
        this.ports = LoopbackPorts.lease(3 * all);
        for (int i = 0; i < all; i++) {
            servers.add(Server.parse("server.%d=127.0.0.1:%d:%d:participant;127.0.0.1:%d"
                    .formatted(i + 1, ports.get(3 * i), ports.get(3 * i + 1), ports.get(3 * i + 2))));
        }
    }

    /**
     * Founds an ensemble, and returns once it serves.
     *
     * @param others how many servers more there are to be lines for
     * @param sessions how long they last at most: so long whoever resumes waits for the lock of a process that was killed,
     *     and a quarter of it a lock outlasts a connection that is lost
     */
    static CommandedEnsemble found(Path directory, int founders, int others, Duration sessions) throws IOException {
        var ensemble = new CommandedEnsemble(directory, founders, others, sessions);
        boolean serves = false;
        try {
            Files.writeString(ensemble.launcherFile(), ensemble.launcher());
            Files.writeString(ensemble.authFile(), "# who may reconfigure\ndigest " + SUPER + "\n");
            var listed = Ensemble.of(ensemble.servers.subList(0, founders), QuorumRule.majority());
            for (var server : listed.servers()) {
                ensemble.begin(server, listed);
            }
            ensemble.awaitServing();
            serves = true;
        } finally {
            if (!serves) {
                ensemble.close();
            }
        }
        return ensemble;
    }

    Path launcherFile() {
        return directory.resolve("launcher.json");
    }

    /** Lines for the zoo.cfg of a server of this ensemble. */
    Path zooCfgFile() throws IOException {
        var file = directory.resolve("zoo.cfg.template");
        return Files.write(
                file,
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toList());
    }

    Path authFile() {
        return directory.resolve("identities");
    }

    String connectString() {
        return servers.subList(0, founders).stream()
                .map(server -> server.endpoints().client().orElseThrow().toString())
                .collect(Collectors.joining(","));
    }

    /** Returns the line of a server, whether it is in the ensemble or not. */
    Server server(long id) {
        return servers.get(Math.toIntExact(id) - 1);
    }

    /** Returns what is typed to reach it with all rights. */
    List<String> access() {
        return List.of("--connect", connectString(), "--auth-file", authFile().toString());
    }

    Observation observe() {
        try (var driver = CuratorEnsembleDriver.connect(connectString())
                .authorization("digest", SUPER)
                .open()) {
            return EnsembleScaler.builder(driver).build().observe();
        }
    }

    boolean isRunning(long id) {
        return process(id).isPresent();
    }

    ServerId leader() {
        return observe().leader().orElseThrow();
    }

    /** Ends a server without its knowing, as a machine that fails. */
    void kill(long id) {
        process(id).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }

    /** What is done meanwhile. */
    interface Work {
        void carryOut() throws Exception;
    }

    /** Lets no server do anything until something is done. */
    void standStill(Work meanwhile) throws Exception {
        signal("STOP");
        try {
            meanwhile.carryOut();
        } finally {
            signal("CONT");
        }
    }

    private void signal(String name) throws Exception {
        for (var server : servers) {
            var process = process(server.id().value());
            if (process.isPresent()) {
                new ProcessBuilder(
                                "kill", "-" + name, String.valueOf(process.get().pid()))
                        .start()
                        .waitFor();
            }
        }
    }

    private Optional<ProcessHandle> process(long id) {
        var file = data(id).resolve("ensembler.pid");
        try {
            var form = PID.matcher(Files.exists(file) ? Files.readString(file) : "");
            return form.matches()
                    ? ProcessHandle.of(Long.parseLong(form.group(1))).filter(ProcessHandle::isAlive)
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path data(long id) {
        return directory.resolve(id + "/data");
    }

    /** A launcher refuses to start an empty server that votes, so that an ensemble is founded by hand. */
    private void begin(Server server, Ensemble listed) throws IOException {
        var files =
                new ServerDirectory(server.id(), directory.resolve(server.id().toString()));
        var all = new TreeMap<>(settings);
        all.put("reconfigEnabled", "true");
        all.put("standaloneEnabled", "false");
        files.write(listed, all);
        begin(server.id().value(), files.configurationFile());
    }

    /** Starts a server by hand from files that were made elsewhere. */
    void startFrom(long id, Path files) throws IOException {
        var configuration = directory.resolve(id + "/conf");
        Files.createDirectories(configuration);
        Files.createDirectories(data(id));
        for (var name : List.of("zoo.cfg", "zoo.cfg.dynamic")) {
            Files.copy(files.resolve(name), configuration.resolve(name));
        }
        for (var name : List.of("myid", "ensembler.joiner")) {
            Files.copy(files.resolve(name), data(id).resolve(name));
        }
        begin(id, configuration.resolve("zoo.cfg"));
    }

    private void begin(long id, Path configurationFile) throws IOException {
        var command = command();
        command.add(configurationFile.toString());
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(id + "/server.log").toFile())
                .start();
        long began = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        Files.writeString(data(id).resolve("ensembler.pid"), "pid=" + process.pid() + "\nbegan=" + began + "\n");
    }

    private static List<String> command() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        TunedProperties.all().forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                CommandedServer.class.getName(),
                String.valueOf(ProcessHandle.current().pid())));
        return command;
    }

    private String launcher() {
        var run = command();
        run.add("{configuration-file}");
        return """
                {
                  "dataDirectory": "DIRECTORY/{id}/data",
                  "configurationDirectory": "DIRECTORY/{id}/conf",
                  "log": "DIRECTORY/{id}/server.log",
                  "zooCfg": {SETTINGS},
                  "run": [RUN]
                }
                """
                .replace("DIRECTORY", directory.toString())
                .replace(
                        "SETTINGS",
                        settings.entrySet().stream()
                                .map(setting -> '"' + setting.getKey() + "\": \"" + setting.getValue() + '"')
                                .collect(Collectors.joining(", ")))
                .replace("RUN", run.stream().map(word -> '"' + word + '"').collect(Collectors.joining(", ")));
    }

    private void awaitServing() {
        long deadline = System.nanoTime() + TIME.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (observe().live().size() == founders) {
                    return;
                }
            } catch (DriverException e) {
                LOG.debug("Not yet: {}", e.getMessage());
            }
        }
        throw new AssertionError("the ensemble does not serve within " + TIME);
    }

    /** As ZooKeeper makes it, whose own class must not be loaded before the first test ensemble of this JVM. */
    private static String digest() {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(SUPER.getBytes(StandardCharsets.UTF_8));
            return "super:" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends all its processes. */
    @Override
    public void close() {
        servers.forEach(server -> kill(server.id().value()));
        LoopbackPorts.release(ports);
    }
}
