package io.ensembler.launcher;

import io.ensembler.joiner.ZooCfgTemplate;
import io.ensembler.model.Address;
import io.ensembler.model.DataSize;
import io.ensembler.model.DirectoryState;
import io.ensembler.model.Fact;
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
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
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

    private static final int CONNECT_MILLIS = 500;

    private final Places places;
    private final ServerFiles files;
    private final Commands commands;
    private final @Nullable Command prepare;
    private final Control control;
    private final TimeSource time;

    private CommandLauncher(
            Places places, Commands commands, @Nullable Command prepare, Control control, TimeSource time) {
        this.places = places;
        this.files = new ServerFiles(places.zooCfg());
        this.commands = commands;
        this.prepare = prepare;
        this.control = control;
        this.time = time;
    }

    /** Returns a builder for a launcher. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Set<Capability> capabilities() {
        var able = EnumSet.noneOf(Capability.class);
        if (!places.areElsewhere()) {
            able.add(Capability.WIPE);
            if (places.messages() != null) {
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
        var place = places.of(effect, seed.server());
        act(effect, place, request.asOf(), deadline, () -> {
            if (control.isRunning(effect, place, deadline)) {
                return;
            }
            if (!places.areElsewhere()) {
                refuseIfAnswers(effect, place.server(), "Stop it, or give the server another port");
            }
            files.write(effect, seed, place);
            if (prepare != null) {
                commands.run(effect, prepare, place.values(), deadline);
            }
            control.start(effect, place, deadline);
        });
    }

    @Override
    public void stop(StopRequest request) throws InterruptedException {
        var effect = "Cannot stop server " + request.server().id();
        var deadline = Deadline.in(request.timeLeft(), time);
        var place = places.of(effect, request.server());
        act(effect, place, request.asOf(), deadline, () -> control.stop(effect, place, deadline));
    }

    @Override
    public void wipe(WipeRequest request) throws InterruptedException {
        var effect = "Cannot set the data of server " + request.server().id() + " aside";
        if (places.areElsewhere()) {
            throw new DriverException(
                    Kind.UNSUPPORTED,
                    effect + ": it is on another machine, and this launcher sees only files here. Set it aside there:"
                            + " rename its data directory and delete nothing.");
        }
        var deadline = Deadline.in(request.timeLeft(), time);
        var place = places.of(effect, request.server());
        act(effect, place, request.asOf(), deadline, () -> {
            if (control.isRunning(effect, place, deadline)) {
                throw new DriverException(Kind.REFUSED, effect + ": it runs. Stop it first.");
            }
            refuseIfAnswers(effect, place.server(), "Stop what listens there first");
            files.setAside(effect, place, request.marker(), request.asOf().version());
        });
    }

    private static void act(String effect, ServerPlace place, FencingToken asOf, Deadline deadline, Fence.Action action)
            throws InterruptedException {
        place.check(effect);
        Fence.act(effect, place.state(), asOf, deadline, action);
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

    @Override
    public List<String> errors(LogRequest request) throws InterruptedException {
        var effect = "Cannot read the log of server " + request.server().id();
        var messages = places.of(effect, request.server()).messages();
        if (messages == null || places.areElsewhere()) {
            return ServerLauncher.super.errors(request);
        }
        try {
            return new ServerLog(messages, ZoneId.systemDefault()).errors(request.since());
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
        var place = places.of(effect, seed.server());
        if (places.areElsewhere()) {
            return ServerDetails.none();
        }
        place.check(effect);
        var details = ServerDetails.none().with(ServerDetail.FREE_DISK, freeDisk(place));
        var retries = files.electionPortBindRetry(place);
        if (retries.isPresent()) {
            details = details.with(ServerDetail.ELECTION_PORT_BIND_RETRY, known(retries.get()));
        }
        // The directory of one that runs is in use, and is not what it would be started on.
        if (!control.isRunning(effect, place, Deadline.in(request.timeLeft(), time))) {
            details = details.with(ServerDetail.DATA_DIRECTORY, directory(request, place));
        }
        return details;
    }

    private Fact<DataSize> freeDisk(ServerPlace place) {
        try {
            return ServerFiles.freeDisk(place)
                    .map(this::known)
                    .orElseGet(() -> Fact.unknown("its file system is not there"));
        } catch (IOException e) {
            return Fact.unknown("its file system does not tell");
        }
    }

    private Fact<DirectoryState> directory(InspectRequest request, ServerPlace place) {
        try {
            return known(files.state(place, request.seed(), request.version()));
        } catch (UncheckedIOException e) {
            return Fact.unknown("it cannot be read");
        }
    }

    private <T> Fact<T> known(T value) {
        return Fact.known(value, Fact.Source.LAUNCHER, time.now());
    }

    /** Returns which programs it runs, and never an argument or what is in their environment. */
    @Override
    public String toString() {
        var programs = new TreeMap<>(control.programs());
        if (prepare != null) {
            programs.put("prepare", prepare.program());
        }
        return "CommandLauncher" + programs;
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
            var commands = new Commands(environment);
            var control = control(commands);
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
            var places = new Places(data, configuration, staging, log, zooCfg);
            return new CommandLauncher(places, commands, prepare, control, time);
        }

        private Control control(Commands commands) {
            if (run != null && start == null && stop == null && status == null) {
                return new ProcessControl(commands, run);
            } else if (run == null && start != null && stop != null && status != null) {
                return new CommandControl(commands, start, stop, status);
            }
            throw new IllegalStateException(
                    "Cannot build a launcher with these commands. Give run alone, or start, stop and status.");
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
