package io.ensembler.json;

import io.ensembler.model.SendIntent;
import io.ensembler.model.SenderId;
import io.ensembler.report.Backup;
import io.ensembler.report.JournalEntry;
import io.ensembler.report.StepReport;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads entries of a journal. */
final class JournalReader {

    private JournalReader() {}

    /** Returns what stands in the line that should have this number. */
    static JournalEntry read(int number, Place line) {
        if (line.field("line").whole() != number) {
            throw line.field("line")
                    .refused("is " + line.field("line").whole(), "Bring back the lines that are missing before it");
        }
        var at = instant(line.field("at"));
        var kind = line.field("entry");
        return switch (kind.text()) {
            case JournalWriter.RUN_BEGAN -> began(at, line);
            case JournalWriter.RUN_RESUMED ->
                new JournalEntry.RunResumed(at, EnsembleJson.configuration(line.field("found")));
            case JournalWriter.PLANNED_AGAIN ->
                new JournalEntry.PlannedAgain(
                        at,
                        EnsembleJson.optionalId(line.field("leader")),
                        line.field("steps").items(Place::text));
            case JournalWriter.STEP_BEGAN ->
                new JournalEntry.StepBegan(at, line.field("step").text());
            case JournalWriter.INTENDED -> new JournalEntry.Intended(at, intent(line));
            case JournalWriter.SETTLED ->
                new JournalEntry.Settled(
                        at,
                        sender(line),
                        line.field("outcome").word(List.of(JournalEntry.Outcome.values())),
                        EnsembleJson.configuration(line.field("found")));
            case JournalWriter.BACKED_UP -> new JournalEntry.BackedUp(backup(at, line));
            case JournalWriter.SET_ASIDE -> new JournalEntry.SetAside(at, EnsembleJson.id(line.field("server")));
            case JournalWriter.STEP_ENDED ->
                new JournalEntry.StepEnded(
                        at,
                        line.field("step").text(),
                        line.field("outcome").word(List.of(StepReport.Outcome.values())),
                        line.field("took").time(),
                        EnsembleJson.version(line.field("version")),
                        EnsembleJson.optionalId(line.field("leader")));
            case JournalWriter.RUN_ENDED ->
                new JournalEntry.RunEnded(
                        at,
                        line.field("ending").word(List.of(JournalEntry.Ending.values())),
                        line.field("outcome").text());
            default ->
                throw kind.refused(
                        "is " + Quoted.of(kind.text()),
                        "Read the journal with the version of this library that wrote it, or a later one");
        };
    }

    private static JournalEntry began(Instant at, Place line) {
        Format.check(line.field("formatVersion"), JournalLines.FORMAT_VERSION, "journal");
        return new JournalEntry.RunBegan(
                at,
                new PlanReader(line.field("plan")).read(),
                line.field("direction").word(List.of(JournalEntry.Direction.values())),
                EnsembleJson.ids(line.field("following")));
    }

    private static Backup backup(Instant at, Place line) {
        var data = line.field("data");
        return new Backup(
                at,
                EnsembleJson.configuration(line.field("configuration")),
                data.isNull() ? Optional.empty() : Optional.of(data.text()));
    }

    private static SendIntent intent(Place line) {
        return new SendIntent(
                EnsembleJson.version(line.field("version")),
                EnsembleJson.read(line.field("before")),
                EnsembleJson.read(line.field("target")),
                sender(line));
    }

    private static SenderId sender(Place line) {
        return new SenderId(line.field("sender").text());
    }

    private static Instant instant(Place place) {
        var text = place.text();
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw place.refused("is " + Quoted.of(text), "Give a time such as 2026-01-02T03:04:05Z");
        }
    }
}
