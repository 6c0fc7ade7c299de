package dev.keymesh.gateway.page;

import dev.keymesh.sdk.KeymeshException;

/** An expected refusal of a page: what the reader is told; caught in one place. */
final class Refused extends RuntimeException {
    final int status;
    final String title;

    Refused(int status, String title, String text) {
        super(text, null, false, false);
        this.status = status;
        this.title = title;
    }

    static Refused malformed(String text) {
        return new Refused(400, "This request cannot be read", text);
    }

    static Refused notFound() {
        return new Refused(
                404, "There is no such page", "What you look for is not here, or not within your key's reach.");
    }

    static Refused forbidden(String permission) {
        return new Refused(
                403,
                "Your key may not do this",
                "It lacks the permission '" + permission + "'. Ask whoever issued it for one that has it.");
    }

    /** What the API refused, told on a page of its own. */
    static Refused of(KeymeshException e) {
        String text = String.valueOf(e.getMessage());
        return switch (e.status()) {
            case 401 -> new Refused(401, "Your session has ended", "Sign in again.");
            case 403 -> new Refused(403, "Your key may not do this", text);
            case 404 -> notFound();
            case 409 -> new Refused(409, "This does not go together", text);
            case 503 ->
                new Refused(503, "Keymesh is not available", "The store does not answer. Try again in a second.");
            default ->
                e.status() >= 400 && e.status() < 500
                        ? new Refused(e.status(), "This request was refused", text)
                        : new Refused(500, "Keymesh failed", text);
        };
    }
}
