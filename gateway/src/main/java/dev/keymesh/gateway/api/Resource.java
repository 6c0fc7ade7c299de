package dev.keymesh.gateway.api;

import java.util.List;

/** One resource of the API: its routes. */
public interface Resource {
    List<Route> routes();
}
