package dev.keymesh.gateway.alert;

import java.net.URI;
import java.util.Map;

/** Sends an HTTP request to an address that somebody gave: to public ones alone, unless the process says otherwise. */
public interface Post {
    /** The most of an answer's body that is kept. */
    int KEPT = 1_024;

    /** Waits for the answer, 10 s at most; never throws for what the receiver did. No redirect is followed. */
    Answer send(URI url, Map<String, String> headers, byte[] body);

    /**
     * What came back.
     *
     * @param status 0 when there was no answer
     * @param error why there was none, in words; empty when there was
     * @param body its beginning
     */
    record Answer(int status, String error, String body) {}
}
