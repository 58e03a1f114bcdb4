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

/**
 * The files that all servers' processes of one ensemble have in common. Immutable.
 *
 * @param directory where they are
 * @param jar the main class and the hooks in a jar: nothing else of ours must come before the ZooKeeper that was chosen
 */
record ChildFiles(Path directory, Path jar) {

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
        var own = directory.resolve("child.jar");
        try {
            Files.createDirectories(directory);
            writeJar(own);
            var files = new ChildFiles(directory, ClassArchive.keepBeside(own).orElse(own));
            Files.writeString(files.security(), SECURITY);
            Files.writeString(files.logback(), LOGBACK);
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the files of forked servers in " + directory, e);
        }
    }

    Path security() {
        return directory.resolve("java.security");
    }

    Path logback() {
        return directory.resolve("logback.xml");
    }

    private static void writeJar(Path jar) throws IOException {
        var source = ownClasses();
        if (Files.isDirectory(source)) {
            writeJar(source, jar);
        } else {
            try (var inside = FileSystems.newFileSystem(source)) {
                writeJar(inside.getPath("/"), jar);
            }
        }
    }

    private static void writeJar(Path root, Path target) throws IOException {
        var main = root.resolve(ChildMain.class.getName().replace('.', '/') + ".class");
        try (var hooks = Files.list(root.resolve(HOOKS));
                var jar = new JarOutputStream(Files.newOutputStream(target))) {
            for (var file : Stream.concat(Stream.of(main), hooks.sorted()).toList()) {
                jar.putNextEntry(entry(root.relativize(file)));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
    }

    /** Always of the same time, so that equal classes make equal jars. */
    private static JarEntry entry(Path name) {
        var entry = new JarEntry(name.toString().replace('\\', '/'));
        entry.setTime(0);
        return entry;
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
