package dev.keymesh.gateway.store;

/** Who did something: virtual_key, management_key, person or system, and its id. */
public record Actor(String type, String id) {
    public static final Actor SYSTEM = new Actor("system", "keymesh");
}
