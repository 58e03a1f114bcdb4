package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.Zxid;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.TimeSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which looks of one driver may follow one another. */
class ContinuityTest {

    private static final Configuration SERVER =
            ConfigurationText.parse("server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181\nversion=100000000");

    private final TimeSource time = TimeSource.system();
    private final Continuity continuity = new Continuity(time);

    private static CommittedConfiguration seen(String identity, long version) {
        return new CommittedConfiguration(
                new Configuration(SERVER.ensemble(), ConfigurationVersion.of(version)),
                Zxid.of(version),
                Zxid.of(version + 1),
                Optional.of(new EnsembleIdentity(identity)));
    }

    private CommittedConfiguration look(CommittedConfiguration seen) {
        return continuity.accept(seen, time.nanoTime());
    }

    @Test
    void versions_stay_or_go_up() {
        for (int version : new int[] {7, 7, 8, 100}) {
            assertThat(look(seen("ours", version))).isEqualTo(seen("ours", version));
        }
    }

    @Test
    void another_ensemble_is_named_and_refused_at_any_version() {
        look(seen("ours", 7));
        for (int version : new int[] {6, 7, 8}) {
            assertThatThrownBy(() -> look(seen("another", version)))
                    .isInstanceOfSatisfying(DriverException.class, refused -> assertThat(refused.kind())
                            .isEqualTo(DriverException.Kind.REFUSED))
                    .hasMessage(
                            "Cannot go on with this driver: it has looked at the ensemble ours, and what answers now is"
                                    + " the ensemble another, which is 1 at version " + version
                                    + ". Find out what became of the first; for this one, open another driver.");
        }
        assertThat(look(seen("ours", 7))).isEqualTo(seen("ours", 7));
    }

    @Test
    void a_version_that_goes_back_is_refused_until_another_driver_is_opened() {
        look(seen("ours", 16));
        for (int version : new int[] {15, 14}) {
            assertThatThrownBy(() -> look(seen("ours", version)))
                    .isInstanceOfSatisfying(DriverException.class, refused -> assertThat(refused.kind())
                            .isEqualTo(DriverException.Kind.REFUSED))
                    .hasMessage("Cannot go on with this driver: the ensemble stood at version 10, and is back at "
                            + Integer.toHexString(version)
                            + ": it has lost what it had acknowledged. Change nothing before you know what each server"
                            + " holds; then open another driver.");
        }
    }

    @Test
    void a_server_that_takes_up_no_configuration_shows_none_and_does_not_count() {
        look(seen("ours", 16));

        assertThat(look(seen("ours", 0))).isEqualTo(seen("ours", 0));

        assertThat(look(seen("ours", 16))).isEqualTo(seen("ours", 16));
        assertThatThrownBy(() -> look(seen("ours", 15))).isInstanceOf(DriverException.class);
    }

    @Test
    void of_two_looks_at_once_the_one_that_ends_last_may_have_seen_less() {
        long begun = time.nanoTime();
        look(seen("ours", 8));

        assertThat(continuity.accept(seen("ours", 7), begun)).isEqualTo(seen("ours", 7));

        assertThatThrownBy(() -> look(seen("ours", 7))).isInstanceOf(DriverException.class);
    }
}
