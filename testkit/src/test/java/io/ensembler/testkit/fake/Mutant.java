package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Invariant.ACTIVE_BEFORE_STOP;
import static io.ensembler.testkit.fake.Invariant.BARRIER;
import static io.ensembler.testkit.fake.Invariant.JOINER_CANNOT_ELECT;
import static io.ensembler.testkit.fake.Invariant.LONE_QUORUM_STAYS;
import static io.ensembler.testkit.fake.Invariant.NAMES_RESOLVE;
import static io.ensembler.testkit.fake.Invariant.NOTHING_LOST;
import static io.ensembler.testkit.fake.Invariant.NO_BLIND_RETRY;
import static io.ensembler.testkit.fake.Invariant.ONE_AUTHOR;
import static io.ensembler.testkit.fake.Invariant.QUORUMS_MEET;
import static io.ensembler.testkit.fake.Invariant.SYNCED_BEFORE_VOTING;
import static io.ensembler.testkit.fake.Invariant.TOLERANCE_FLOOR;

import java.util.ArrayList;
import java.util.List;

/**
 * A deliberate defect: what it does wrong, what must find it, and which pieces of which sources are changed. Several are
 * where two checks would each do: then both are missing.
 */
record Mutant(String name, String caughtBy, List<Edit> edits) {

    private static final String CORE = "core/src/main/java/io/ensembler/";
    private static final String FAKE = "testkit/src/main/java/io/ensembler/testkit/fake/";

    /** Copies {@code edits}. */
    Mutant {
        edits = List.copyOf(edits);
    }

    /**
     * One exact piece of a source that is there once, and what takes its place.
     *
     * @param file below the directory of the project
     */
    record Edit(String file, String from, String to) {}

    private static Mutant of(Invariant caughtBy, String name, Edit... edits) {
        return new Mutant(name, caughtBy.toString(), List.of(edits));
    }

    private static Mutant of(String caughtBy, String name, Edit... edits) {
        return new Mutant(name, caughtBy, List.of(edits));
    }

    private static Edit core(String file, String from, String to) {
        return new Edit(CORE + file + ".java", from, to);
    }

    private static Edit fake(String file, String from, String to) {
        return new Edit(FAKE + file + ".java", from, to);
    }

