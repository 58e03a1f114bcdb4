package io.ensembler.testkit.runtime.forked;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** The files that all servers' processes of one ensemble have in common. Immutable. */
record ChildFiles(Path directory) {

    /** Whatever was asked of the system is asked anew each time, a name that was not found included. */
    private static final String SECURITY = "networkaddress.cache.ttl=0\nnetworkaddress.cache.negative.ttl=0\n";

    private static final String LOGBACK =
            """
            <configuration>
                <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder>
                        <pattern>%d{HH:mm:ss.SSS} %-5level [%thread] %logger{0} - %msg%n</pattern>
                    </encoder>
                </appender>
                <root level="INFO">
                    <appender-ref ref="OUT"/>
                </root>
            </configuration>
            """;

    /** Writes them below a directory. */
    static ChildFiles write(Path directory) {
        var files = new ChildFiles(directory);
        try {
            Files.createDirectories(directory);
            Files.writeString(files.security(), SECURITY);
            Files.writeString(files.logback(), LOGBACK);
            files.writeJar();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the files of forked servers in " + directory, e);
        }
        return files;
    }

    Path security() {
        return directory.resolve("java.security");
    }

    Path logback() {
        return directory.resolve("logback.xml");
    }

    /** The main class alone in a jar: nothing else of ours must come before the ZooKeeper that was chosen. */
    Path jar() {
        return directory.resolve("child.jar");
    }

    private void writeJar() throws IOException {
        var name = ChildMain.class.getName().replace('.', '/') + ".class";
        try (var from = Objects.requireNonNull(ChildMain.class.getClassLoader().getResourceAsStream(name), name);
                var to = new JarOutputStream(Files.newOutputStream(jar()))) {
            to.putNextEntry(new JarEntry(name));
            from.transferTo(to);
            to.closeEntry();
        }
    }
}
