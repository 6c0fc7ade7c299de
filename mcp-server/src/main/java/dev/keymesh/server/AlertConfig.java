package dev.keymesh.server;

import dev.keymesh.gateway.alert.AlertSettings;
import dev.keymesh.gateway.alert.MailSettings;
import dev.keymesh.gateway.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the process's configuration says of alerts: {@code allowPrivateWebhooks} and {@code mail}. */
public final class AlertConfig {
    private static final List<String> OTHERS =
            List.of("mail.from", "mail.password", "mail.passwordFile", "mail.port", "mail.startTls", "mail.username");
    private static final long LONGEST_PASSWORD = 4_096;

    private AlertConfig() {}

    /**
     * Reads it.
     *
     * @param password {@code KEYMESH_MAIL_PASSWORD}, which goes before the file's
     * @throws StoreException that names the key, and never a value
     */
    public static AlertSettings of(ProcessConfig file, @Nullable String password) {
        return new AlertSettings(file.flag("allowPrivateWebhooks", false), mail(file, password));
    }

    private static @Nullable MailSettings mail(ProcessConfig file, @Nullable String password) {
        String host = file.text("mail.host");
        if (host == null) {
            for (String other : OTHERS) {
                if (file.text(other) != null) {
                    throw new StoreException(other + " is set, and mail.host is missing.");
                }
            }
            return null;
        }
        if (!host.matches("[A-Za-z0-9.:-]{1,255}")) {
            throw new StoreException("mail.host must be the name or address of a mail server.");
        }
        String from = file.text("mail.from");
        if (from == null) {
            throw new StoreException("mail.host is set, and mail.from is missing.");
        }
        String username = file.text("mail.username");
        String secret = username == null ? null : password(file, password);
        if (username != null && secret == null) {
            throw new StoreException("mail.username is set, and the password is missing. Set KEYMESH_MAIL_PASSWORD,"
                    + " mail.passwordFile or mail.password.");
        }
        try {
            return new MailSettings(host, port(file), username, secret, from, file.flag("mail.startTls", true));
        } catch (IllegalArgumentException e) {
            throw new StoreException("mail.from " + e.getMessage() + ".", e);
        }
    }

    private static @Nullable String password(ProcessConfig file, @Nullable String environment) {
        if (environment != null) {
            return environment;
        }
        String path = file.text("mail.passwordFile");
        if (path == null) {
            return file.text("mail.password");
        }
        try {
            Path there = Path.of(path);
            if (Files.size(there) > LONGEST_PASSWORD) {
                throw new StoreException("mail.passwordFile is longer than any password.");
            }
            return Files.readString(there).strip();
        } catch (IOException e) {
            throw new StoreException("mail.passwordFile " + path + " cannot be read.", e);
        }
    }

    private static int port(ProcessConfig file) {
        String text = file.text("mail.port");
        if (text == null) {
            return MailSettings.PORT;
        }
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65_535) {
            throw new StoreException("mail.port must be a number from 1 to 65535.");
        }
        return Integer.parseInt(text);
    }
}
