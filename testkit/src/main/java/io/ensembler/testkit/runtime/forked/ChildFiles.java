package io.ensembler.testkit.runtime.forked;

import io.ensembler.testkit.runtime.LogLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The files that all servers' processes of one ensemble have in common. Immutable. */
record ChildFiles(Path directory) {

    /** Whatever was asked of the system is asked anew each time, a name that was not found included. */
    private static final String SECURITY = "networkaddress.cache.ttl=0\nnetworkaddress.cache.negative.ttl=0\n";

    /** Where our classes in a package of ZooKeeper's are. */
    private static final String HOOKS = "org/apache/zookeeper/server/quorum";

    private static final String LOGBACK =
            """
            <configuration>
                <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder>
                        <pattern>%s</pattern>
                    </encoder>
                </appender>
                <root level="INFO">
                    <appender-ref ref="OUT"/>
                </root>
            </configuration>
            """
                    .replace("%s", LogLines.PATTERN);

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

    /** The main class and the hooks in a jar: nothing else of ours must come before the ZooKeeper that was chosen. */
    Path jar() {
        return directory.resolve("child.jar");
    }

    private void writeJar() throws IOException {
        var source = ownClasses();
        if (Files.isDirectory(source)) {
            writeJar(source);
        } else {
            try (var inside = FileSystems.newFileSystem(source)) {
                writeJar(inside.getPath("/"));
            }
        }
    }

    private void writeJar(Path root) throws IOException {
        var main = root.resolve(ChildMain.class.getName().replace('.', '/') + ".class");
        try (var hooks = Files.list(root.resolve(HOOKS));
                var jar = new JarOutputStream(Files.newOutputStream(jar()))) {
            for (var file : Stream.concat(Stream.of(main), hooks).toList()) {
                jar.putNextEntry(new JarEntry(root.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
    }

    private static Path ownClasses() throws IOException {
        try {
            return Path.of(ChildMain.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("cannot find our own classes", e);
        }
    }
}
