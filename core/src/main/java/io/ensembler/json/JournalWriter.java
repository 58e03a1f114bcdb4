package io.ensembler.json;

import io.ensembler.report.JournalEntry;
import io.ensembler.report.JournalEntryVisitor;

/** Writes entries of a journal, each as one object. */
final class JournalWriter implements JournalEntryVisitor<JournalWriter.Fields> {

    static final String RUN_BEGAN = "run-began";
    static final String RUN_RESUMED = "run-resumed";
    static final String PLANNED_AGAIN = "planned-again";
    static final String STEP_BEGAN = "step-began";
    static final String INTENDED = "intended";
    static final String SETTLED = "settled";
    static final String BACKED_UP = "backed-up";
    static final String SET_ASIDE = "set-aside";
    static final String STEP_ENDED = "step-ended";
    static final String RUN_ENDED = "run-ended";

    private JournalWriter() {}

    /** The name of a kind of entry, and what it says. */
    record Fields(String kind, Documents.Writing writing) {}

    static String write(int number, JournalEntry entry) {
        var fields = entry.accept(new JournalWriter());
        return Documents.inOneLine(json -> {
            json.writeStartObject();
            json.writeNumberField("line", number);
            json.writeStringField("at", entry.at().toString());
            json.writeStringField("entry", fields.kind());
            fields.writing().write(json);
            json.writeEndObject();
        });
    }

    @Override
    public Fields visitRunBegan(JournalEntry.RunBegan entry) {
        return new Fields(RUN_BEGAN, json -> {
            json.writeStringField("formatVersion", JournalLines.FORMAT_VERSION);
            json.writeStringField("direction", Words.of(entry.direction()));
            EnsembleJson.writeIds(json, "following", entry.following());
            json.writeFieldName("plan");
            new PlanWriter(entry.plan().parts()).write(json);
        });
    }

    @Override
    public Fields visitRunResumed(JournalEntry.RunResumed entry) {
        return new Fields(RUN_RESUMED, json -> {
            json.writeFieldName("found");
            EnsembleJson.write(json, entry.found());
        });
    }

    @Override
    public Fields visitPlannedAgain(JournalEntry.PlannedAgain entry) {
        return new Fields(PLANNED_AGAIN, json -> {
            EnsembleJson.writeId(json, "leader", entry.leader());
            EnsembleJson.writeArray(json, "steps", entry.steps(), json::writeString);
        });
    }

    @Override
    public Fields visitStepBegan(JournalEntry.StepBegan entry) {
        return new Fields(STEP_BEGAN, json -> json.writeStringField("step", entry.step()));
    }

    @Override
    public Fields visitIntended(JournalEntry.Intended entry) {
        return new Fields(INTENDED, json -> {
            json.writeStringField("version", entry.intent().version().toString());
            json.writeStringField("sender", entry.intent().sender().value());
            json.writeFieldName("before");
            EnsembleJson.write(json, entry.intent().before());
            json.writeFieldName("target");
            EnsembleJson.write(json, entry.intent().target());
        });
    }

    @Override
    public Fields visitSettled(JournalEntry.Settled entry) {
        return new Fields(SETTLED, json -> {
            json.writeStringField("sender", entry.sender().value());
            json.writeStringField("outcome", Words.of(entry.outcome()));
            json.writeFieldName("found");
            EnsembleJson.write(json, entry.found());
        });
    }

    @Override
    public Fields visitBackedUp(JournalEntry.BackedUp entry) {
        return new Fields(BACKED_UP, json -> {
            json.writeFieldName("configuration");
            EnsembleJson.write(json, entry.backup().configuration());
            EnsembleJson.writeText(json, "data", entry.backup().data());
        });
    }

    @Override
    public Fields visitSetAside(JournalEntry.SetAside entry) {
        return new Fields(
                SET_ASIDE,
                json -> json.writeNumberField("server", entry.server().value()));
    }

    @Override
    public Fields visitStepEnded(JournalEntry.StepEnded entry) {
        return new Fields(STEP_ENDED, json -> {
            json.writeStringField("step", entry.step());
            json.writeStringField("outcome", Words.of(entry.outcome()));
            json.writeStringField("took", entry.took().toString());
            json.writeStringField("version", entry.version().toString());
            EnsembleJson.writeId(json, "leader", entry.leader());
        });
    }

    @Override
    public Fields visitRunEnded(JournalEntry.RunEnded entry) {
        return new Fields(RUN_ENDED, json -> {
            json.writeStringField("ending", Words.of(entry.ending()));
            json.writeStringField("outcome", entry.outcome());
        });
    }
}
