package io.ensembler.testkit.fake;

/** The cuts of connections that wait for reconfigurations that plans send. */
final class RequestCuts {

    private final Armed beforeRequest = new Armed();
    private final Armed beforeReply = new Armed();

    Armed beforeRequest() {
        return beforeRequest;
    }

    Armed beforeReply() {
        return beforeReply;
    }

    /** Whether the connection of this request is cut before any server gets it. */
    boolean strikesBefore(Request request) {
        return request.isOurs() && beforeRequest.strikes();
    }

    /** Whether the connection of this request is cut once it has been processed, before its reply. */
    boolean strikesBeforeReplyTo(Request request) {
        return request.isOurs() && beforeReply.strikes();
    }
}
