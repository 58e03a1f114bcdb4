/** Plans, proves and executes changes of Apache ZooKeeper ensembles. Begin at {@link io.ensembler.EnsembleScaler}. */
module io.ensembler {
    requires org.slf4j;
    requires static com.fasterxml.jackson.core;
    requires static transitive org.apiguardian.api;
    requires static transitive org.jspecify;

    exports io.ensembler;
    exports io.ensembler.execution;
    exports io.ensembler.joiner;
    exports io.ensembler.journal;
    exports io.ensembler.json;
    exports io.ensembler.model;
    exports io.ensembler.plan;
    exports io.ensembler.render;
    exports io.ensembler.report;
    exports io.ensembler.spi;
    exports io.ensembler.validation;
}
