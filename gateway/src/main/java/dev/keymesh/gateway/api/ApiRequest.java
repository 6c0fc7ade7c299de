package dev.keymesh.gateway.api;

/**
 * One request of the REST API.
 *
 * @param query raw; empty is none
 * @param credential empty is none
 * @param twoCredentials two different ones came
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
public record ApiRequest(
        String method,
        String path,
        String query,
        String credential,
        boolean twoCredentials,
        String contentType,
        String accept,
        byte[] body,
        boolean bodyTooLarge) {
    @Override
    public String toString() {
        return method + " " + path;
    }
}
