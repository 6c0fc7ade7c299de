package dev.keymesh.gateway.alert;

import org.jspecify.annotations.Nullable;

/**
 * What the process's own configuration says of alerts.
 *
 * @param allowPrivateWebhooks whether webhooks may go to private addresses and without TLS
 * @param mail null is no mail
 */
public record AlertSettings(
        boolean allowPrivateWebhooks, @Nullable MailSettings mail) {
    public static final AlertSettings DEFAULT = new AlertSettings(false, null);
}
