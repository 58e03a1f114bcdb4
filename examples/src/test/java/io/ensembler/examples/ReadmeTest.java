package io.ensembler.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what is compiled and run here. */
class ReadmeTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void every_java_block_of_the_readme_is_taken_from_first_steps() throws IOException {
        var source = Files.readString(Path.of("src/main/java/io/ensembler/examples/FirstSteps.java"))
                .stripIndent()
                .replaceAll("(?m)^ +", "");
        var blocks = JAVA_BLOCK
                .matcher(readme())
                .results()
                .map(block -> block.group(1).replaceAll("(?m)^ +", ""))
                .toList();

        assertThat(blocks).isNotEmpty().allSatisfy(block -> assertThat(source).contains(block));
    }

    @Test
    void every_page_the_readme_links_to_is_there() throws IOException {
        var links = Pattern.compile("]\\(([^)#:]+)\\)").matcher(readme()).results();

        assertThat(links.map(link -> ROOT.resolve(link.group(1))).toList())
                .isNotEmpty()
                .allSatisfy(page -> assertThat(page).exists());
    }

    @Test
    void every_test_that_the_pages_name_exists() throws IOException {
        var named = Pattern.compile("`(\\w+Test)`")
                .matcher(Files.readString(ROOT.resolve("docs/invariants.md")))
                .results()
                .map(name -> name.group(1) + ".java")
                .distinct()
                .toList();
        try (var files = Files.walk(ROOT)) {
            var present = files.filter(file -> file.toString().contains("src/test/java"))
                    .map(file -> String.valueOf(file.getFileName()))
                    .toList();
            assertThat(named).isNotEmpty().isSubsetOf(present);
        }
    }

    static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }
}
