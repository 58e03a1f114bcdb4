package io.ensembler.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads and writes the files that arguments name. */
final class InputFiles {

    private InputFiles() {}

    /** Returns the text of a file, or refuses the argument that named it. */
    static String read(String what, Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new UsageException("Cannot read " + what + " " + file + ": there is no such file. Name one.");
        } catch (MalformedInputException e) {
            throw new UsageException("Cannot read " + what + " " + file + ": it is no text in UTF-8. Name another.");
        } catch (IOException e) {
            throw new UsageException("Cannot read " + what + " " + file + ": " + e + ". See who may read it.");
        }
    }

    /** Refuses the argument that names a file which cannot be written. */
    static void requireWritable(String what, Path file) {
        var folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw new UsageException("Cannot write " + what + " " + file
                    + ": it is a folder, or its folder is not there. Name a file in a folder that is.");
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new UsageException("Cannot write " + what + " " + file + ": we may not. See who may write there.");
        }
    }

    static void write(String what, Path file, String text) {
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UsageException("Cannot write " + what + " " + file + ": " + e + ". See who may write there.");
        }
    }
}
