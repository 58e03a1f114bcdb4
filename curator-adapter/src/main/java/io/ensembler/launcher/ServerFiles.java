package io.ensembler.launcher;

import io.ensembler.joiner.DataDirectory;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.joiner.ZooCfgTemplate;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.DataSize;
import io.ensembler.model.DirectoryState;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.JoinerSeed;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Writes the files of servers, sets their data aside, and looks at it. Immutable. */
final class ServerFiles {

    private final ZooCfgTemplate zooCfg;

    ServerFiles(ZooCfgTemplate zooCfg) {
        this.zooCfg = zooCfg;
    }

    /** Writes the files from which a server is started next, or lays them ready for another machine. */
    void write(String effect, JoinerSeed seed, ServerPlace place) {
        try {
            if (place.staging() == null) {
                JoinerFiles.write(seed, place.data(), place.configuration(), zooCfg);
            } else {
                refuseUnseen(effect, seed);
                stage(seed, place, place.staging());
            }
        } catch (UncheckedIOException e) {
            throw new DriverException(Kind.REFUSED, effect + ": " + e.getMessage() + ": " + e.getCause(), e);
        } catch (DriverException e) {
            throw e;
        } catch (EnsembleException e) {
            throw new DriverException(Kind.REFUSED, String.valueOf(e.getMessage()), e);
        }
    }

    /** Nobody here can see whether there is data, and without it such a server would vote at once. */
    private static void refuseUnseen(String effect, JoinerSeed seed) {
        boolean votes = ConfigurationText.parse(seed.dynamicConfiguration())
                .ensemble()
                .participants()
                .contains(seed.id());
        if (votes || seed.data().isRequired()) {
            throw new DriverException(
                    Kind.REFUSED,
                    effect + ": it may vote at once, and whether its directory holds what it had acknowledged cannot be"
                            + " seen from here. Start it yourself on its own directory.");
        }
    }

    private void stage(JoinerSeed seed, ServerPlace place, Path staging) {
        JoinerFiles.texts(seed, place.data(), place.configuration(), zooCfg)
                .forEach((name, text) -> new StateFile(staging.resolve(name)).write(text));
    }

    /**
     * Sets the data of a server that does not run aside, unless it bears the marker with which it is started next.
     *
     * @param committed the version that the ensemble has come to
     */
    void setAside(String effect, ServerPlace place, String marker, ConfigurationVersion committed) {
        var server = place.server();
        try {
            if (state(place, new JoinerSeed(server, "", marker), committed) == DirectoryState.FOREIGN_ENSEMBLE) {
                throw new DriverException(
                        Kind.REFUSED,
                        effect + ": " + place.data() + " is marked as that of another ensemble. See whether that one"
                                + " needs it, and move it yourself.");
            }
            JoinerFiles.setAside(server.id(), marker, place.data(), zooCfg.settings(server.id()));
        } catch (UncheckedIOException e) {
            throw new DriverException(Kind.OUTCOME_UNKNOWN, effect + ": " + e.getMessage() + ": " + e.getCause(), e);
        } catch (DriverException e) {
            throw e;
        } catch (EnsembleException e) {
            throw new DriverException(Kind.REFUSED, String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns what a server's directory is to it. */
    DirectoryState state(ServerPlace place, JoinerSeed seed, ConfigurationVersion committed) {
        return DataDirectory.at(place.data()).state(seed, committed, DataDirectory.at(place.logs()));
    }

    /**
     * Returns the room there is for a server's data, or empty if its file system is not there. A directory that is not
     * there yet will have the room of the one in which it is made.
     */
    static Optional<DataSize> freeDisk(ServerPlace place) throws IOException {
        var there = place.data();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        return there == null
                ? Optional.empty()
                : Optional.of(DataSize.ofBytes(Files.getFileStore(there).getUsableSpace()));
    }

    /** Returns how often a server tries again to listen at its election port, if its static file says it. */
    Optional<Integer> electionPortBindRetry(ServerPlace place) {
        return Optional.ofNullable(zooCfg.settings(place.server().id()).get("electionPortBindRetry"))
                .filter(retries -> retries.matches("[0-9]{1,9}"))
                .map(Integer::valueOf);
    }
}
