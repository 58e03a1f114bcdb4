package io.ensembler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.TestEnsemble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The screens of the page about the tool: each command is run, in their order, and shows what stands there. */
class CliPageTest {

    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/cli.md");

    /** A screen: a command, and what it shows. */
    private static final Pattern SCREEN = Pattern.compile("```console\n\\$ ensembler (.*)\n((?:(?!```).*\n)*)```");

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final ServerId JOINER = ServerId.of(4);

    @TempDir
    private Path directory;

    private final List<Server> servers = new ArrayList<>();

    /** With {@code -Densembler.rewrite=true} the screens are written anew. */
    @Test
    void the_page_shows_what_the_tool_shows() throws Exception {
        var page = Files.readString(PAGE);
        Files.writeString(directory.resolve("zoo.cfg"), "dataDir=/srv/zookeeper/data\ninitLimit=10\nsyncLimit=5\n");
        var shown = new StringBuilder();
        try (var ensemble = start()) {
            servers.addAll(ensemble.servers());
            servers.addAll(ensemble.newServers(1));
            var screen = SCREEN.matcher(page);
            while (screen.find()) {
                var command = screen.group(1);
                if (command.startsWith("apply") && command.contains("--plan")) {
                    ensemble.join(servers.get(3));
                }
                var text = run(command, ensemble);
                screen.appendReplacement(
                        shown, Matcher.quoteReplacement("```console\n$ ensembler " + command + "\n" + text + "```"));
            }
            screen.appendTail(shown);
        }
        if (Boolean.getBoolean("ensembler.rewrite")) {
            Files.writeString(PAGE, shown);
        } else {
            assertThat(page).isEqualTo(shown.toString());
        }
    }

    @Test
    void the_launcher_on_the_page_is_one() throws IOException {
        var block = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        var file = Files.writeString(directory.resolve("launcher.json"), block.group(1));

        assertThat(LauncherFile.read(file))
                .hasToString("CommandLauncher{prepare=chown, start=systemctl, status=systemctl, stop=systemctl}");
    }

    /** Who leads is in the screens. */
    private static TestEnsemble start() {
        while (true) {
            var ensemble = TestEnsemble.builder().participants(3).start();
            if (ensemble.leader().equals(Optional.of(ServerId.of(3)))) {
                return ensemble;
            }
            ensemble.close();
        }
    }

    private String run(String command, TestEnsemble ensemble) throws IOException {
        var screen = new ByteArrayOutputStream();
        // Somebody reads what is asked for, and does it.
        var read = new PrintStream(screen, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                super.println(line);
                if (line.contains("waiting: not fenced: " + JOINER)) {
                    ensemble.stop(JOINER);
                }
            }
        };
        var words = WORD.matcher(command)
                .results()
                .map(word -> real(word.group(1) == null ? word.group(2) : word.group(1)))
                .toList();
        int status = EnsemblerCli.run(new Streams(read, read), words.toArray(String[]::new));
        var text = asOnPage(screen.toString(StandardCharsets.UTF_8));
        return text + (status == ExitStatus.DONE ? "" : "$ echo $?\n" + status + "\n");
    }

    private String real(String word) {
        if (word.matches("(plan\\.json|zoo\\.cfg|files-of-4)")) {
            return directory.resolve(word).toString();
        }
        var real = word;
        for (var server : servers) {
            real = real.replace(lineOnPage(server), server.toString()).replace(clientOnPage(server), client(server));
        }
        return real;
    }

    private String asOnPage(String screen) {
        var text = screen.replace(directory + "/", "");
        for (var server : servers) {
            text = text.replace(server.toString(), lineOnPage(server)).replace(client(server), clientOnPage(server));
        }
        // Whether a session of ours that has just ended is still counted.
        return text.replaceAll("\n\nFindings .*\n! Mind the clients of server 4: .*", "")
                        .lines()
                        .filter(line -> !line.contains(" waiting: "))
                        .map(CliPageTest::withoutWhatVaries)
                        .collect(Collectors.joining("\n"))
                + "\n";
    }

    private static String withoutWhatVaries(String line) {
        return line.replaceAll("\\b[1-9a-f][0-9a-f]{8,}\\b", "10000002a")
                .replaceAll("\\b[0-9]+ ms\\b", "12 ms")
                .replaceAll("\\b[0-9.]+ (KB|bytes)\\b", "4 $1")
                .replaceAll("[0-9-]+T[0-9:.]+Z", "2026-01-02T03:04:05Z")
                .replaceAll("^(\\d+ +participant .* yes +)\\d+( +)\\d+( +)[0-9a-f]+( +)", "$10$21$310000002a$4");
    }

    private static String lineOnPage(Server server) {
        return "server.%1$s=zk%1$s:2888:3888:participant;zk%1$s:2181".formatted(server.id());
    }

    private static String clientOnPage(Server server) {
        return "zk" + server.id() + ":2181";
    }

    private static String client(Server server) {
        return server.endpoints().client().orElseThrow().toString();
    }
}
