package io.ensembler.testkit.fake;

/** Who leads once a leader acts by another configuration. */
final class Succession {

    private Succession() {}

    /**
     * Returns the number of the server that is to lead: of the leader if it votes by the new configuration at the
     * quorum address it has, else of another that has acknowledged, and most of what is outstanding, too; {@link
     * SimulatedServer#NO_LEADER} if there is none.
     *
     * @param acknowledged the participants of the new configuration that have acknowledged it
     */
    static int successor(
            Roster roster, SimulatedServer leader, Listing next, long acknowledged, Iterable<Proposal> outstanding) {
        boolean stays = !next.leaderResolvedAnew()
                && (next.participants() & leader.bit()) != 0
                && next.line(leader)
                        .filter(it -> it.endpoints()
                                .hasQuorumAddressesOf(leader.line().endpoints()))
                        .isPresent();
        if (stays) {
            return leader.index();
        }
        long candidates = acknowledged & ~leader.bit();
        if (candidates == 0) {
            return SimulatedServer.NO_LEADER;
        }
        int candidate = lowest(roster, candidates);
        for (var proposal : outstanding) {
            candidates &= proposal.acknowledged();
            if (candidates == 0) {
                return candidate;
            }
            candidate = lowest(roster, candidates);
        }
        return candidate;
    }

    private static int lowest(Roster roster, long candidates) {
        return roster.index(roster.ids(candidates).get(0));
    }
}
