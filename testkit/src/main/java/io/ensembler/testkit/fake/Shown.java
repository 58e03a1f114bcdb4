package io.ensembler.testkit.fake;

/** What a server shows in its configuration znode: a listing, and the zxid that wrote it. */
record Shown(Listing listing, long modified) {}
