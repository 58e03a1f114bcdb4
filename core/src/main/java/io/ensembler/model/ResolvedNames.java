package io.ensembler.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * To which addresses host names resolve where this process runs, as far as somebody asked. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ResolvedNames {

    private static final Fact<SortedSet<String>> UNASKED = Fact.unknown("nobody asked");
    private static final ResolvedNames NOTHING = new ResolvedNames(new TreeMap<>());

    private final SortedMap<String, Fact<SortedSet<String>>> names;

    private ResolvedNames(SortedMap<String, Fact<SortedSet<String>>> names) {
        this.names = names;
    }

    /** Returns that nobody asked for any name. */
    public static ResolvedNames unasked() {
        return NOTHING;
    }

    /**
     * Returns this with the addresses of one name more, as literals; none if it does not resolve.
     *
     * @throws IllegalArgumentException if {@code name} or an address cannot stand in a configuration
     */
    public ResolvedNames with(String name, Fact<? extends Collection<String>> addresses) {
        var more = new TreeMap<>(names);
        more.put(Hosts.normalise(name), normalised(addresses));
        return new ResolvedNames(more);
    }

    private static Fact<SortedSet<String>> normalised(Fact<? extends Collection<String>> addresses) {
        if (addresses instanceof Fact.Known<? extends Collection<String>> known) {
            var literals = new TreeSet<String>();
            known.known().forEach(address -> literals.add(Hosts.normalise(address)));
            return Fact.known(Collections.unmodifiableSortedSet(literals), known.source(), known.at());
        }
        return Fact.unknown(addresses instanceof Fact.Unknown<?> unknown ? unknown.reason() : addresses.toString());
    }

    /**
     * Returns the addresses of a host, in order: none if the name does not resolve, unknown if nobody asked.
     *
     * @param host as {@link Address} and {@link QuorumAddress} hold it
     */
    public Fact<SortedSet<String>> addresses(String host) {
        return names.getOrDefault(host, UNASKED);
    }

    /**
     * Returns everything that a host is known by here: how it is written, and the addresses to which it resolves.
     *
     * @param host as {@link Address} and {@link QuorumAddress} hold it
     */
    public SortedSet<String> spellings(String host) {
        var spellings = new TreeSet<String>();
        spellings.add(host);
        addresses(host).value().ifPresent(spellings::addAll);
        return Collections.unmodifiableSortedSet(spellings);
    }

    /** Returns everything that an address is known by here: as it is written, and with each address of its host. */
    public List<Address> spellings(Address address) {
        if (addresses(address.host()).value().isEmpty()) {
            return List.of(address);
        }
        return spellings(address.host()).stream()
                .map(host -> new Address(host, address.port()))
                .toList();
    }

    /** Returns whether two servers have a host of their quorum addresses in common, whatever each calls it. */
    public boolean shareHost(Endpoints one, Endpoints other) {
        return !Collections.disjoint(hosts(one), hosts(other));
    }

    private SortedSet<String> hosts(Endpoints endpoints) {
        var hosts = new TreeSet<String>();
        endpoints.quorum().forEach(address -> hosts.addAll(spellings(address.host())));
        return hosts;
    }

    /** Returns whether it is known that a name does not resolve. */
    public boolean failed(String host) {
        return addresses(host).value().filter(found -> found.isEmpty()).isPresent();
    }

    /** Returns whether it is known of any name that it does not resolve. */
    public boolean someFailed() {
        return names.keySet().stream().anyMatch(this::failed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResolvedNames resolved && names.equals(resolved.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    /** Returns the names that do not resolve, one line each. */
    @Override
    public String toString() {
        return names.keySet().stream()
                .filter(this::failed)
                .map(name -> name + " does not resolve\n")
                .collect(Collectors.joining());
    }
}
