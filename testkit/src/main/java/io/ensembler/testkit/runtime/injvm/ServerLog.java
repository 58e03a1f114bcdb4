package io.ensembler.testkit.runtime.injvm;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The file for what one server logs over all its runs; there is none before it logs anything. Thread-safe. */
final class ServerLog implements AutoCloseable {

    private final Path file;
    private @Nullable Writer writer;
    private boolean closed;

    ServerLog(Path file) {
        this.file = file;
    }

    /** Writes this at the end, so that it is in the file at once. After the file was closed nothing happens. */
    synchronized void append(String text) throws IOException {
        if (closed) {
            return;
        }
        if (writer == null) {
            writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        writer.write(text);
        writer.flush();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (writer != null) {
            writer.close();
        }
    }
}
