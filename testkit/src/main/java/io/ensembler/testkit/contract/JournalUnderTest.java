package io.ensembler.testkit.contract;

import io.ensembler.spi.PlanJournal;
import org.apiguardian.api.API;

/**
 * A journal that is tested, with what a test does to it. Used by one thread but for the journals themselves.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface JournalUnderTest extends AutoCloseable {

    /** Returns the journal as the first process has it, the same at each call. */
    PlanJournal journal();

    /** Ends whoever has the journal, and returns it as another process has it from then on. */
    PlanJournal restarted();

    /**
     * Returns the journal as another process has it beside the one that has it already.
     *
     * @throws io.ensembler.spi.DriverException of kind {@code CONFLICT} if a second one is refused
     */
    PlanJournal beside();

    /**
     * Lets the next line that is added be kept, and the reply that says so be lost: the journal asks again, or whoever adds
     * the line does not hear of it. Called only if {@link PlanJournalContract.Capability#LOSE_REPLIES} is declared.
     */
    default void loseNextReply() {
        throw new UnsupportedOperationException("no reply of this journal can be lost");
    }

    /**
     * Returns whether the reply that was to be lost has been, though whoever added the line was told that it is kept: the
     * journal has asked again. Asked only then; false unless overridden.
     */
    default boolean hasLostReply() {
        return false;
    }

    /** Ends whoever has the journal. */
    @Override
    void close();
}
