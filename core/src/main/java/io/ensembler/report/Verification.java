package io.ensembler.report;

import io.ensembler.model.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What was found when an ensemble was asked to prove that it is in working order. Immutable.
 *
 * @param at when
 * @param servers through whom a znode was seen created, changed and deleted
 * @param compared of how many pairs of servers that had applied the same transaction it is known that they hold as much
 * @param slowestWrite how long the slowest of three writes took
 * @param slowestBefore the same before the run changed anything, if it was measured
 * @param faults what speaks against it, a clause each; a run goes on only where there is nothing
 * @param findings what does not speak against the ensemble and should be known: who could not be asked, what was logged
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Verification(
        Instant at,
        List<ServerId> servers,
        int compared,
        Duration slowestWrite,
        Optional<Duration> slowestBefore,
        List<String> faults,
        List<String> findings) {

    /** Copies the lists. */
    public Verification {
        servers = List.copyOf(servers);
        faults = List.copyOf(faults);
        findings = List.copyOf(findings);
    }

    /** Returns whether nothing speaks against the ensemble. */
    public boolean isInOrder() {
        return faults.isEmpty();
    }

    /** Returns what was found, a line and one for each finding. */
    @Override
    public String toString() {
        var text = new StringBuilder(isInOrder() ? "verified through " : "not in working order, asked through ")
                .append(servers.stream().map(ServerId::toString).collect(Collectors.joining(",")))
                .append(": slowest write ")
                .append(slowestWrite.toMillis())
                .append(" ms");
        slowestBefore.ifPresent(
                before -> text.append(", ").append(before.toMillis()).append(" ms before"));
        text.append("; pairs of servers compared: ").append(compared);
        faults.forEach(fault -> text.append("\n  fault: ").append(fault));
        findings.forEach(finding -> text.append("\n  ").append(finding));
        return text.toString();
    }
}
