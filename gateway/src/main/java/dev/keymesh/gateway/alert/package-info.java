/** Alerts: which events are told to whom, by webhooks and by mail, until they are delivered; the API and the model path call it. */
@NullMarked
package dev.keymesh.gateway.alert;

import org.jspecify.annotations.NullMarked;
