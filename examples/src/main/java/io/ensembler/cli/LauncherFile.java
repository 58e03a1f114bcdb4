package io.ensembler.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.ensembler.joiner.ZooCfgTemplate;
import io.ensembler.launcher.CommandLauncher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands that start and stop servers, and where these keep their files, from a JSON file: an object with the names
 * of {@link CommandLauncher.Builder}'s methods. Paths are texts, commands arrays of texts.
 */
final class LauncherFile {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final CommandLauncher.Builder launcher = CommandLauncher.builder();

    private LauncherFile(Path file) {
        this.file = file;
    }

    static CommandLauncher read(Path file) {
        return new LauncherFile(file).read();
    }

    private CommandLauncher read() {
        var text = InputFiles.read("the launcher in", file);
        try (var json = JSON.createParser(text)) {
            demand(json, json.nextToken(), JsonToken.START_OBJECT, "an object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                var field = json.currentName();
                json.nextToken();
                set(json, field);
            }
            if (json.nextToken() != null) {
                throw refused(json, "more follows after its end", "Leave one object");
            }
            return launcher.build();
        } catch (JsonProcessingException e) {
            throw refused("it is no JSON: " + e.getOriginalMessage() + " at line "
                    + (e.getLocation() == null ? "unknown" : e.getLocation().getLineNr()));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw refused(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new IllegalStateException("a text can always be read", e);
        }
    }

    private void set(JsonParser json, String field) throws IOException {
        switch (field) {
            case "dataDirectory" -> launcher.dataDirectory(text(json));
            case "configurationDirectory" -> launcher.configurationDirectory(text(json));
            case "stagingDirectory" -> launcher.stagingDirectory(text(json));
            case "log" -> launcher.log(text(json));
            case "zooCfg" -> launcher.zooCfg(ZooCfgTemplate.of(texts(json)));
            case "zooCfgFile" -> launcher.zooCfg(template(json));
            case "prepare" -> launcher.prepare(words(json));
            case "start" -> launcher.start(words(json));
            case "run" -> launcher.run(words(json));
            case "stop" -> launcher.stop(words(json));
            case "status" -> launcher.status(words(json));
            case "environment" -> texts(json).forEach(launcher::environment);
            default ->
                throw refused(
                        json,
                        "it has a field " + field,
                        "Use dataDirectory, configurationDirectory, stagingDirectory, log, zooCfg or zooCfgFile, prepare,"
                                + " start, run, stop, status and environment");
        }
    }

    private ZooCfgTemplate template(JsonParser json) throws IOException {
        var named = Path.of(text(json));
        var parent = file.toAbsolutePath().getParent();
        var template = parent == null ? named : parent.resolve(named);
        return ZooCfgTemplate.of(InputFiles.read("the template", template));
    }

    private String text(JsonParser json) throws IOException {
        demand(json, json.currentToken(), JsonToken.VALUE_STRING, "a text");
        return json.getText();
    }

    private String[] words(JsonParser json) throws IOException {
        demand(json, json.currentToken(), JsonToken.START_ARRAY, "an array of texts, the program first");
        List<String> words = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            words.add(text(json));
        }
        return words.toArray(String[]::new);
    }

    private Map<String, String> texts(JsonParser json) throws IOException {
        demand(json, json.currentToken(), JsonToken.START_OBJECT, "an object of texts");
        var texts = new LinkedHashMap<String, String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var name = json.currentName();
            json.nextToken();
            texts.put(name, text(json));
        }
        return texts;
    }

    private void demand(JsonParser json, JsonToken found, JsonToken wanted, String what) throws IOException {
        if (found != wanted) {
            var where = json.currentName() == null ? "the whole of it" : json.currentName();
            throw refused(json, where + " is not " + what, "Write " + what);
        }
    }

    private UsageException refused(JsonParser json, String facts, String remedy) {
        return refused(facts + " at line " + json.currentLocation().getLineNr() + ". " + remedy + ".");
    }

    private UsageException refused(String facts) {
        return new UsageException("Cannot read the launcher in " + file + ": " + facts);
    }
}
