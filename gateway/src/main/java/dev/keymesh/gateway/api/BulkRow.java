package dev.keymesh.gateway.api;

import dev.keymesh.sdk.wire.ProblemError;
import jakarta.json.JsonObject;
import java.util.function.UnaryOperator;

/**
 * One of several keys to issue, as it was written.
 *
 * @param placed says of what is wrong with the key where it stands in the body
 */
record BulkRow(JsonObject written, UnaryOperator<ProblemError> placed) {}
