package io.ensembler.testkit;

import io.ensembler.model.ServerId;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** A selector that says whom it means. */
record NamedSelector(String name, Function<TestEnsemble, Collection<ServerId>> choice) implements Selector {

    @Override
    public Set<ServerId> select(TestEnsemble ensemble) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(choice.apply(ensemble)));
    }

    @Override
    public String toString() {
        return name;
    }
}
