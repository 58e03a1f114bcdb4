package io.ensembler.curator;

import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Known;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.Zxid;

/** How far servers are behind the leader. */
final class Lag {

    private Lag() {}

    /**
     * Returns how many transactions a server had yet to apply of those that were committed right before it was asked.
     *
     * @param committed the last of these
     * @param applied the last that the server had applied
     * @param shown whether the server showed that one on a session
     */
    static Fact<Long> behind(Zxid committed, Fact<Zxid> applied, Fact<Boolean> shown) {
        if (applied instanceof Known<Zxid> known) {
            if (known.known().compareTo(committed) >= 0) {
                return Fact.known(0L, known.source(), known.at());
            }
            if (known.known().epoch() == committed.epoch()) {
                return Fact.known(committed.counter() - known.known().counter(), known.source(), known.at());
            }
            return Fact.unknown("the last transaction it has applied is of an earlier leader");
        }
        if (shown instanceof Known<Boolean> known && known.known()) {
            return Fact.known(0L, Source.SESSION, known.at());
        }
        return applied instanceof Fact.NotServing<Zxid> not
                ? Fact.notServing(not.source(), not.at())
                : Fact.unknown("it does not tell what it has applied");
    }
}
