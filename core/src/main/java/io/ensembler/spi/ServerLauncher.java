package io.ensembler.spi;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Starts and stops the processes of servers, wherever they run, and sets their data aside if it can. Implementations
 * are thread-safe.
 *
 * <p>Every request says on what grounds it was decided; a launcher refuses one whose token is lower than the highest it has
 * seen, since it comes from a runner that has been overtaken.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface ServerLauncher {

    /**
     * Starts a server from its seed and returns once its process runs; it need not serve yet. Starting a server that
     * runs already does nothing. The launcher adds what only its host knows (directories, JVM options) and must refuse
     * an empty data directory under an id that the seed lists as participant, and a directory that is not that server's
     * own: {@code io.ensembler.joiner.JoinerFiles} does both.
     *
     * @throws DriverException of kind {@code REFUSED} if it must not be started so
     */
    void start(StartRequest request) throws InterruptedException;

    /**
     * Stops a server and returns once its process has ended. Stopping a server that does not run does nothing.
     *
     * @throws DriverException if it could not be stopped in time
     */
    void stop(StopRequest request) throws InterruptedException;

    /** Returns what this launcher can do besides starting and stopping; nothing unless it says so. */
    default Set<Capability> capabilities() {
        return Set.of();
    }

    /**
     * Sets the data of a stopped server aside, so that it starts on an empty directory next, and returns once that is
     * done. Nothing is deleted. A directory without data is left as it is, and so is one that carries the marker the
     * request names: it was set aside before. The launcher must refuse a server that runs and a directory that is not a
     * data directory of that server: {@code io.ensembler.joiner.JoinerFiles} sees to the latter.
     *
     * <p>Called only if {@link #capabilities()} holds {@link Capability#WIPE}.
     *
     * @throws DriverException of kind {@code REFUSED} if it must not be set aside, {@code UNSUPPORTED} if this launcher
     *     cannot
     */
    default void wipe(WipeRequest request) throws InterruptedException {
        throw new DriverException(
                DriverException.Kind.UNSUPPORTED,
                "Cannot set the data of server " + request.server().id() + " aside: its launcher cannot do so.");
    }

    /**
     * Copies the data of a server that is in sync and may go on running, and returns once the copy is complete where a
     * person will find it. It is asked of one server, since each has all that was committed.
     *
     * <p>Called only if {@link #capabilities()} holds {@link Capability#BACK_UP}.
     *
     * @return where the copy is, as a phrase without secrets
     * @throws DriverException if there is no complete copy, {@code UNSUPPORTED} if this launcher makes none
     */
    default String backUp(BackUpRequest request) throws InterruptedException {
        throw new DriverException(
                DriverException.Kind.UNSUPPORTED,
                "Cannot back up the data of server " + request.server().id() + ": its launcher cannot do so.");
    }

    /**
     * Returns what a server has logged as an error or worse since a moment, oldest first, a line each. Where there is
     * much, the first lines will do.
     *
     * <p>Called only if {@link #capabilities()} holds {@link Capability#LOG}.
     *
     * @throws DriverException if nobody can tell, {@code UNSUPPORTED} if this launcher hands out no log
     */
    default List<String> errors(LogRequest request) throws InterruptedException {
        throw new DriverException(
                DriverException.Kind.UNSUPPORTED,
                "Cannot read the log of server " + request.server().id() + ": its launcher hands out none.");
    }

    /**
     * Returns what it sees of a server that is to join, as it would start it: such as how much room its disk has, and what
     * its data directory is to it. Nothing is changed. What is not reported, as is everything by default, stays unknown.
     *
     * @throws DriverException if nothing can be seen
     */
    default ServerDetails inspect(InspectRequest request) throws InterruptedException {
        return ServerDetails.none();
    }

    /** What a launcher may be able to do besides starting and stopping. */
    enum Capability {
        /** Setting data aside. */
        WIPE,
        /** Copying data. */
        BACK_UP,
        /** Handing out what servers log. */
        LOG
    }

    /**
     * Asks for data to be copied.
     *
     * @param server the server, which is in sync
     * @param timeLeft how long the call may take
     */
    record BackUpRequest(Server server, Duration timeLeft) {}

    /**
     * Asks what can be seen of a server.
     *
     * @param seed what it would be started with
     * @param version the version that the ensemble has come to
     * @param timeLeft how long the call may take
     */
    record InspectRequest(JoinerSeed seed, ConfigurationVersion version, Duration timeLeft) {}

    /**
     * Asks for what was logged.
     *
     * @param server the server
     * @param since from when on, by the clock of whoever asks
     * @param timeLeft how long the call may take
     */
    record LogRequest(Server server, Instant since, Duration timeLeft) {}

    /**
     * Asks for a start.
     *
     * @param seed what to start it with
     * @param asOf on what grounds this was decided
     * @param timeLeft how long the call may take
     */
    record StartRequest(JoinerSeed seed, FencingToken asOf, Duration timeLeft) {}

    /**
     * Asks for a stop.
     *
     * @param server the server, which the configuration no longer lists
     * @param asOf on what grounds this was decided
     * @param timeLeft how long the call may take
     */
    record StopRequest(Server server, FencingToken asOf, Duration timeLeft) {}

    /**
     * Asks for data to be set aside.
     *
     * @param server the server, which the configuration no longer lists
     * @param marker the marker text of the seed that the server is started with next; a directory that carries it holds
     *     nothing of what came before
     * @param asOf on what grounds this was decided
     * @param timeLeft how long the call may take
     */
    record WipeRequest(Server server, String marker, FencingToken asOf, Duration timeLeft) {}
}
