package io.ensembler.testkit.contract;

import io.ensembler.journal.FileJournal;
import io.ensembler.spi.PlanJournal;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** The journal in a file promises what any does; who adds a line to a file always hears what became of it. */
class FileJournalContractTest extends PlanJournalContract {

    @TempDir
    Path folder;

    @Override
    protected JournalUnderTest start() {
        return new InFile(folder.resolve("run.journal"));
    }

    @Override
    protected Set<Capability> capabilities() {
        return Set.of();
    }

    private static final class InFile implements JournalUnderTest {

        private final Path file;
        private final FileJournal first;
        private FileJournal latest;

        InFile(Path file) {
            this.file = file;
            this.first = FileJournal.open(file);
            this.latest = first;
        }

        @Override
        public PlanJournal journal() {
            return first;
        }

        @Override
        public PlanJournal restarted() {
            latest.close();
            latest = FileJournal.open(file);
            return latest;
        }

        @Override
        public PlanJournal beside() {
            return FileJournal.open(file);
        }

        @Override
        public void close() {
            latest.close();
        }
    }
}
