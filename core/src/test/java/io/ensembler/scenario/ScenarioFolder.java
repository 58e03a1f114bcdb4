package io.ensembler.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * The scenario files of one folder under {@code src/test/resources}. With {@code -Densembler.rewrite=true} the answers in
 * them are replaced by those the code gives; what has changed is then for a person to read.
 */
public final class ScenarioFolder {

    private final Path folder;

    private ScenarioFolder(Path folder) {
        this.folder = folder;
    }

    /** Returns the folder with this path, such as {@code io/ensembler/validation}. */
    public static ScenarioFolder at(String path) {
        return new ScenarioFolder(Path.of("src/test/resources").resolve(path));
    }

    /** Returns a container a file and in it a test a scenario. */
    public Stream<DynamicNode> tests() {
        if (Boolean.getBoolean("ensembler.rewrite")) {
            files().forEach(ScenarioFolder::rewrite);
        }
        return files().stream()
                .map(file -> DynamicContainer.dynamicContainer(
                        String.valueOf(file.getFileName()),
                        ScenarioFile.read(file).scenarios().stream().map(ScenarioFolder::test)));
    }

    /** Returns every scenario of every file, in order. */
    public List<Scenario> scenarios() {
        return files().stream()
                .flatMap(file -> ScenarioFile.read(file).scenarios().stream())
                .toList();
    }

    private static DynamicTest test(Scenario scenario) {
        return DynamicTest.dynamicTest(
                scenario.title(), () -> assertThat(scenario.answer()).isEqualTo(scenario.expected()));
    }

    private static void rewrite(Path file) {
        try {
            Files.writeString(file, ScenarioFile.read(file).answered());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> files() {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".scenario"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
