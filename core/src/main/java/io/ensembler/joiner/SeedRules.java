package io.ensembler.joiner;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationTextException;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Rule;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which files let servers form an ensemble of their own, or never attach to the one they are for. */
final class SeedRules {

    private static final String SAFE_ROUTE =
            "Start it from what JoinerFiles.seed makes, the committed participants and itself as observer, and let a"
                    + " reconfiguration make it a participant once it is in sync";

    private final Configuration committed;
    private final Set<ServerId> together;
    private final List<Violation> found = new ArrayList<>();

    private SeedRules(Configuration committed, Set<ServerId> together) {
        this.committed = committed;
        this.together = together;
    }

    static List<Violation> check(Configuration committed, Collection<JoinerSeed> seeds) {
        if (committed.ensemble().participants().isEmpty()) {
            return List.of(new Violation(
                    Rule.STANDALONE,
                    "Cannot start servers beside this one",
                    "its configuration lists no participant, as that of a standalone server does",
                    "Restart it alone with standaloneEnabled=false, reconfigEnabled=true and its own server line, and"
                            + " start the others once it is an ensemble of one"));
        }
        var ids = seeds.stream().map(JoinerSeed::id).collect(Collectors.toCollection(TreeSet::new));
        var rules = new SeedRules(committed, ids);
        seeds.stream().sorted(Comparator.comparing(JoinerSeed::id)).forEach(seed -> {
            var shape = shape(seed);
            shape.ifPresentOrElse(rules.found::add, () -> rules.checkListed(seed));
        });
        return List.copyOf(rules.found);
    }

    /** What can be told from the seed alone. */
    static Optional<Violation> shape(JoinerSeed seed) {
        Configuration listed;
        try {
            listed = ConfigurationText.parse(seed.dynamicConfiguration());
        } catch (ConfigurationTextException e) {
            return Optional.of(wrongFile(seed, "its file cannot be read: " + e.getMessage()));
        }
        if (!listed.version().equals(ConfigurationVersion.NONE)) {
            return Optional.of(wrongFile(
                    seed,
                    "its file carries version " + listed.version()
                            + ", and a server ahead of the leader is turned away for ever"));
        }
        if (!listed.ensemble().contains(seed.id())) {
            return Optional.of(wrongFile(seed, "its file does not list it, so that it would not start"));
        }
        if (listed.ensemble().participants().isEmpty()) {
            return Optional.of(wrongFile(seed, "its file lists no participant, so that it would not start"));
        }
        return Optional.empty();
    }

    private void checkListed(JoinerSeed seed) {
        var listed = ConfigurationText.parse(seed.dynamicConfiguration()).ensemble();
        var voting = committed.ensemble().participants();
        var strangers = new TreeSet<>(listed.participants());
        strangers.removeAll(voting);
        if (strangers.remove(seed.id())) {
            found.add(cannotElect(
                    seed,
                    listed.participants().size() == 1
                            ? "its file lists nobody but itself as participant: it would serve alone, beside the"
                                    + " ensemble"
                            : "its file lists it as participant, which the ensemble does not: with others like it it"
                                    + " could form an ensemble of its own"));
        }
        var joiners = new TreeSet<>(strangers);
        joiners.retainAll(together);
        if (!joiners.isEmpty()) {
            found.add(cannotElect(
                    seed,
                    "its file lists " + servers(joiners) + ", which " + (joiners.size() == 1 ? "joins" : "join")
                            + " as well, as " + (joiners.size() == 1 ? "participant" : "participants")
                            + ": together they could form an ensemble of their own"));
        }
        strangers.removeAll(joiners);
        if (!strangers.isEmpty()) {
            found.add(wrongFile(
                    seed,
                    "its file lists " + servers(strangers)
                            + (strangers.size() == 1 ? " as participant" : " as participants")
                            + ", and the ensemble does not"));
        }
        var missing = new TreeSet<>(voting);
        missing.removeAll(listed.participants());
        missing.remove(seed.id());
        if (!missing.isEmpty()) {
            found.add(wrongFile(
                    seed,
                    "its file does not list " + servers(missing) + " as "
                            + (missing.size() == 1 ? "participant" : "participants")
                            + ": it would be stranded where those it lists are gone"));
        }
        for (var id : voting) {
            var here = listed.server(id);
            var there = committed.ensemble().server(id).orElseThrow();
            if (here.isPresent()
                    && !here.get().endpoints().quorum().equals(there.endpoints().quorum())) {
                found.add(wrongFile(
                        seed,
                        "its file lists server " + id + " at another address than "
                                + there.endpoints().quorum().get(0)));
            }
        }
    }

    private static String servers(Set<ServerId> ids) {
        var numbers = ids.stream().map(ServerId::toString).collect(Collectors.joining(", "));
        return (ids.size() == 1 ? "server " : "servers ") + numbers;
    }

    private static Violation cannotElect(JoinerSeed seed, String facts) {
        return new Violation(Rule.JOINER_CANNOT_ELECT, effect(seed), facts, SAFE_ROUTE);
    }

    private static Violation wrongFile(JoinerSeed seed, String facts) {
        return new Violation(Rule.WRONG_OWN_FILE, effect(seed), facts, SAFE_ROUTE);
    }

    private static String effect(JoinerSeed seed) {
        return "Cannot start server " + seed.id();
    }
}
