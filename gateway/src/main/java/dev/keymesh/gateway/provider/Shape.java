package dev.keymesh.gateway.dialect;

/** Whose SDK the caller speaks. */
public enum Shape {
    OPENAI,
    ANTHROPIC
}
