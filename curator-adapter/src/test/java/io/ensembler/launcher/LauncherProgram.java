package io.ensembler.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the commands of launcher tests run. The first argument says what it does; it ends with its test at the latest. */
final class LauncherProgram {

    private LauncherProgram() {}

    /** The command that runs this, and what {@code arguments} says. */
    static String[] command(String... arguments) {
        var command = new ArrayList<String>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                classPath(),
                LauncherProgram.class.getName()));
        command.addAll(Arrays.asList(arguments));
        return command.toArray(String[]::new);
    }

    /** Only what this class needs: a path of many jars takes its time. */
    static String classPath() {
        return Path.of(LauncherProgram.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
    }

    /** Does what it is told. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        switch (arguments[0]) {
            case "record" -> record(Path.of(arguments[1]), arguments);
            case "fail" -> {
                System.out.println("about to fail");
                System.err.println("because of " + System.getenv("SECRET"));
                Runtime.getRuntime().halt(Integer.parseInt(arguments[1]));
            }
            case "flood" -> flood(Long.parseLong(arguments[1]));
            case "serve" -> serve(Path.of(arguments[1]));
            case "status" -> Runtime.getRuntime().halt(Files.exists(Path.of(arguments[1])) ? 0 : 3);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Adds the arguments to a file, each with its length before it, so that nothing in one can look like two. */
    private static void record(Path file, String[] arguments) throws IOException {
        var text = new StringBuilder();
        for (var argument : List.of(arguments).subList(2, arguments.length)) {
            text.append(argument.length()).append(':').append(argument);
        }
        Files.writeString(
                file, text + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void flood(long bytes) {
        var line = "x".repeat(999);
        for (long written = 0; written < bytes; written += 1_000) {
            System.out.println(line);
        }
        System.out.println("the last line");
        System.out.flush();
        Runtime.getRuntime().halt(7);
    }

    private static void serve(Path file) throws IOException, InterruptedException {
        Files.writeString(file, "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.out.println("serving");
        TimeUnit.SECONDS.sleep(60);
    }
}
