package dev.keymesh.server.prices;

import dev.keymesh.sdk.wire.NewPrice;
import java.util.List;

/**
 * What a file gave.
 *
 * @param prices under the providers' names of the file
 * @param leftOut what was not understood or is no price, each with its place and the reason
 */
public record PriceList(List<NewPrice> prices, List<String> leftOut) {}
