package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * A reconfiguration about to be sent: all that is needed to settle its outcome later. Immutable.
 *
 * @param version the version on which it is conditional
 * @param before the ensemble at that version
 * @param target the ensemble it asks for
 * @param sender the session it goes out on
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SendIntent(ConfigurationVersion version, Ensemble before, Ensemble target, SenderId sender) {}
