package dev.keymesh.gateway.tenant;

/**
 * Whose installation this is.
 *
 * @param plan {@code free}, {@code pro}, {@code growth}, {@code enterprise} or {@code self_hosted}
 */
public record Account(String id, String plan) {}
