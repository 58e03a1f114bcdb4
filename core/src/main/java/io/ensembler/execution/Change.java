package io.ensembler.execution;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;

/** What a reconfiguration asks for, and on what condition. */
record Change(Ensemble before, Ensemble after, ConfigurationVersion version) {}
