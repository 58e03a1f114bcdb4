package io.ensembler.cli;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationTextException;
import io.ensembler.model.Ensemble;
import java.nio.file.Path;

/** A dynamic configuration in a file. Its version, if it has one, means nothing. */
final class TargetFile {

    private TargetFile() {}

    static Ensemble read(Path file) {
        var text = InputFiles.read("the configuration in", file);
        try {
            return ConfigurationText.parse(text).ensemble();
        } catch (ConfigurationTextException e) {
            throw new UsageException("Cannot read the configuration in " + file + ": " + e.getMessage());
        }
    }
}
