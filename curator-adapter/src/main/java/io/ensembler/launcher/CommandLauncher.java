package io.ensembler.launcher;

import io.ensembler.joiner.DataDirectory;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.joiner.ZooCfgTemplate;
import io.ensembler.model.Address;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.DataSize;
import io.ensembler.model.DirectoryState;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Fact;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Starts and stops servers by commands. Each is a program and its arguments, run without a shell; placeholders such as
 * <code>{id}</code> in an argument are replaced by what they stand for, which stays in that argument whatever it holds.
 *
 * <p>Before each start the server's files are written from its seed and a template of {@code zoo.cfg}. Of the launchers
 * that use a directory, in whichever processes, one acts on a server at a time, and none on older grounds than another
 * has. Commands find their input closed; what they print is kept from filling a pipe, and its last lines stand in the
 * message of a failure. One that does not end in the time it has is killed with all that it started. Thread-safe.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class CommandLauncher implements ServerLauncher {

    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int CONNECT_MILLIS = 500;

    /** What a status command ends with if the server does not run, beside 0 if it does. */
    private static final Set<Integer> NOT_RUNNING = Set.of(1, 3);

    private final Template data;
    private final Template configuration;
    private final @Nullable Template staging;
    private final @Nullable Template log;
    private final ZooCfgTemplate zooCfg;
    private final @Nullable Command prepare;
    private final @Nullable Command start;
    private final @Nullable Command run;
    private final @Nullable Command stop;
    private final @Nullable Command status;
    private final Commands commands;
    private final TimeSource time;

    private CommandLauncher(Builder builder, Template data, Template configuration) {
        this.data = data;
        this.configuration = configuration;
        this.staging = builder.staging;
        this.log = builder.log;
        this.zooCfg = builder.zooCfg;
        this.prepare = builder.prepare;
        this.start = builder.start;
        this.run = builder.run;
        this.stop = builder.stop;
        this.status = builder.status;
        this.commands = new Commands(builder.environment);
        this.time = builder.time;
    }

    /** Returns a builder for a launcher. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Set<Capability> capabilities() {
        var able = EnumSet.noneOf(Capability.class);
        if (staging == null) {
            able.add(Capability.WIPE);
            if (log != null) {
                able.add(Capability.LOG);
            }
        }
        return able;
    }

    @Override
    public void start(StartRequest request) throws InterruptedException {
        var seed = request.seed();
        var effect = "Cannot start server " + seed.id();
        var deadline = Deadline.in(request.timeLeft(), time);
        var place = place(effect, seed.server());
        act(effect, place, request.asOf(), deadline, () -> {
            if (isRunning(effect, place, deadline)) {
                return;
            }
            if (staging == null) {
                refuseIfAnswers(effect, place.server(), "Stop it, or give the server another port");
            }
            writeFiles(effect, seed, place);
            if (prepare != null) {
                commands.run(effect, prepare, place.values(), deadline);
            }
            if (start != null) {
                commands.run(effect, start, place.values(), deadline);
                await(effect, place, true, deadline);
            } else if (run != null) {
                leave(effect, run, place);
            }
        });
    }

    @Override
    public void stop(StopRequest request) throws InterruptedException {
        var effect = "Cannot stop server " + request.server().id();
        var deadline = Deadline.in(request.timeLeft(), time);
        var place = place(effect, request.server());
        act(effect, place, request.asOf(), deadline, () -> {
            if (stop != null) {
                stopByCommand(effect, stop, place, deadline);
            } else {
                endProcess(effect, place, deadline);
            }
        });
    }

    @Override
    public void wipe(WipeRequest request) throws InterruptedException {
        var id = request.server().id();
        var effect = "Cannot set the data of server " + id + " aside";
        if (staging != null) {
            throw new DriverException(
                    Kind.UNSUPPORTED,
                    effect + ": it is on another machine, and this launcher sees only files here. Set it aside there:"
                            + " rename its data directory and delete nothing.");
        }
        var deadline = Deadline.in(request.timeLeft(), time);
        var place = place(effect, request.server());
        act(effect, place, request.asOf(), deadline, () -> {
            if (isRunning(effect, place, deadline)) {
                throw new DriverException(Kind.REFUSED, effect + ": it runs. Stop it first.");
            }
            refuseIfAnswers(effect, place.server(), "Stop what listens there first");
            try {
                var seed = new JoinerSeed(request.server(), "", request.marker());
                var state = DataDirectory.at(place.data())
                        .state(seed, request.asOf().version(), DataDirectory.at(logs(place)));
                if (state == DirectoryState.FOREIGN_ENSEMBLE) {
                    throw new DriverException(
                            Kind.REFUSED,
                            effect + ": " + place.data()
                                    + " is marked as that of another ensemble. See whether that one"
                                    + " needs it, and move it yourself.");
                }
                JoinerFiles.setAside(id, request.marker(), place.data(), zooCfg.settings(id));
            } catch (UncheckedIOException e) {
                throw new DriverException(
                        Kind.OUTCOME_UNKNOWN, effect + ": " + e.getMessage() + ": " + e.getCause(), e);
            } catch (DriverException e) {
                throw e;
            } catch (EnsembleException e) {
                throw new DriverException(Kind.REFUSED, String.valueOf(e.getMessage()), e);
            }
        });
    }

    @Override
    public List<String> errors(LogRequest request) throws InterruptedException {
        var id = request.server().id();
        if (log == null || staging != null) {
            return ServerLauncher.super.errors(request);
        }
        var effect = "Cannot read the log of server " + id;
        var place = place(effect, request.server());
        try {
            return new ServerLog(path(effect, log, place.server()), ZoneId.systemDefault()).errors(request.since());
        } catch (IOException e) {
            throw new DriverException(Kind.RETRYABLE, effect + ": " + e, e);
        }
    }

    /**
     * Returns how much room there is where the server keeps its data, what its directory is to it unless it runs, and its
     * {@code electionPortBindRetry} if the template says it. Of a server on another machine it sees nothing.
     */
    @Override
    public ServerDetails inspect(InspectRequest request) throws InterruptedException {
        var seed = request.seed();
        var effect = "Cannot look at server " + seed.id();
        var place = place(effect, seed.server());
        if (staging != null) {
            return ServerDetails.none();
        }
        place.check(effect, logs(place));
        var details = ServerDetails.none().with(ServerDetail.FREE_DISK, freeDisk(place.data()));
        var retries = zooCfg.settings(seed.id()).get("electionPortBindRetry");
        if (retries != null && retries.matches("[0-9]{1,9}")) {
            details = details.with(ServerDetail.ELECTION_PORT_BIND_RETRY, known(Integer.valueOf(retries)));
        }
        // The directory of one that runs is in use, and is not what it would be started on.
        if (!isRunning(effect, place, Deadline.in(request.timeLeft(), time))) {
            details = details.with(ServerDetail.DATA_DIRECTORY, directory(request, place));
        }
        return details;
    }

    private <T> Fact<T> known(T value) {
        return Fact.known(value, Fact.Source.LAUNCHER, time.now());
    }

    private Fact<DirectoryState> directory(InspectRequest request, ServerPlace place) {
        try {
            return known(DataDirectory.at(place.data())
                    .state(request.seed(), request.version(), DataDirectory.at(logs(place))));
        } catch (UncheckedIOException e) {
            return Fact.unknown("it cannot be read");
        }
    }

    /** A directory that is not there yet will have the room of the one in which it is made. */
    private Fact<DataSize> freeDisk(Path directory) {
        var there = directory;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            return there == null
                    ? Fact.unknown("its file system is not there")
                    : known(DataSize.ofBytes(Files.getFileStore(there).getUsableSpace()));
        } catch (IOException e) {
            return Fact.unknown("its file system does not tell");
        }
    }

    private ServerPlace place(String effect, Server server) {
        return new ServerPlace(
                server,
                path(effect, data, server),
                path(effect, configuration, server),
                staging == null ? null : path(effect, staging, server));
    }

    private static Path path(String effect, Template template, Server server) {
        var text = template.fill(Map.of(
                Placeholder.ID,
                server.id().toString(),
                Placeholder.HOST,
                server.endpoints().quorum().get(0).host()));
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new DriverException(Kind.REFUSED, effect + ": it would have a path that cannot be.", e);
        }
    }

    private Path logs(ServerPlace place) {
        var logs = zooCfg.settings(place.server().id()).get("dataLogDir");
        return logs == null ? place.data() : Path.of(logs);
    }

    private void act(String effect, ServerPlace place, FencingToken asOf, Deadline deadline, Fence.Action action)
            throws InterruptedException {
        place.check(effect, logs(place));
        Fence.act(effect, place.state(), asOf, deadline, action);
    }

    private boolean isRunning(String effect, ServerPlace place, Deadline deadline) throws InterruptedException {
        if (status != null) {
            return commands.ask(effect, status, place.values(), NOT_RUNNING, deadline);
        }
        return process(effect, place).isPresent();
    }

    private static Optional<ProcessHandle> process(String effect, ServerPlace place) {
        try {
            return new OwnProcess(place.state()).find();
        } catch (EnsembleException e) {
            throw new DriverException(Kind.REFUSED, effect + ": " + e.getMessage() + ".", e);
        }
    }

    /** Whoever starts a server by hand is not in our files, and a server listens at its client port even before it serves. */
    private static void refuseIfAnswers(String effect, Server server, String remedy) {
        var client = server.endpoints().reachableClient();
        if (client.isPresent() && answers(client.get())) {
            throw new DriverException(
                    Kind.REFUSED,
                    effect + ": it does not run as this launcher knows it, and something answers at its client address "
                            + client.get() + ". " + remedy + ".");
        }
    }

    private static boolean answers(Address address) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void writeFiles(String effect, JoinerSeed seed, ServerPlace place) {
        try {
            if (place.staging() == null) {
                JoinerFiles.write(seed, place.data(), place.configuration(), zooCfg);
            } else {
                refuseUnseen(effect, seed);
                stage(JoinerFiles.texts(seed, place.data(), place.configuration(), zooCfg), place.staging());
            }
        } catch (UncheckedIOException e) {
            throw new DriverException(Kind.REFUSED, effect + ": " + e.getMessage() + ": " + e.getCause(), e);
        } catch (DriverException e) {
            throw e;
        } catch (EnsembleException e) {
            throw new DriverException(Kind.REFUSED, String.valueOf(e.getMessage()), e);
        }
    }

    /** Nobody here can see whether there is data, and without it such a server would vote at once. */
    private static void refuseUnseen(String effect, JoinerSeed seed) {
        boolean votes = ConfigurationText.parse(seed.dynamicConfiguration())
                .ensemble()
                .participants()
                .contains(seed.id());
        if (votes || seed.data().isRequired()) {
            throw new DriverException(
                    Kind.REFUSED,
                    effect + ": it may vote at once, and whether its directory holds what it had acknowledged cannot be"
                            + " seen from here. Start it yourself on its own directory.");
        }
    }

    private static void stage(Map<String, String> files, Path staging) {
        files.forEach((name, text) -> new StateFile(staging.resolve(name)).write(text));
    }

    /** Waits until a server runs, or does not, as it is to after a command for that. */
    private void await(String effect, ServerPlace place, boolean running, Deadline deadline)
            throws InterruptedException {
        while (!isAs(running, effect, place, deadline)) {
            if (deadline.isOver()) {
                throw new DriverException(
                        Kind.OUTCOME_UNKNOWN,
                        effect
                                + (running
                                        ? ": its start command ended well, and its status command does not say that it"
                                                + " runs. Look at its log."
                                        : ": its stop command ended well, and its status command does not say that its"
                                                + " process has ended. End it."));
            }
            deadline.pause(LOOK);
        }
    }

    private boolean isAs(boolean running, String effect, ServerPlace place, Deadline deadline)
            throws InterruptedException {
        try {
            return isRunning(effect, place, deadline) == running;
        } catch (DriverException e) {
            if (!deadline.isOver()) {
                throw e;
            }
            // There was no time left to answer in.
            return false;
        }
    }

    private void leave(String effect, Command command, ServerPlace place) throws InterruptedException {
        var output = log == null ? place.configuration().resolve("server.out") : path(effect, log, place.server());
        var process = commands.leave(effect, command, place.values(), output);
        boolean remembered = false;
        try {
            new OwnProcess(place.state()).remember(process.toHandle());
            remembered = true;
        } finally {
            if (!remembered) {
                // Nobody would find it again.
                process.destroyForcibly();
            }
        }
        if (commands.isStillborn(process)) {
            var said = commands.shown(new ServerLog(output, ZoneId.systemDefault()).tail());
            throw new DriverException(
                    Kind.RETRYABLE,
                    effect + ": " + command.program() + " ended at once with status " + process.exitValue() + ". "
                            + said + " The rest is in " + output + ".");
        }
    }

    private void stopByCommand(String effect, Command command, ServerPlace place, Deadline deadline)
            throws InterruptedException {
        if (!isRunning(effect, place, deadline)) {
            return;
        }
        commands.run(effect, command, place.values(), deadline);
        await(effect, place, false, deadline);
    }

    private static void endProcess(String effect, ServerPlace place, Deadline deadline) throws InterruptedException {
        var process = process(effect, place);
        if (process.isPresent() && !new OwnProcess(place.state()).end(process.get(), deadline)) {
            throw new DriverException(
                    Kind.OUTCOME_UNKNOWN,
                    effect + ": process " + process.get().pid() + " was told to end and killed, and is still there."
                            + " See what holds it.");
        }
    }

    /** Returns which programs it runs, and never an argument or what is in their environment. */
    @Override
    public String toString() {
        var programs = new TreeMap<String, String>();
        putProgram(programs, "prepare", prepare);
        putProgram(programs, "start", start);
        putProgram(programs, "run", run);
        putProgram(programs, "stop", stop);
        putProgram(programs, "status", status);
        return "CommandLauncher" + programs;
    }

    private static void putProgram(Map<String, String> programs, String name, @Nullable Command command) {
        if (command != null) {
            programs.put(name, command.program());
        }
    }

    /**
     * Collects what a launcher needs: where the servers' files are, the template of their {@code zoo.cfg}, and either a
     * command that is the server itself ({@link #run}), or those that start it, stop it and tell whether it runs. Not
     * thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private @Nullable Template data;
        private @Nullable Template configuration;
        private @Nullable Template staging;
        private @Nullable Template log;
        private ZooCfgTemplate zooCfg = ZooCfgTemplate.of(Map.of());
        private @Nullable Command prepare;
        private @Nullable Command start;
        private @Nullable Command run;
        private @Nullable Command stop;
        private @Nullable Command status;
        private final Map<String, String> environment = new TreeMap<>();
        private TimeSource time = TimeSource.system();

        private Builder() {}

        /**
         * Sets where a server keeps its data, such as <code>/srv/zookeeper/{id}/data</code>. A path may have the
         * placeholders <code>{id}</code> and <code>{host}</code>.
         *
         * @throws IllegalArgumentException if it has others
         */
        public Builder dataDirectory(String path) {
            this.data = path("dataDirectory", path);
            return this;
        }

        /**
         * Sets where a server's {@code zoo.cfg} and dynamic file are, such as <code>/srv/zookeeper/{id}/conf</code>.
         *
         * @throws IllegalArgumentException as {@link #dataDirectory}
         */
        public Builder configurationDirectory(String path) {
            this.configuration = path("configurationDirectory", path);
            return this;
        }

        /**
         * Has the files of servers on other machines written into a directory here, from which the prepare command brings
         * them there: {@code zoo.cfg} and {@code zoo.cfg.dynamic} for the configuration directory, {@code myid} and
         * {@code ensembler.joiner} for the data directory. That command must refuse a data directory that holds data and
         * another {@code ensembler.joiner}. Servers that may vote at once are not started, and no data is set aside.
         *
         * @throws IllegalArgumentException as {@link #dataDirectory}
         */
        public Builder stagingDirectory(String path) {
            this.staging = path("stagingDirectory", path);
            return this;
        }

        /**
         * Sets the file into which a server logs. What {@link #run} prints is added to it, and errors are read from it.
         * By default that is {@code server.out} beside its {@code zoo.cfg}, and nobody reads it.
         *
         * @throws IllegalArgumentException as {@link #dataDirectory}
         */
        public Builder log(String path) {
            this.log = path("log", path);
            return this;
        }

        /** Sets of what servers' static files are made. By default they say nothing but what each must. */
        public Builder zooCfg(ZooCfgTemplate template) {
            this.zooCfg = template;
            return this;
        }

        /**
         * Sets what is run before each start, once the server's files are written, such as to hand them to another user. By
         * default nothing is.
         *
         * @throws IllegalArgumentException if a template cannot be read, or the program has a placeholder
         */
        public Builder prepare(String... command) {
            this.prepare = Command.of(command);
            return this;
        }

        /**
         * Sets what starts a server and ends once its process runs. What the server prints must go elsewhere than to the
         * output of the command.
         *
         * @throws IllegalArgumentException as {@link #prepare}
         */
        public Builder start(String... command) {
            this.start = Command.of(command);
            return this;
        }

        /**
         * Sets the command that is a server itself, on this machine, and goes on when this process ends. The launcher finds it
         * again by a file beside its data, asks it to end to stop it, and kills it after half of the time.
         *
         * @throws IllegalArgumentException as {@link #prepare}
         */
        public Builder run(String... command) {
            this.run = Command.of(command);
            return this;
        }

        /**
         * Sets what stops a server.
         *
         * @throws IllegalArgumentException as {@link #prepare}
         */
        public Builder stop(String... command) {
            this.stop = Command.of(command);
            return this;
        }

        /**
         * Sets what tells whether a server's process runs, serving or not: with status 0 it does, with 1 or 3 it does
         * not, and with any other nobody can tell.
         *
         * @throws IllegalArgumentException as {@link #prepare}
         */
        public Builder status(String... command) {
            this.status = Command.of(command);
            return this;
        }

        /**
         * Adds what commands find in their environment, besides what this process has. It is the place for secrets, which
         * arguments are not: it stands in no message, nor does its value where a command prints it.
         */
        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Sets the clock by which the time of a call is over. */
        Builder timeSource(TimeSource time) {
            this.time = time;
            return this;
        }

        /**
         * Returns the launcher.
         *
         * @throws IllegalStateException if something is missing, or excludes something else
         */
        public CommandLauncher build() {
            if (data == null || configuration == null) {
                throw new IllegalStateException(
                        "Cannot build a launcher without dataDirectory and configurationDirectory. Give both.");
            }
            boolean byCommands = start != null && stop != null && status != null;
            boolean anyCommand = start != null || stop != null || status != null;
            if (run == null ? !byCommands : anyCommand) {
                throw new IllegalStateException(
                        "Cannot build a launcher with these commands. Give run alone, or start, stop and status.");
            }
            if (staging != null && (run != null || prepare == null)) {
                throw new IllegalStateException(
                        "Cannot build a launcher for servers on other machines without a prepare"
                                + " command that brings their files there, or with run. Give prepare, start, stop and status.");
            }
            boolean stagedOnly = false;
            for (var command : new Command[] {prepare, start, run, stop, status}) {
                stagedOnly |= command != null && command.uses(Placeholder.STAGING_DIRECTORY);
            }
            if (stagedOnly && staging == null) {
                throw new IllegalStateException("Cannot build a launcher with " + Placeholder.STAGING_DIRECTORY
                        + " in a command and no stagingDirectory. Give one.");
            }
            return new CommandLauncher(this, data, configuration);
        }

        private static Template path(String what, String path) {
            var template = Template.parse(path);
            var others = template.placeholders();
            others.removeAll(EnumSet.of(Placeholder.ID, Placeholder.HOST));
            if (!others.isEmpty()) {
                throw new IllegalArgumentException("Cannot use " + path + " as " + what + ": a path may have "
                        + Placeholder.ID + " and " + Placeholder.HOST + " in it, not "
                        + others.iterator().next() + ".");
            }
            return template;
        }

        /** Returns that it is one, and nothing that was given. */
        @Override
        public String toString() {
            return "CommandLauncher.Builder";
        }
    }
}
