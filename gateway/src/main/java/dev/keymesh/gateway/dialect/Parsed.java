package dev.keymesh.gateway.dialect;

/** What reading a request's body gave: its facts, or why it is refused. */
public sealed interface Parsed permits Facts, Refusal {}
