package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * What a request comes to, as the rules see it. Immutable; every method that changes something returns another aim.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Aim {

    private final Ensemble target;
    private final SortedSet<ServerId> rebuilt;
    private final List<Server> helpers;
    private final SortedMap<ServerId, String> domains;
    private final Consent fewParticipants;
    private final Consent unlistedParticipants;

    private Aim(
            Ensemble target,
            Collection<ServerId> rebuilt,
            List<Server> helpers,
            Map<ServerId, String> domains,
            Consent fewParticipants,
            Consent unlistedParticipants) {
        this.target = Objects.requireNonNull(target, "target");
        this.rebuilt = Collections.unmodifiableSortedSet(new TreeSet<>(rebuilt));
        this.helpers = List.copyOf(helpers);
        this.domains = Collections.unmodifiableSortedMap(new TreeMap<>(domains));
        this.fewParticipants = fewParticipants;
        this.unlistedParticipants = unlistedParticipants;
    }

    /** Returns the aim to reach an ensemble, whose servers, or how many they are, a person has named. */
    public static Aim at(Ensemble target) {
        return new Aim(target, List.of(), List.of(), Map.of(), Consent.NONE, Consent.GIVEN);
    }

    /**
     * Returns the aim to reach an ensemble that was handed over as a whole, so that whoever it does not list was not named
     * by a person.
     */
    public static Aim atWhole(Ensemble target) {
        return new Aim(target, List.of(), List.of(), Map.of(), Consent.NONE, Consent.NONE);
    }

    /** Returns this aim with servers that are rebuilt under their ids; they replace those named before. */
    public Aim rebuilding(Collection<ServerId> ids) {
        return new Aim(target, ids, helpers, domains, fewParticipants, unlistedParticipants);
    }

    /** Returns this aim with servers that may come in for a time; they replace those named before. */
    public Aim withHelpers(Collection<Server> servers) {
        return new Aim(target, rebuilt, List.copyOf(servers), domains, fewParticipants, unlistedParticipants);
    }

    /**
     * Returns this aim with the failure domains of servers, such as racks; they replace those given before, and go before
     * what is observed.
     */
    public Aim inDomains(Map<ServerId, String> byServer) {
        return new Aim(target, rebuilt, helpers, byServer, fewParticipants, unlistedParticipants);
    }

    /** Returns this aim with consent to whatever of it needs a consent. */
    public Aim consented() {
        return new Aim(target, rebuilt, helpers, domains, Consent.GIVEN, Consent.GIVEN);
    }

    /** Returns the ensemble that is to stand in the end. */
    public Ensemble target() {
        return target;
    }

    /** Returns the listed servers that are rebuilt under their ids, in order. */
    public SortedSet<ServerId> rebuilt() {
        return rebuilt;
    }

    /** Returns the servers that may come in for a time, in the order given. */
    public List<Server> helpers() {
        return helpers;
    }

    /** Returns the failure domains that the request gives. */
    public SortedMap<ServerId, String> domains() {
        return domains;
    }

    /** Returns whether there is consent to fewer than three participants. */
    public Consent toFewParticipants() {
        return fewParticipants;
    }

    /** Returns whether there is consent that most participants of today are not in the target. */
    public Consent toUnlistedParticipants() {
        return unlistedParticipants;
    }
}
