package dev.keymesh.gateway.alert;

import org.jspecify.annotations.Nullable;

/**
 * The server that mail is handed to, by SMTP.
 *
 * @param port on 465 TLS begins with the connection, on others by STARTTLS
 * @param username null is none
 * @param from the sender's address
 * @param startTls whether nothing is sent without TLS; without it nothing is sent with TLS
 */
public record MailSettings(
        String host,
        int port,
        @Nullable String username,
        @Nullable String password,
        String from,
        boolean startTls) {
    public static final int PORT = 587;

    public MailSettings {
        if (!MailAddress.is(from)) {
            throw new IllegalArgumentException("must be a mail address such as keymesh@example.com");
        }
    }

    @Override
    public String toString() {
        return "MailSettings[" + host + ":" + port + "]";
    }
}
