package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How the rules write of servers. */
final class Wording {

    private Wording() {}

    static String ids(Collection<ServerId> ids) {
        return ids.stream().map(ServerId::toString).collect(Collectors.joining(","));
    }

    /** Returns {@code server 4} or {@code servers 4,5}. */
    static String servers(Collection<ServerId> ids) {
        return (ids.size() == 1 ? "server " : "servers ") + ids(ids);
    }

    /** Returns {@code 1 participant} or {@code 2 participants}. */
    static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** Returns {@code a}, {@code a and b}, or {@code a, b and c}. */
    static String list(List<String> items) {
        int last = items.size() - 1;
        return last <= 0
                ? String.join("", items)
                : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
    }

    /** Returns which participants are in sync, as a clause: {@code of participants 1,2,3 only 1 is proved in sync}. */
    static String inSync(Ensemble ensemble, Set<ServerId> live) {
        var counted = new TreeSet<>(ensemble.participants());
        counted.retainAll(live);
        var only = "only " + ids(counted);
        var who =
                switch (counted.size()) {
                    case 0 -> "none is";
                    case 1 -> only + " is";
                    default -> counted.equals(ensemble.participants()) ? "all are" : only + " are";
                };
        return "of participants " + ids(ensemble.participants()) + " " + who + " proved in sync";
    }
}
