package io.ensembler.spi;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Server;
import java.time.Duration;
import org.apiguardian.api.API;

/**
 * Starts and stops the processes of servers, wherever they run. Implementations are thread-safe.
 *
 * <p>Every request carries the version of the configuration it was decided on; a launcher refuses one that is lower than
 * the highest it has seen, since it comes from a runner that has been overtaken.
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

    /**
     * Asks for a start.
     *
     * @param seed what to start it with
     * @param asOf the version of the configuration this was decided on
     * @param timeLeft how long the call may take
     */
    record StartRequest(JoinerSeed seed, ConfigurationVersion asOf, Duration timeLeft) {}

    /**
     * Asks for a stop.
     *
     * @param server the server, which the configuration no longer lists
     * @param asOf the version of the configuration this was decided on
     * @param timeLeft how long the call may take
     */
    record StopRequest(Server server, ConfigurationVersion asOf, Duration timeLeft) {}
}
