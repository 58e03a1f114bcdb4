package io.ensembler.testkit.runtime.forked;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a server's process begins with: ZooKeeper's own main class, or one of ours in its place that can be told what is to
 * go wrong, and a watch that ends the process with the JVM that started it. It knows nothing but the JDK, since it runs
 * beside any version of ZooKeeper.
 *
 * <p>Standard input is a pipe from that JVM, which ends with it, however it ends. What is said on it before {@link
 * #START} is obeyed before the server starts; whatever was obeyed is said on standard output.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ChildMain {

    /** The system property that names the server's main class. */
    static final String SERVER = "ensembler.server";

    /** The line after which the server starts. */
    static final String START = "start";

    /** What precedes a line that was obeyed. */
    static final String OBEYED = "obeyed: ";

    private ChildMain() {}

    /** Runs a server until it ends. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        var server = Class.forName(System.getProperty(SERVER));
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        obeyUntilStart(server, orders);
        var watch = new Thread(() -> obeyUntilStart(server, orders), "ensembler-parent");
        watch.setDaemon(true);
        watch.start();
        server.getMethod("main", String[].class).invoke(null, (Object) arguments);
    }

    private static void obeyUntilStart(Class<?> server, BufferedReader orders) {
        String line = next(orders);
        while (line != null && !line.equals(START)) {
            obey(server, line);
            line = next(orders);
        }
        if (line == null) {
            Runtime.getRuntime().halt(1);
        }
    }

    private static @Nullable String next(BufferedReader orders) {
        try {
            return orders.readLine();
        } catch (IOException e) {
            System.out.println("cannot hear of the parent: " + e);
            return null;
        }
    }

    private static void obey(Class<?> server, String line) {
        try {
            Method method = server.getMethod("obey", String.class);
            method.invoke(null, line);
            System.out.println(OBEYED + line);
        } catch (ReflectiveOperationException e) {
            System.out.println("cannot obey '" + line + "': " + e.getCause());
        }
    }
}
