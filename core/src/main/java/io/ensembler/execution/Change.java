package io.ensembler.execution;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.Optional;

/** What a reconfiguration asks for of whom, and on what condition. */
record Change(Ensemble before, Ensemble after, Optional<ServerId> leader, ConfigurationVersion version) {}
