package io.ensembler.testkit.runtime;

import io.ensembler.model.EnsembleException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Hands out ports of the loopback address, each to one owner at a time among all JVMs of this user.
 *
 * <p>They lie below the range from which the system picks ports of its own accord, and above those that services use. A
 * lease is a lock on one byte of a file that all JVMs share, so it ends with the JVM at the latest. A port that somebody
 * else listens on is passed over. Thread-safe.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class LoopbackPorts {

    /** The address they belong to. */
    public static final String HOST = "127.0.0.1";

    private static final int LOWEST = 11_221;
    private static final int HIGHEST = 32_767;
    private static final int COUNT = HIGHEST - LOWEST + 1;

    private static final Map<Integer, FileLock> LEASES = new TreeMap<>();
    private static @Nullable FileChannel channel;
    private static int next = (int) Math.floorMod(ProcessHandle.current().pid() * 300, (long) COUNT);

    private LoopbackPorts() {}

    /** Leases {@code count} ports that nobody listens on. */
    public static synchronized List<Integer> lease(int count) {
        var ports = new ArrayList<Integer>();
        for (int tried = 0; tried < COUNT && ports.size() < count; tried++) {
            int port = LOWEST + next;
            next = (next + 1) % COUNT;
            var lock = tryLock(port);
            if (lock == null) {
                continue;
            }
            if (isFree(port)) {
                LEASES.put(port, lock);
                ports.add(port);
            } else {
                release(lock);
            }
        }
        if (ports.size() < count) {
            release(ports);
            throw new EnsembleException("Cannot lease " + count + " ports: of " + LOWEST + " to " + HIGHEST + " on "
                    + HOST + " only " + ports.size() + " are free. Close ensembles or other programs that hold them.");
        }
        return ports;
    }

    /** Lets the next port be tried first that follows this one. */
    static synchronized void goOnAfter(int port) {
        next = Math.floorMod(port + 1 - LOWEST, COUNT);
    }

    /** Gives ports back; one that is not leased is passed over. */
    public static synchronized void release(Collection<Integer> ports) {
        for (var port : ports) {
            var lock = LEASES.remove(port);
            if (lock != null) {
                release(lock);
            }
        }
    }

    /** Returns whether a server could listen on the port now. */
    public static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable FileLock tryLock(int port) {
        try {
            return channel().tryLock(port, 1, false);
        } catch (OverlappingFileLockException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot lock port " + port + " in " + file(), e);
        }
    }

    private static void release(FileLock lock) {
        try {
            lock.release();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release a port in " + file(), e);
        }
    }

    private static FileChannel channel() throws IOException {
        if (channel == null) {
            channel = FileChannel.open(file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }
        return channel;
    }

    /** One file for each user, since another's could not be opened. It is never deleted: a lock goes with its file. */
    private static Path file() {
        return Path.of(
                System.getProperty("java.io.tmpdir"), "ensembler-ports-" + System.getProperty("user.name") + ".lock");
    }
}
