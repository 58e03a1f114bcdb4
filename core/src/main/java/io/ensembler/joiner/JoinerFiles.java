package io.ensembler.joiner;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.OwnFile;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.validation.Rule;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.ValidationReport;
import io.ensembler.validation.Violation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * The files with which a server is started, such that it can attach and cannot elect.
 *
 * <p>A joiner's file lists the committed participants and the joiner itself as <em>observer</em>: with a list that lacks
 * it, it does not start; listed as participants, several joiners can form an ensemble of their own. A server that the
 * configuration lists keeps the line it has there, and is started on its own directory only.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class JoinerFiles {

    /** The name of the static file. */
    public static final String STATIC_FILE = "zoo.cfg";

    /**
     * The name of the dynamic file. It must not end in anything hexadecimal behind a dot, which a server would take for
     * a version.
     */
    public static final String DYNAMIC_FILE = "zoo.cfg.dynamic";

    private JoinerFiles() {}

    /**
     * Returns what {@code server} must be started with while {@code committed} is in force.
     *
     * @param incarnation the same for every start of the server within the plan that brings it in
     */
    public static JoinerSeed seed(Configuration committed, Server server, Incarnation incarnation) {
        var ensemble = committed.ensemble();
        var lines = new ArrayList<Server>();
        ensemble.servers().stream()
                .filter(listed -> listed.isParticipant() && !listed.id().equals(server.id()))
                .forEach(lines::add);
        lines.add(ensemble.server(server.id()).orElse(server.withRole(ServerRole.OBSERVER)));
        // Without groups and weights: a joiner adopts the ensemble's own as soon as it hears of them. One that votes
        // must elect by them from its first moment.
        boolean votes = ensemble.participants().contains(server.id());
        boolean whole = votes && !ensemble.quorumRule().isMajority();
        var text = ConfigurationText.print(whole ? ensemble : Ensemble.of(lines, QuorumRule.majority()));
        return new JoinerSeed(server, text, marker(server.id(), incarnation));
    }

    /** Returns the seed of a server for an ensemble whose identity nobody looked at. */
    public static JoinerSeed seed(Configuration committed, Server server, ConfigurationVersion incarnation) {
        return seed(committed, server, Incarnation.since(incarnation));
    }

    /** Returns the text of the marker file of a server. */
    public static String marker(ServerId id, Incarnation incarnation) {
        return new JoinerMarker(id, incarnation).print();
    }

    /** Returns the text of the marker file of a server in an ensemble whose identity nobody looked at. */
    public static String marker(ServerId id, ConfigurationVersion incarnation) {
        return marker(id, Incarnation.since(incarnation));
    }

    /**
     * Returns what forbids starting servers from these seeds beside an ensemble: files from which they would not start,
     * not attach, or could elect among themselves, and an ensemble that is none. Each violation names the safe route.
     * What {@link #seed} makes passes.
     *
     * @param committed what the ensemble has committed
     * @param seeds the servers to start, whether together or one after another
     */
    public static ValidationReport check(Configuration committed, List<JoinerSeed> seeds) {
        return new ValidationReport(SeedRules.check(committed, seeds));
    }

    /**
     * Returns how the files from which a server starts compare with what is committed. Once a server runs, ZooKeeper
     * writes them as it sees fit: that of a joiner that has attached does not list it until it is added.
     *
     * @param configurationDirectory where its {@code zoo.cfg} is
     * @param committed what the ensemble has committed
     * @throws EnsembleException if they are there and cannot be read
     */
    public static OwnFile ownFile(Path configurationDirectory, ServerId id, Ensemble committed) {
        var staticText = DataDirectory.read(configurationDirectory.resolve(STATIC_FILE));
        if (staticText.isEmpty()) {
            return OwnFile.MISSING;
        }
        ZooCfgText staticFile;
        try {
            staticFile = ZooCfgText.read(staticText.get());
        } catch (IllegalArgumentException e) {
            throw new EnsembleException(
                    "Cannot read " + configurationDirectory.resolve(STATIC_FILE)
                            + ": it holds an escape that means nothing.",
                    e);
        }
        var lines = staticFile
                .value(ZooCfgText.DYNAMIC_FILE)
                .map(name -> DataDirectory.read(configurationDirectory.resolve(name)))
                .orElseGet(() -> Optional.of(staticFile.serverLines().entrySet().stream()
                        .map(line -> line.getKey() + "=" + line.getValue() + "\n")
                        .collect(Collectors.joining())));
        if (lines.filter(text -> !text.isBlank()).isEmpty()) {
            return OwnFile.MISSING;
        }
        var listed = ConfigurationText.parse(lines.get()).ensemble();
        var others = new TreeSet<>(listed.participants());
        boolean votesUnlisted = others.remove(id) && !committed.participants().contains(id);
        var expected = new TreeSet<>(committed.participants());
        expected.remove(id);
        if (!listed.contains(id)) {
            return OwnFile.WITHOUT_ITSELF;
        } else if (votesUnlisted) {
            return OwnFile.ITSELF_AS_PARTICIPANT;
        }
        return others.equals(expected) ? OwnFile.FITS : OwnFile.OTHER_PARTICIPANTS;
    }

    /**
     * Writes the files of a server as {@link #write(JoinerSeed, Path, Path, Map)} does, its static file from a template.
     *
     * @throws ValidationException as there
     */
    public static Path write(
            JoinerSeed seed, Path dataDirectory, Path configurationDirectory, ZooCfgTemplate template) {
        return write(seed, dataDirectory, configurationDirectory, template.settings(seed));
    }

    /**
     * Returns the texts of a server's files by their names, for somebody who brings them to another machine: {@code
     * zoo.cfg}, {@code zoo.cfg.dynamic}, {@code myid} and the marker. Whether the server may be started on its data
     * directory is for that machine to tell.
     *
     * @param dataDirectory where the server keeps its data, as its own machine knows it
     * @param configurationDirectory where its configuration files are to be, as its own machine knows it
     * @throws ValidationException with {@link Rule#WRONG_OWN_FILE} if it would not start from this seed, or never attach
     */
    public static SortedMap<String, String> texts(
            JoinerSeed seed, Path dataDirectory, Path configurationDirectory, ZooCfgTemplate template) {
        SeedRules.shape(seed).ifPresent(violation -> {
            throw new ValidationException(violation);
        });
        var dynamicFile = configurationDirectory.resolve(DYNAMIC_FILE);
        return Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(
                STATIC_FILE,
                staticText(dataDirectory, dynamicFile, template.settings(seed)),
                DYNAMIC_FILE,
                seed.dynamicConfiguration(),
                DataDirectory.MYID,
                seed.id() + "\n",
                DataDirectory.MARKER,
                seed.marker())));
    }

    /**
     * Returns the text of the static file of a server: {@code settings}, sorted, with what makes a joiner safe put over
     * them. It is what {@link #write(JoinerSeed, Path, Path, Map)} writes.
     *
     * @param dataDirectory where the server keeps its data, as its own machine knows it
     * @param dynamicFile where its dynamic file is, as its own machine knows it, named {@link #DYNAMIC_FILE}
     * @param settings lines for it
     * @throws IllegalArgumentException if the dynamic file has another name
     */
    public static String staticText(Path dataDirectory, Path dynamicFile, Map<String, String> settings) {
        var name = dynamicFile.getFileName();
        if (name == null || !name.toString().equals(DYNAMIC_FILE)) {
            throw new IllegalArgumentException("the dynamic file is named " + DYNAMIC_FILE + ", not " + dynamicFile);
        }
        var lines = new TreeMap<>(settings);
        lines.put(ZooCfgText.DATA_DIRECTORY, dataDirectory.toString());
        lines.put(ZooCfgText.DYNAMIC_FILE, dynamicFile.toString());
        lines.put(ZooCfgText.RECONFIGURATION, "true");
        lines.put(ZooCfgText.STANDALONE, "false");
        var text = new StringBuilder();
        lines.forEach((key, value) ->
                text.append(escapedKey(key)).append('=').append(escaped(value)).append('\n'));
        return text.toString();
    }

    /**
     * Writes the files of a server: {@code myid} and the marker into its data directory, {@code zoo.cfg} and its
     * dynamic file into {@code configurationDirectory}. Returns the path of {@code zoo.cfg}. Each file is replaced
     * whole; written again after a crash in between, the result is the same.
     *
     * @param settings lines for {@code zoo.cfg}; the directory, the dynamic file, {@code reconfigEnabled=true} and
     *     {@code standaloneEnabled=false} are added
     * @throws ValidationException with {@link Rule#JOINER_CANNOT_ELECT} if this server must not be started on this
     *     directory, with {@link Rule#WRONG_OWN_FILE} if it would not start from this seed, or never attach; nothing was
     *     written
     */
    public static Path write(
            JoinerSeed seed, Path dataDirectory, Path configurationDirectory, Map<String, String> settings) {
        SeedRules.shape(seed).ifPresent(violation -> {
            throw new ValidationException(violation);
        });
        var directory = DataDirectory.at(dataDirectory);
        check(seed, directory, logs(dataDirectory, settings));
        var dynamicFile = configurationDirectory.resolve(DYNAMIC_FILE);
        var text = staticText(dataDirectory, dynamicFile, settings);

        directory.claim(seed.id().toString(), seed.marker());
        DataDirectory.write(dynamicFile, seed.dynamicConfiguration());
        var staticFile = configurationDirectory.resolve(STATIC_FILE);
        DataDirectory.write(staticFile, text);
        return staticFile;
    }

    /**
     * Moves what a stopped server has kept (snapshots and log, {@code myid}, marker) into a folder of its data
     * directory, and that of its log directory if it has one of its own, such as {@code set-aside-1}, which is a
     * complete data directory again. Deletes nothing. Returns the folders; none if there is no data, or the directory
     * carries {@code marker} and so nothing of what came before. Done again after a crash in between, the result is the
     * same.
     *
     * @param marker the marker with which the server is started next
     * @param settings lines of its {@code zoo.cfg}, of which {@code dataLogDir} counts
     * @throws EnsembleException if it is not a data directory of this server in this ensemble; nothing was moved
     */
    public static List<Path> setAside(ServerId id, String marker, Path dataDirectory, Map<String, String> settings) {
        var directory = DataDirectory.at(dataDirectory);
        var logs = logs(dataDirectory, settings);
        boolean used = directory.isUsed() || logs.isUsed();
        checkOwner(id, marker, directory, used);
        if (!used || directory.marker().equals(Optional.of(marker))) {
            return List.of();
        }
        // The log first: while the data directory stands, everybody can see whose log it was.
        return Stream.of(logs, directory)
                .map(DataDirectory::setAside)
                .flatMap(Optional::stream)
                .toList();
    }

    private static void checkOwner(ServerId id, String next, DataDirectory directory, boolean used) {
        var effect = "Cannot set the data of server " + id + " aside: " + directory;
        var myid = directory.myid();
        var marker = directory.marker();
        if (myid.isPresent() && !myid.get().equals(id.toString())) {
            throw new EnsembleException(effect + " is the directory of server " + myid.get() + ".");
        } else if (marker.filter(text -> !JoinerMarker.names(text, id)).isPresent()) {
            throw new EnsembleException(effect + " belongs to \"" + shown(marker.get()) + "\".");
        } else if (marker.filter(text -> JoinerMarker.areOfTwoEnsembles(text, next))
                .isPresent()) {
            throw new EnsembleException(effect + " belongs to \"" + shown(marker.get()) + "\", which is another"
                    + " ensemble. See whether that one needs it, and move it yourself.");
        } else if (used && myid.isEmpty()) {
            throw new EnsembleException(
                    effect + " holds data and no myid that tells whose it is. See what it is, and move it yourself.");
        }
    }

    private static DataDirectory logs(Path dataDirectory, Map<String, String> settings) {
        return DataDirectory.at(Path.of(settings.getOrDefault("dataLogDir", dataDirectory.toString())));
    }

    private static String shown(String marker) {
        return marker.trim().replace('\n', ' ');
    }

    private static String escapedKey(String key) {
        var text = new StringBuilder();
        for (int i = 0; i < key.length(); i++) {
            char letter = key.charAt(i);
            text.append("=: #!".indexOf(letter) >= 0 ? "\\" : "").append(escaped(String.valueOf(letter)));
        }
        return text.toString();
    }

    /** As a server reads it: ZooKeeper takes the file for Latin-1, and a line ends where it breaks. */
    private static String escaped(String value) {
        var text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char letter = value.charAt(i);
            if (letter == '\\') {
                text.append("\\\\");
            } else if (letter < ' ' || letter > '~') {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
            } else {
                text.append(letter);
            }
        }
        return text.toString();
    }

    private static void check(JoinerSeed seed, DataDirectory directory, DataDirectory logs) {
        var id = seed.id();
        var listed = ConfigurationText.parse(seed.dynamicConfiguration()).ensemble();
        boolean votes = listed.participants().contains(id);
        boolean used = directory.isUsed() || logs.isUsed();
        var myid = directory.myid();
        var marker = directory.marker();
        if (myid.isPresent() && !myid.get().equals(id.toString())) {
            throw refused(
                    seed, directory + " is the directory of server " + myid.get(), "Give it a directory of its own");
        }
        boolean elsewhere = marker.filter(text -> JoinerMarker.areOfTwoEnsembles(text, seed.marker()))
                .isPresent();
        boolean goesOn = seed.data().isKept() && !votes && !elsewhere && isOwn(id, myid, marker);
        if (used && marker.isEmpty() && !goesOn) {
            throw refused(
                    seed,
                    directory + " holds data without a marker that tells whose it is",
                    "Set the directory aside and let the server start with an empty one");
        }
        // A directory on which this server was never started may be claimed anew: there is no data to mistake.
        boolean unused = !used
                && !votes
                && marker.filter(text -> JoinerMarker.names(text, id)).isPresent();
        if (marker.isPresent() && !marker.get().equals(seed.marker()) && !unused && !goesOn) {
            throw refused(
                    seed,
                    directory + " belongs to \"" + shown(marker.get()) + "\", not to \"" + shown(seed.marker()) + "\"",
                    "Set the directory aside and let the server start with an empty one");
        }
        boolean required = votes || seed.data().isRequired();
        if (required && !directory.holdsTransactions() && !logs.holdsTransactions()) {
            throw refused(
                    seed,
                    (votes
                                    ? "the configuration lists it as participant and "
                                    : "a reconfiguration that may be pending makes it a participant and ")
                            + directory
                            + " holds no data: it would vote at once" + " without what it had acknowledged",
                    "Bring its own directory back, or remove the server and add it again");
        }
    }

    /** Whether its marker names this server, or where it has none, its {@code myid}. */
    private static boolean isOwn(ServerId id, Optional<String> myid, Optional<String> marker) {
        return marker.map(text -> JoinerMarker.names(text, id))
                .orElse(myid.filter(id.toString()::equals).isPresent());
    }

    private static ValidationException refused(JoinerSeed seed, String facts, String remedy) {
        return new ValidationException(
                new Violation(Rule.JOINER_CANNOT_ELECT, "Cannot start server " + seed.id(), facts, remedy));
    }
}
