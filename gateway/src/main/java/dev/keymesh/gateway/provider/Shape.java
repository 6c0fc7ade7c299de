package dev.keymesh.gateway.provider;

/** Whose SDK the caller speaks, and a provider's paths answer. */
public enum Shape {
    OPENAI,
    ANTHROPIC
}
