package dev.keymesh.gateway.price;

import java.time.Instant;

/** The price of one model at one provider, by the provider's name. */
public record PriceRow(String provider, String model, Price price, Instant createdAt) {}
