package dev.keymesh.gateway.trace;

import org.jspecify.annotations.Nullable;

/**
 * What a provider's answer said of itself, where it did.
 *
 * @param model that answered
 * @param id the provider's own of the answer
 * @param finish why the output ended, in the provider's word
 */
public record Answered(
        @Nullable String model,
        @Nullable String id,
        @Nullable String finish) {}
