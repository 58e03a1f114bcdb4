package io.ensembler.testkit.fake;

import io.ensembler.spi.PlanJournal;
import io.ensembler.testkit.contract.JournalUnderTest;
import io.ensembler.testkit.contract.PlanJournalContract;

/** The journal of simulated ensembles promises what any does. */
class SimulatedJournalContractTest extends PlanJournalContract {

    @Override
    protected JournalUnderTest start() {
        return new Simulated(SimulatedEnsemble.builder().start());
    }

    private static final class Simulated implements JournalUnderTest {

        private final SimulatedEnsemble ensemble;
        private final PlanJournal journal;

        Simulated(SimulatedEnsemble ensemble) {
            this.ensemble = ensemble;
            this.journal = ensemble.process().journal();
        }

        @Override
        public PlanJournal journal() {
            return journal;
        }

        @Override
        public PlanJournal restarted() {
            return ensemble.process().journal();
        }

        @Override
        public PlanJournal beside() {
            return ensemble.process().journal();
        }

        @Override
        public void loseNextReply() {
            ensemble.faults().failJournal(CallMoment.AFTER);
        }

        @Override
        public void close() {
            ensemble.faults().healAll();
        }
    }
}
