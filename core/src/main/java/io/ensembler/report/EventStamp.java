package io.ensembler.report;

import java.time.Duration;
import java.time.Instant;
import org.apiguardian.api.API;

/**
 * Which event of a run one is, and when it was told. Immutable.
 *
 * @param sequence its number, counted from 1 within a run and its way back; where one is missing, it was left out
 * @param at when it was told, by the clock of the runner
 * @param timeLeft how long the run may still take
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record EventStamp(long sequence, Instant at, Duration timeLeft) {}
