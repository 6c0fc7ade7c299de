/**
 * The bodies of Keymesh's REST API, one record each, written by the server and read by the client and the other way
 * round: components are named as the JSON members are, money is a decimal string in US dollars, times are instants.
 *
 * <p>A record checks nothing: one that was read from a foreign body may hold null in any component, and it is the
 * server that answers with a pointer to the member at fault.
 *
 * <p>A record has no constructor but its canonical one: the JSON binding takes no other.
 */
@NullMarked
package dev.keymesh.sdk.wire;

import org.jspecify.annotations.NullMarked;
