package io.ensembler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The tool as a process, from the jar that {@code mvn package} makes.
 *
 * @param status what it ended with
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
record Invocation(int status, String out, String err) {

    private static final Path JAR = Path.of("target/ensembler-cli.jar").toAbsolutePath();
    private static final long LONGEST_SECONDS = 120;

    /** A process begins with Ctrl-C ignored where its parent has it so, as whoever was started in the background. */
    private static final List<String> INTERRUPTIBLE = interruptible();

    private static List<String> interruptible() {
        var prefix = List.of("env", "--default-signal=INT");
        try {
            var tried = new ArrayList<>(prefix);
            tried.add("true");
            boolean works = new ProcessBuilder(tried).start().waitFor() == 0;
            return works ? prefix : List.of();
        } catch (IOException | InterruptedException e) {
            return List.of();
        }
    }

    /** One that has not ended yet. */
    record Running(Process process, Path out, Path err) {

        Invocation end() throws IOException, InterruptedException {
            boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            var invocation = new Invocation(process.exitValue(), Files.readString(out), Files.readString(err));
            assertThat(ended).as("ended: %s", invocation).isTrue();
            assertThat(invocation.toString()).doesNotContain(CommandedEnsemble.SECRET);
            return invocation;
        }

        /** Waits until its standard error says something. */
        void awaitErr(String said) throws IOException, InterruptedException {
            awaitFile(err, said);
        }

        void awaitOut(String said) throws IOException, InterruptedException {
            awaitFile(out, said);
        }

        private void awaitFile(Path file, String said) throws IOException, InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
            while (!Files.readString(file).contains(said)) {
                assertThat(process.isAlive() && System.nanoTime() < deadline)
                        .as("says '%s': %s %s", said, Files.readString(out), Files.readString(err))
                        .isTrue();
                process.waitFor(10, TimeUnit.MILLISECONDS);
            }
        }

        /** Presses Ctrl-C. */
        void interrupt() throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        }

        /** Ends it as {@code kill -9} does. */
        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }

    static Running begin(Path directory, List<String> arguments) throws IOException {
        var command = new ArrayList<>(INTERRUPTIBLE);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(archive());
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(arguments);
        var out = Files.createTempFile(directory, "out", ".txt");
        var err = Files.createTempFile(directory, "err", ".txt");
        var process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Running(process, out, err);
    }

    /** The first leaves its classes as a JVM has them in memory, from which all others start sooner. */
    private static List<String> archive() {
        var own = JAR.resolveSibling("ensembler-cli-" + ProcessHandle.current().pid() + ".jsa");
        if (Files.exists(own)) {
            return List.of("-Xlog:cds*=off", "-XX:SharedArchiveFile=" + own);
        }
        return List.of("-Xlog:cds*=off", "-XX:ArchiveClassesAtExit=" + own);
    }

    static Invocation of(Path directory, List<String> arguments) throws IOException, InterruptedException {
        return begin(directory, arguments).end();
    }
}
