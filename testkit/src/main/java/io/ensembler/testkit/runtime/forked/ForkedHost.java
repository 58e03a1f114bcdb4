package io.ensembler.testkit.runtime.forked;

import io.ensembler.model.Endpoints;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.runtime.EnsembleHost;
import io.ensembler.testkit.runtime.Failures;
import io.ensembler.testkit.runtime.HostRequest;
import io.ensembler.testkit.runtime.Leases;
import io.ensembler.testkit.runtime.LoopbackPorts;
import io.ensembler.testkit.runtime.ServerDirectory;
import io.ensembler.testkit.runtime.ServerExit;
import io.ensembler.testkit.runtime.ServerRun;
import io.ensembler.testkit.runtime.SuperIdentity;
import io.ensembler.testkit.runtime.TunedProperties;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Runs each server of one ensemble in a process of its own, which ends with this JVM at the latest. Thread-safe. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ForkedHost implements EnsembleHost {

    /**
     * Small and quick to start; a server under test has little to do and lives for seconds. Its classes come from
     * released jars: to verify them again takes a tenth of what a start costs.
     */
    private static final List<String> DEFAULT_OPTIONS = List.of(
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-BytecodeVerificationRemote");

    private static final String SERVER = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
    private static final String HOOKED_SERVER = "org.apache.zookeeper.server.quorum.HookedMain";

    private final ForkedOptions options;
    private final Consumer<ServerExit> exits;
    private final ChildFiles files;
    private final Optional<ClassArchive> archive;
    private final @Nullable Links links;
    private final Leases leases = new Leases();
    private final Wishes wishes = new Wishes();

    /** The last run of each server; it also keeps what a server is told from coming between its start and the next. */
    private final Map<ServerId, ForkedRun> latest = new TreeMap<>();

    private final List<ForkedRun> runs = new CopyOnWriteArrayList<>();
    private final Thread atExit = new Thread(this::killAll, "ensembler-kill");

    private ForkedHost(HostRequest request, ForkedOptions options) {
        this.options = options;
        this.exits = request.exits();
        this.files = ChildFiles.write(request.directory().resolve("common"));
        this.archive = ClassArchive.of(
                classPath(options.commonClassPath()),
                options.jvmOptions(),
                request.directory().resolve("common"));
        // Last, since this starts a thread.
        this.links = options.haveLinks() ? new Links() : null;
    }

    /** Prepares what the processes of an ensemble have in common. */
    public static ForkedHost open(HostRequest request, ForkedOptions options) {
        var host = new ForkedHost(request, options);
        // A child ends by itself when this JVM does; one that is paused cannot.
        Runtime.getRuntime().addShutdownHook(host.atExit);
        return host;
    }

    @Override
    public Endpoints allocate(ServerId id) {
        var endpoints = leases.endpoints(links == null ? LoopbackPorts.HOST : Links.name(id));
        if (links != null) {
            links.lay(id, endpoints);
        }
        return endpoints;
    }

    @Override
    public Runnable isolate(ServerId id) {
        return links().isolate(id);
    }

    @Override
    public Runnable cut(ServerId from, ServerId to) {
        return links().cut(from, to);
    }

    @Override
    public Runnable delay(ServerId from, ServerId to, Duration by) {
        return links().delay(from, to, by);
    }

    @Override
    public ServerRun start(Server server, ServerDirectory directory) {
        var archived = archive.filter(it -> !options.hasOwn(server.id()));
        var sharing = archived.map(ClassArchive::options).orElse(List.of());
        var command = new ProcessBuilder(command(server.id(), directory, sharing))
                .directory(directory.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.log().toFile()));
        synchronized (latest) {
            var run = new ForkedRun(server, directory, command, exits, () -> wishes.takeCrash(server.id()));
            runs.add(run);
            archived.ifPresent(it -> it.started(run, sharing));
            latest.put(server.id(), run);
            run.begin(wishes.lines(server.id()));
            return run;
        }
    }

    @Override
    public Runnable stallSync(ServerId id) {
        return wish(id, Wishes.STALL_SYNC);
    }

    @Override
    public Runnable crashBeforeActivation(ServerId id) {
        return wish(id, Wishes.CRASH);
    }

    @Override
    public Runnable mute(ServerId id) {
        return wish(id, Wishes.MUTE);
    }

    /** What a server could not be told in time is not to be done later either: it is told so as well. */
    private Runnable wish(ServerId id, String verb) {
        int number;
        Runnable understood;
        synchronized (latest) {
            number = wishes.add(id, verb);
            understood = order(id, Wishes.line(verb, number));
        }
        try {
            understood.run();
        } catch (RuntimeException e) {
            wishNoMore(id, number);
            throw e;
        }
        return () -> wishNoMore(id, number).run();
    }

    private Runnable wishNoMore(ServerId id, int number) {
        synchronized (latest) {
            wishes.remove(id, number);
            return order(id, Wishes.line("heal", number));
        }
    }

    /**
     * Tells a server something if it runs. Returns what waits until it has understood, for which no lock need be held.
     */
    private Runnable order(ServerId id, String line) {
        var run = latest.get(id);
        if (run == null || !run.isRunning()) {
            return () -> {};
        }
        long position = run.order(line);
        return () -> run.awaitObeyed(line, position);
    }

    @Override
    public String whyNotSuper() {
        return "another value of " + SuperIdentity.PROPERTY + ", or of the algorithm to read it by, was given to them";
    }

    @Override
    public void close() {
        var failures = new Failures();
        archive.ifPresent(it -> failures.attempt(it::keep));
        failures.attempt(this::killAll);
        if (links != null) {
            failures.attempt(links::close);
        }
        failures.attempt(this::removeHook);
        failures.attempt(leases::close);
        failures.throwAll();
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // This JVM is ending already: the hook does what is left to do.
            return;
        }
    }

    private Links links() {
        if (links == null) {
            throw new UnsupportedOperationException("there are no links on this system");
        }
        return links;
    }

    /** Kills all before it waits for any, whichever cannot be killed. */
    private void killAll() {
        var failures = new Failures();
        runs.forEach(run -> failures.attempt(run::kill));
        runs.forEach(run -> failures.attempt(run::awaitKilled));
        failures.throwAll();
    }

    private List<String> command(ServerId id, ServerDirectory directory, List<String> sharing) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(DEFAULT_OPTIONS);
        TunedProperties.all().forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.add("-D" + SuperIdentity.PROPERTY + "=" + SuperIdentity.digest("SHA1"));
        command.add("-Djava.security.properties=" + files.security());
        if (links != null) {
            var hosts = directory.root().resolve("hosts");
            Links.writeHosts(id, hosts);
            command.add("-Djdk.net.hosts.file=" + hosts);
        }
        command.add("-D" + ChildMain.SERVER + "=" + (options.hasHooks(id) ? HOOKED_SERVER : SERVER));
        command.add("-Dlogback.configurationFile=" + files.logback());
        command.addAll(sharing);
        command.addAll(options.jvmOptions(id));
        command.add("-cp");
        command.add(classPath(options.classPath(id)).stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator)));
        command.add(ChildMain.class.getName());
        command.add(directory.configurationFile().toString());
        return command;
    }

    private List<Path> classPath(List<Path> ofServer) {
        return Stream.concat(Stream.of(files.jar()), ofServer.stream()).toList();
    }
}
