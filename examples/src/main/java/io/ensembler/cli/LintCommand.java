package io.ensembler.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ensembler.joiner.ZooCfgFinding;
import io.ensembler.joiner.ZooCfgLint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Looks at a static file. */
@Command(
        name = "lint",
        description = "Looks for what will hurt in a zoo.cfg, and ends with 6 if it finds something.",
        mixinStandardHelpOptions = true)
final class LintCommand implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "ZOO_CFG", description = "The file.")
    private Path file = Path.of("");

    @Mixin
    private JsonOption json = new JsonOption();

    LintCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        List<ZooCfgFinding> findings;
        try {
            findings = ZooCfgLint.check(InputFiles.read("the static file", file));
        } catch (IllegalArgumentException e) {
            throw new UsageException("Cannot read the static file " + file + ": " + e.getMessage());
        }
        if (json.isWanted()) {
            streams.out().print(document(findings));
        } else {
            findings.forEach(finding -> streams.out().println(finding));
        }
        return findings.isEmpty() ? ExitStatus.DONE : ExitStatus.FOUND;
    }

    private static String document(List<ZooCfgFinding> findings) {
        return Json.document(json -> {
            json.writeArrayFieldStart("findings");
            for (var finding : findings) {
                write(json, finding);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, ZooCfgFinding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("rule", finding.rule().code());
        json.writeStringField("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        json.writeStringField("key", finding.key());
        json.writeStringField("facts", finding.facts());
        json.writeStringField("remedy", finding.remedy());
        json.writeEndObject();
    }
}
