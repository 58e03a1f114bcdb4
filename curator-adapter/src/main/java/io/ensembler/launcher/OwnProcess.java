package io.ensembler.launcher;

import io.ensembler.model.EnsembleException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The process of a server that this launcher started and left running, found again by a file beside the server's data
 * whichever process looks for it. A number is used again once its process has ended, so the time at which it began counts
 * as well.
 */
final class OwnProcess {

    private static final String FILE = "ensembler.pid";
    private static final Pattern FORM = Pattern.compile("pid=([0-9]+)\nbegan=([0-9]+)\n");

    /** The system reckons when a process began from the time of day, which may be set a little meanwhile. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofMillis(10);

    private final StateFile file;

    OwnProcess(Path directory) {
        this.file = new StateFile(directory.resolve(FILE));
    }

    void remember(ProcessHandle process) {
        long began = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        file.write("pid=" + process.pid() + "\nbegan=" + began + "\n");
    }

    /** Returns the process if it runs. */
    Optional<ProcessHandle> find() {
        var text = file.read();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var form = FORM.matcher(text.get());
        if (!form.matches()) {
            throw new EnsembleException("nobody can tell whether it runs, since " + FILE
                    + " beside its data cannot be read. See whether its process runs, end it, and delete the file");
        }
        var began = Instant.ofEpochMilli(Long.parseLong(form.group(2)));
        return ProcessHandle.of(Long.parseLong(form.group(1)))
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .startInstant()
                        .filter(start -> Duration.between(began, start).abs().compareTo(TOLERANCE) > 0)
                        .isEmpty());
    }

    /** Asks a process to end, makes it end after half of the time, and returns whether it has. */
    boolean end(ProcessHandle process, Deadline deadline) throws InterruptedException {
        process.destroy();
        var patience = deadline.atMost(deadline.left().dividedBy(2));
        while (process.isAlive() && !patience.isOver()) {
            patience.pause(LOOK);
        }
        if (process.isAlive()) {
            var descendants = process.descendants().toList();
            process.destroyForcibly();
            descendants.forEach(ProcessHandle::destroyForcibly);
        }
        while (process.isAlive() && !deadline.isOver()) {
            deadline.pause(LOOK);
        }
        if (process.isAlive()) {
            return false;
        }
        file.delete();
        return true;
    }
}
