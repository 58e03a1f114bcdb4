package io.ensembler.json;

import io.ensembler.plan.ScalingPlan;
import org.apiguardian.api.API;

/**
 * Plans as JSON documents, such as a person signs off today and a program runs tomorrow. Stateless.
 *
 * <p>The format is described in {@code docs/plan-json.md}. A document says in {@code formatVersion} how it is to be read:
 * with the same major number fields that are not known are passed over, with another it is refused.
 *
 * <p>A document is a file that anybody may have edited. That cannot make a plan unsafe: {@code PlanRunner} runs a plan
 * only at the version for which it was made, and checks each step against the rules and against what it observes before
 * it sends anything. What was foretold and found when the plan was made is taken from the document as it stands.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class PlanJson {

    /** The format that is written. */
    static final String FORMAT_VERSION = "1.0";

    private PlanJson() {}

    /**
     * Returns the document for {@code plan}, in ASCII; equal plans give the same document byte for byte.
     *
     * @throws JsonUnavailableException if jackson-core is missing
     */
    public static String write(ScalingPlan plan) {
        Jackson.require("Cannot write the plan");
        return new PlanWriter(plan.parts()).write();
    }

    /**
     * Returns the plan that {@code document} describes; it equals the plan that was written.
     *
     * @throws PlanFormatException if the document is no JSON, is of another major format, lacks something, or holds
     *     what cannot be part of a plan
     * @throws JsonUnavailableException if jackson-core is missing
     */
    public static ScalingPlan read(String document) {
        Jackson.require("Cannot read the plan");
        return new PlanReader(Place.whole(JsonTree.read(document))).read();
    }
}
