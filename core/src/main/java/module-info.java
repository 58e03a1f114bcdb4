/** Plans, proves and executes changes of Apache ZooKeeper ensembles. Begin at {@code io.ensembler.model}. */
module io.ensembler {
    requires org.slf4j;
    requires static transitive org.apiguardian.api;
    requires static transitive org.jspecify;

    exports io.ensembler.joiner;
    exports io.ensembler.model;
    exports io.ensembler.plan;
    exports io.ensembler.spi;
    exports io.ensembler.validation;
}
