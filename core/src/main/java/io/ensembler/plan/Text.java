package io.ensembler.plan;

import io.ensembler.model.ServerId;
import java.util.Collection;
import java.util.stream.Collectors;

/** How this package writes lists of servers. */
final class Text {

    private Text() {}

    static String ids(Collection<ServerId> ids) {
        return ids.isEmpty() ? "none" : ids.stream().map(ServerId::toString).collect(Collectors.joining(","));
    }

    static String oneOf(Collection<ServerId> ids) {
        return (ids.size() > 1 ? "one of " : "") + ids(ids);
    }

    static String plural(Collection<?> items, String noun) {
        return items.size() == 1 ? noun : noun + "s";
    }
}
