package io.ensembler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The edge of the module, as its compiled descriptor draws it. */
class ModuleTest {

    private ModuleDescriptor module;

    @BeforeEach
    void read() throws IOException {
        var file = Path.of("target", "classes", "module-info.class");
        try (var in = Files.newInputStream(file)) {
            module = ModuleDescriptor.read(in);
        }
    }

    @Test
    void is_named_for_its_root_package_and_closed() {
        assertThat(module.name()).isEqualTo("io.ensembler");
        assertThat(module.isOpen()).isFalse();
        assertThat(module.opens()).isEmpty();
    }

    @Test
    void exports_its_packages_to_everybody() {
        assertThat(module.exports()).allSatisfy(export -> {
            assertThat(export.targets()).isEmpty();
            assertThat(export.modifiers()).isEmpty();
        });
        assertThat(module.exports().stream().map(ModuleDescriptor.Exports::source))
                .containsExactlyInAnyOrder(
                        "io.ensembler",
                        "io.ensembler.execution",
                        "io.ensembler.joiner",
                        "io.ensembler.journal",
                        "io.ensembler.json",
                        "io.ensembler.model",
                        "io.ensembler.plan",
                        "io.ensembler.render",
                        "io.ensembler.report",
                        "io.ensembler.spi",
                        "io.ensembler.validation");
    }

    @Test
    void requires_a_logger_and_at_compile_time_its_annotations_and_a_json_parser() {
        var required = module.requires().stream()
                .collect(Collectors.toMap(ModuleDescriptor.Requires::name, ModuleDescriptor.Requires::modifiers));
        assertThat(required)
                .isEqualTo(Map.of(
                        "java.base", Set.of(Modifier.MANDATED),
                        "org.slf4j", Set.of(),
                        "com.fasterxml.jackson.core", Set.of(Modifier.STATIC),
                        "org.apiguardian.api", Set.of(Modifier.STATIC, Modifier.TRANSITIVE),
                        "org.jspecify", Set.of(Modifier.STATIC, Modifier.TRANSITIVE)));
    }

    @Test
    void offers_and_looks_up_no_service() {
        assertThat(module.provides()).isEmpty();
        assertThat(module.uses()).isEmpty();
    }
}
