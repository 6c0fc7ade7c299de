package dev.keymesh.sdk.wire;

/**
 * What a call cost after all: the body of {@code POST /api/v1/requests/{id}/settlement}.
 *
 * @param cost US dollars, a decimal string of at most nine places
 * @param reason how that is known: 1 to 500 characters
 */
public record NewSettlement(String cost, String reason) {}
