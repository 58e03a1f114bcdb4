package io.ensembler.validation;

import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Ensembles to try rules on: by majority or in groups, all small ones, random ones and those next to another. */
final class Ensembles {

    /** By id. */
    private static final List<Server> HERE = servers("10.0.0.");

    private static final List<Server> ELSEWHERE = servers("10.9.9.");

    private Ensembles() {}

    static Ensemble majority(long... ids) {
        return Ensemble.of(LongStream.of(ids).mapToObj(Ensembles::server).toList(), QuorumRule.majority());
    }

    /** Participants in groups, such as {@code 1 2 3*2 / 4*0}. */
    static Ensemble grouped(String text) {
        var draft = new Draft();
        long group = 0;
        for (var members : text.split(" / ", -1)) {
            group++;
            for (var member : members.split(" ", -1)) {
                var parts = member.split("\\*", -1);
                draft.participate(Long.parseLong(parts[0]), group, parts.length == 1 ? 1 : Long.parseLong(parts[1]));
            }
        }
        return draft.grouped();
    }

    /** All whose participants are among so many servers, by majority and in every grouping with weights up to the greatest. */
    static List<Ensemble> all(int servers, int greatestWeight) {
        var drafts = List.of(new Draft());
        for (long id = 1; id <= servers; id++) {
            var longer = new ArrayList<>(drafts);
            for (var draft : drafts) {
                for (long group = 1; group <= draft.newGroup(); group++) {
                    for (long weight = 0; weight <= greatestWeight; weight++) {
                        var joined = draft.copy();
                        joined.participate(id, group, weight);
                        longer.add(joined);
                    }
                }
            }
            drafts = longer;
        }
        return drafts.stream().flatMap(draft -> draft.inEachForm().stream()).toList();
    }

    /** One of servers 1 to the highest, some absent, some observers, which may weigh in a group. */
    static Ensemble random(Random random, int highest) {
        var draft = new Draft();
        int groups = 1 + random.nextInt(4);
        int greatestWeight = 1 + random.nextInt(3);
        for (long id = 1; id <= highest; id++) {
            int group = 1 + random.nextInt(groups);
            switch (random.nextInt(8)) {
                case 0 -> {}
                case 1 -> draft.observe(id);
                case 2 -> {
                    draft.observe(id);
                    draft.place(server(id).id(), group, random.nextInt(2));
                }
                default -> draft.participate(id, group, random.nextInt(greatestWeight + 1));
            }
        }
        return random.nextInt(4) == 0 || draft.newGroup() == 1 ? draft.byMajority() : draft.grouped();
    }

    /** All that one unit change makes of it, with servers 1 to the highest. */
    static List<Ensemble> oneChangeFrom(Ensemble ensemble, int highest) {
        return Draft.of(ensemble).oneChangeOn(highest).stream()
                .flatMap(draft -> draft.inEachForm().stream())
                .toList();
    }

    /** One of the ensembles that one unit change makes of it, in one of the forms it has. */
    static Ensemble oneChangeFrom(Ensemble ensemble, int highest, Random random) {
        var drafts = Draft.of(ensemble).oneChangeOn(highest);
        var forms = drafts.get(random.nextInt(drafts.size())).inEachForm();
        return forms.get(random.nextInt(forms.size()));
    }

    static Server server(long id) {
        return HERE.get((int) id);
    }

    /** The same server at another address. */
    static Server moved(long id) {
        return ELSEWHERE.get((int) id);
    }

    private static List<Server> servers(String network) {
        return IntStream.rangeClosed(0, ServerId.HIGHEST)
                .mapToObj(id ->
                        Server.parse("server." + id + "=" + network + id + ":2888:3888;" + network + id + ":2181"))
                .toList();
    }
}