    /** Those that break an invariant. */
    static final List<Mutant> OF_INVARIANTS = List.of(
            of(
                    QUORUMS_MEET,
                    "a participant swapped for another in one reconfiguration, at odd sizes too",
                    core(
                            "validation/TransitionRules",
                            "if (!isSingleChange(before, after) &&",
                            "if (changed(before, after).size() > 2 &&"),
                    core(
                            "plan/Moves",
                            "        addGrowths(situation, moves);\n",
                            """
                            addGrowths(situation, moves);
                            for (var out : List.copyOf(moves)) {
                                for (var in : List.copyOf(moves)) {
                                    var gone = out.shifts().get(0);
                                    var come = in.shifts().get(0);
                                    if (out.shifts().size() == 1
                                            && in.shifts().size() == 1
                                            && slots.participant[gone.from()]
                                            && slots.absent[gone.to()]
                                            && slots.absent[come.from()]
                                            && slots.participant[come.to()]) {
                                        moves.add(new Move(List.of(gone, come), out.who()));
                                    }
                                }
                            }
                            """)),
            of(
                    QUORUMS_MEET,
                    "two joiners of three participants in one reconfiguration",
                    core(
                            "validation/TransitionRules",
                            "before.participants().size() <= 2",
                            "before.participants().size() <= 3"),
                    core(
                            "plan/Moves",
                            "situation.tally().participants() <= 2",
                            "situation.tally().participants() <= 3")),
            of(
                    QUORUMS_MEET,
                    "the whole change sent in one reconfiguration",
                    core(
                            "execution/StepActions",
                            "new Change(now.ensemble(), step.after(),",
                            "new Change(now.ensemble(), plan.target(),")),
            of(
                    BARRIER,
                    "nobody asked whether old participants act by the change",
                    core("execution/Barrier", "return old.containsQuorum(unproved) ?", "return old.ids().isEmpty() ?")),
            of(
                    BARRIER,
                    "the configuration znode read in place of conf",
                    fake(
                            "Probe",
                            "inForce = server.inForce().version();",
                            "inForce = server.shown().listing().version();")),
            of(
                    TOLERANCE_FLOOR,
                    "every participant counted as live when a change is sent",
                    core(
                            "execution/StepActions",
                            "new TreeSet<>(now.live());",
                            "new TreeSet<>(now.ensemble().ids());")),
            of(
                    TOLERANCE_FLOOR,
                    "a plan made for tolerance 0 without consent",
                    core("plan/Planner", "request.consent().orElse(kept)", "request.consent().orElse(0)")),
            of(
                    SYNCED_BEFORE_VOTING,
                    "a joiner let in that nobody proved",
                    core("execution/Effects", ".orElse(true))", ".orElse(false))"),
                    core(
                            "execution/StepActions",
                            "        proofs.await(planned, asItRuns(server), deadline, () -> startAgain(server, deadline));\n        return",
                            "return")),
            of(
                    SYNCED_BEFORE_VOTING,
                    "a proof that outlives its session",
                    core("execution/JoinerProofs", "return proof != null && proof.holds();", "return proof != null;"),
                    core(
                            "execution/JoinerProofs",
                            "if (proof == null || !patience",
                            "if (proof == null || deadline == null && !patience")),
            of(
                    SYNCED_BEFORE_VOTING,
                    "a joiner let in as soon as it is in sync, without the stabilization time",
                    core(
                            "execution/JoinerProofs",
                            "Deadline.in(stabilization, time)",
                            "Deadline.in(Duration.ZERO, time)")),
            of(
                    JOINER_CANNOT_ELECT,
                    "a joiner whose own file lists it as participant",
                    fake("SimulatedLauncher", "} else if ((votes || seed.data()", "} else if ((seed.data()"),
                    core("joiner/JoinerFiles", ".orElse(server.withRole(ServerRole.OBSERVER))", ".orElse(server)")),
            of(
                    JOINER_CANNOT_ELECT,
                    "an empty directory under a listed id",
                    fake(
                            "SimulatedLauncher",
                            "check(seed, server, (listing.participants() & server.bit()) != 0);",
                            "server.disk().setAside();")),
            of(
                    ONE_AUTHOR,
                    "a plan that goes on from whatever configuration stands",
                    core(
                            "execution/Account",
                            "return seen.isGenuine() && seen.configuration().equals(accounted);",
                            "return seen.isGenuine();")),
            of(
                    ONE_AUTHOR,
                    "a version taken for ours because the content is",
                    core(
                            "execution/Account",
                            "seen.configuration().equals(accounted)",
                            "seen.ensemble().equals(accounted.ensemble())")),
            of(
                    SimulatedCase.RESUMABLE,
                    "a reply that did not come taken for a refusal",
                    core(
                            "execution/Settlement",
                            "return uninterrupted(() -> settle(intent, sender, deadline));",
                            "return new NotApplied(intent, Optional.empty(), \"no answer\");")),
            of(
                    NO_BLIND_RETRY,
                    "settling on a new session at once",
                    core(
                            "execution/Settlement",
                            "if (reader.isGone(intent.sender(), deadline.oneCall())) {",
                            "if (!deadline.isOver()) {")),
            of(
                    ACTIVE_BEFORE_STOP,
                    "a server stopped before it is taken out",
                    core(
                            "execution/StepActions",
                            "if (now.ensemble().contains(server.id())) {\n            throw Halt.stopped(StopReason.RULE, \"Cannot stop",
                            "if (now.ensemble().ids().isEmpty()) {\n            throw Halt.stopped(StopReason.RULE, \"Cannot stop"),
                    core(
                            "plan/Itinerary",
                            "        var joining = step.joining();\n",
                            "        var joining = step.joining();\n        step.leaving().forEach(server -> retire(server, leg.before()));\n")),
            of(
                    NO_BLIND_RETRY,
                    "an intent in the journal that nobody settles",
                    core("execution/Past", "unsettled.put(intended.intent().sender(), intended.intent());", "")),
            of(
                    ACTIVE_BEFORE_STOP,
                    "a server stopped or wiped with a send unsettled",
                    core("execution/PastSettlement", "past.unsettled()) {", "past.unsettled().subList(0, 0)) {")),
            of(
                    LONE_QUORUM_STAYS,
                    "the quorum address of a leader moved that alone is a quorum",
                    core("plan/Search", "return !leaderReconnects\n", "return handOff || !leaderReconnects\n"),
                    core("plan/Search", "after.others(slot) <= 0", "after.count(slot) <= 0"),
                    core(
                            "validation/TransitionRules",
                            "during(transition, without(id, live)) < 0)",
                            "during(transition, without(id, live)) < -1)"),
                    core(
                            "validation/DepartureRules",
                            "if (movesQuorumAddress(outlook, server)) {",
                            "if (movesQuorumAddress(outlook, server) && byMajority && !byMajority) {"),
                    fake("SimulatedSender", "if (mayLead && (before", "if (!mayLead && (before")),
            of(
                    NAMES_RESOLVE,
                    "a change sent whose host names do not resolve",
                    fake("SimulatedSender", ".filter(names::isUnresolvedHere)", ".filter(String::isEmpty)")),
            of(
                    NOTHING_LOST,
                    "a joiner whose own file lists it as participant and nobody else",
                    core(
                            "joiner/JoinerFiles",
                            ".filter(listed -> listed.isParticipant() &&",
                            ".filter(listed -> !listed.isParticipant() &&"),
                    core("joiner/JoinerFiles", ".orElse(server.withRole(ServerRole.OBSERVER))", ".orElse(server)"),
                    fake("SimulatedLauncher", "} else if ((votes || seed.data()", "} else if ((seed.data()")),
            of(
                    SimulatedCase.RETIRED_MEANS_SILENT,
                    "a server that left and was never stopped",
                    core(
                            "plan/Itinerary",
                            "        add(new Step.StopServer(server), after);\n        if (rebuilt",
                            "        if (rebuilt")),
            of(
                    SimulatedCase.RESUMABLE,
                    "a reconfiguration sent that the journal does not know",
                    core("execution/Settlement", "journal.intended(intent);", "")),
            of(
                    SimulatedCase.RESUMABLE,
                    "a configuration of ours that the journal does not tell of",
                    core("execution/Past", "return run.accountingFor(settled.found());", "return run;")));

    /** Those that leave out what the planner prefers. */
    static final List<Mutant> OF_PREFERENCES = preferences(
            "                fragile,\n", "                0 * fragile,\n",
            "                handOff ? 1 : 0,\n", "                handOff ? -1 : 0,\n",
            "                handOff ? tally.unfinished() : 0,\n", "                0,\n",
            "                tally.deadLeaving(),\n", "                0,\n",
            "tally.live() < slots.targetLive ? removedLive : 0", "0 * removedLive",
            "                1,\n                Math", "                0,\n                Math",
            "Math.max(0, tally.participants() - slots.targetSize)", "0",
            "tally.participants() % 2 == 0 ? 1 : 0", "0");

    private static List<Mutant> preferences(String... pieces) {
        var mutants = new ArrayList<Mutant>();
        for (int i = 0; i < Cost.NAMES.size(); i++) {
            mutants.add(of(
                    Cost.NAMES.get(i),
                    "not preferred: " + Cost.NAMES.get(i),
                    core("plan/Search", pieces[2 * i], pieces[2 * i + 1])));
        }
        return List.copyOf(mutants);
    }

    @Override
    public String toString() {
        return name;
    }
}
