package org.apache.zookeeper.server.quorum;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.sasl.SaslException;
import org.apache.zookeeper.server.ExitCode;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;
import org.apache.zookeeper.util.ServiceUtils;
import org.jspecify.annotations.NullMarked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of a server in a process of its own that can be told what is to go wrong. A crash before activation
 * halts the process with status 137.
 */
@NullMarked
public final class HookedMain extends QuorumPeerMain {

    private static final Logger LOG = LoggerFactory.getLogger(HookedMain.class);
    private static final ServerHooks HOOKS = new ServerHooks();
    private static final AllowedWords WORDS = new AllowedWords();
    private static final Map<String, Runnable> HEALINGS = new ConcurrentHashMap<>();

    private HookedMain() {}

    /** Runs a server from the configuration file named, as {@link QuorumPeerMain#main} does. */
    public static void main(String[] arguments) {
        int status = ExitCode.EXECUTION_FINISHED.getValue();
        try {
            new HookedMain().initializeAndRun(arguments);
        } catch (ConfigException | IllegalArgumentException e) {
            LOG.error("Invalid configuration", e);
            status = ExitCode.INVALID_INVOCATION.getValue();
        } catch (Exception e) {
            LOG.error("Unexpected exception", e);
            status = ExitCode.UNEXPECTED_ERROR.getValue();
        }
        ServiceUtils.requestSystemExit(status);
    }

    /**
     * Does what a line says: {@code stall-sync 7}, {@code crash-before-activation 7} or {@code mute 7}, and later {@code
     * heal 7}. The number is the caller's.
     *
     * @throws IllegalArgumentException if it says anything else
     */
    public static void obey(String line) {
        var words = line.strip().toLowerCase(Locale.ROOT).split(" ", 2);
        var number = words.length == 2 ? words[1] : "";
        switch (words[0]) {
            case "stall-sync" -> HEALINGS.put(number, HOOKS.stallSync());
            case "crash-before-activation" -> HEALINGS.put(number, HOOKS.crashBeforeActivation());
            case "mute" -> HEALINGS.put(number, WORDS.mute());
            case "heal" -> {
                var healing = HEALINGS.remove(number);
                if (healing != null) {
                    healing.run();
                }
            }
            default -> throw new IllegalArgumentException("cannot obey '" + line + "'");
        }
    }

    @Override
    protected QuorumPeer getQuorumPeer() throws SaslException {
        return new HookedQuorumPeer(HOOKS);
    }
}
