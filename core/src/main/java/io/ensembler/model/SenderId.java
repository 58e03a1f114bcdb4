package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * Names the session that sent a reconfiguration, so that another session can see whether it has ended. Immutable.
 *
 * @param value text that only the driver understands
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SenderId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
