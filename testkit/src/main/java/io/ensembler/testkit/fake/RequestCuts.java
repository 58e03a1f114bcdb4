package io.ensembler.testkit.fake;

/** How many connections are to be cut around reconfigurations that plans send. */
final class RequestCuts {

    private int beforeRequest;
    private int beforeReply;

    void armBeforeRequest(int change) {
        beforeRequest = Math.max(0, beforeRequest + change);
    }

    void armBeforeReply(int change) {
        beforeReply = Math.max(0, beforeReply + change);
    }

    /** Whether the connection of this request is cut before any server gets it. */
    boolean strikesBefore(Request request) {
        if (beforeRequest > 0 && request.isOurs()) {
            beforeRequest--;
            return true;
        }
        return false;
    }

    /** Whether the connection of this request is cut once it has been processed, before its reply. */
    boolean strikesBeforeReplyTo(Request request) {
        if (beforeReply > 0 && request.isOurs()) {
            beforeReply--;
            return true;
        }
        return false;
    }
}
