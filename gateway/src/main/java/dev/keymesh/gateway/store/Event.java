package dev.keymesh.gateway.store;

/**
 * An act as the other nodes are told of it.
 *
 * @param seq its place in the order of commits
 */
public record Event(long seq, String id, String action, String target) {}
