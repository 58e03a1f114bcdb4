package io.ensembler.spi;

import java.time.Duration;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Where a run writes down what it is about to do and what came of it, so that another process can go on where it ended,
 * however it ended. Lines are text without line breaks; what they say is the caller's business.
 *
 * <p>Implementations are thread-safe. At any time one process writes a journal: an implementation refuses a second one, or
 * the caller holds an {@link ExclusiveLock} besides. A process that lost that lock without knowing adds nothing, since
 * each line says which number it is to have.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface PlanJournal {

    /**
     * Adds a line behind all others and returns once it would outlive a crash of this machine, unless somebody else has
     * added one since the caller looked. A caller that is interrupted meanwhile still gets its line kept, or an
     * exception: its flag is then set.
     *
     * @param number how many lines there are with it
     * @param line without line breaks
     * @param timeLeft how long it may take
     * @throws IllegalArgumentException if {@code line} has line breaks, {@code \n} or {@code \r}; it is not added
     * @throws DriverException of kind {@code CONFLICT} if another number of lines stands before it, which is then not
     *     added; of another kind if it is not known to be kept: nothing may be done that relies on it
     */
    void append(int number, String line, Duration timeLeft);

    /**
     * Returns all lines that were added, by whatever process, in order. A line that was being written when its process
     * ended is there whole or not at all.
     *
     * @param timeLeft how long it may take
     * @throws DriverException if they cannot be read
     */
    List<String> lines(Duration timeLeft);

    /**
     * Returns whether {@link #startOver} can be asked for: false unless overridden, as of a journal that keeps all lines
     * there ever were.
     */
    default boolean startsOver() {
        return false;
    }

    /**
     * Puts one line in the place of all there are, at once: whoever reads finds either all of them or this one. It is asked
     * for when a run begins and none of the lines before is needed any more to go on. What they said may be kept elsewhere,
     * for people.
     *
     * @param lines how many there are
     * @param first without line breaks
     * @param timeLeft how long it may take
     * @throws IllegalArgumentException if {@code first} has line breaks
     * @throws DriverException as {@link #append} does
     */
    default void startOver(int lines, String first, Duration timeLeft) {
        throw new DriverException(
                DriverException.Kind.UNSUPPORTED, "Cannot start this journal over: it keeps all of its lines.");
    }
}
