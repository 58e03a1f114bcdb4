package io.ensembler.json;

import io.ensembler.model.EnsembleException;
import org.apiguardian.api.API;

/**
 * JSON can be neither read nor written, since jackson-core, which this library brings along for nobody, is missing.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class JsonUnavailableException extends EnsembleException {

    private static final long serialVersionUID = 1L;

    JsonUnavailableException(String effect, Throwable cause) {
        super(
                effect + ": jackson-core is not among the classes here. Add com.fasterxml.jackson.core:jackson-core to"
                        + " what this program depends on; on a module path, resolve the module com.fasterxml.jackson.core"
                        + " as well.",
                cause);
    }
}
