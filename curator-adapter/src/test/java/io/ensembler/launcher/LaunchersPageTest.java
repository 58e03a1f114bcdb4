package io.ensembler.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.joiner.ZooCfgTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of launchers names the placeholders there are, and shows code that is here. */
class LaunchersPageTest {

    private static final Path PAGE = Path.of("..", "docs", "launchers.md");
    private static final Path HERE =
            Path.of("src", "test", "java", "io", "ensembler", "launcher", "LaunchersPageTest.java");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void the_page_has_a_row_for_every_placeholder_and_no_other() throws IOException {
        var rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `{"))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(Placeholder.values())
                        .map(it -> "| `" + it + "` | " + it.meaning() + " |")
                        .toList());
    }

    @Test
    void the_code_on_the_page_is_code_from_here() throws IOException {
        var here = Files.readString(HERE).replace("\n        ", "\n");
        var blocks = BLOCK.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
        assertThat(blocks).hasSize(2).allSatisfy(block -> assertThat(here).contains(block));
    }

    @Test
    void the_code_on_the_page_builds_launchers() {
        assertThat(List.of(here("tickTime=2000\n"), elsewhere("tickTime=2000\n")))
                .map(CommandLauncher::toString)
                .containsExactly(
                        "CommandLauncher{prepare=chown, start=systemctl, status=systemctl, stop=systemctl}",
                        "CommandLauncher{prepare=bring-files, start=ssh, status=ssh, stop=ssh}");
    }

    private static CommandLauncher here(String text) {
        var launcher = CommandLauncher.builder()
                .dataDirectory("/var/lib/zookeeper/{id}")
                .configurationDirectory("/etc/zookeeper/{id}")
                .zooCfg(ZooCfgTemplate.of(text))
                .prepare("chown", "-R", "zookeeper:", "{data-directory}", "{configuration-directory}")
                .start("systemctl", "start", "zookeeper@{id}")
                .stop("systemctl", "stop", "zookeeper@{id}")
                .status("systemctl", "is-active", "--quiet", "zookeeper@{id}")
                .log("/var/log/zookeeper/{id}.log")
                .build();
        return launcher;
    }

    private static CommandLauncher elsewhere(String text) {
        var launcher = CommandLauncher.builder()
                .dataDirectory("/var/lib/zookeeper")
                .configurationDirectory("/etc/zookeeper")
                .stagingDirectory("/var/lib/ensembler/{id}")
                .zooCfg(ZooCfgTemplate.of(text))
                .prepare("bring-files", "{host}", "{staging-directory}")
                .start("ssh", "{host}", "start-zookeeper", "{sh:data-directory}")
                .stop("ssh", "{host}", "stop-zookeeper")
                .status("ssh", "{host}", "systemctl", "is-active", "--quiet", "zookeeper")
                .build();
        return launcher;
    }
}
