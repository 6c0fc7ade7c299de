package dev.keymesh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.alert.AlertSettings;
import dev.keymesh.gateway.alert.MailSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertConfigTest {
    private static final String MAIL = "mail:\n  host: smtp.example.com\n  from: keymesh@example.com\n";

    @TempDir
    private Path folder;

    @Test
    void withoutAnythingThereIsNoMailAndNoPrivateWebhook() throws IOException {
        assertThat(read("", null)).isEqualTo(AlertSettings.DEFAULT);
        assertThat(read("allowPrivateWebhooks: true\n", null).allowPrivateWebhooks())
                .isTrue();
    }

    @Test
    void mailHasDefaultsAndItsPasswordComesFromTheEnvironmentAFileOrTheConfiguration() throws IOException {
        assertThat(read(MAIL, null).mail())
                .isEqualTo(new MailSettings("smtp.example.com", 587, null, null, "keymesh@example.com", true));
        String user = MAIL + "  username: u\n  port: 25\n  startTls: false\n";
        Path file = Files.writeString(folder.resolve("password"), "in-file\n");
        assertThat(read(user + "  password: in-yaml\n", null).mail())
                .isEqualTo(new MailSettings("smtp.example.com", 25, "u", "in-yaml", "keymesh@example.com", false));
        assertThat(read(user + "  passwordFile: " + file + "\n", null).mail())
                .hasFieldOrPropertyWithValue("password", "in-file");
        assertThat(read(user + "  passwordFile: " + file + "\n", "in-env").mail())
                .hasFieldOrPropertyWithValue("password", "in-env");
    }

    @Test
    void whatIsWrongStopsTheStartWithTheKeyAndNoValue() {
        for (String[] bad : new String[][] {
            {"allowPrivateWebhooks: s3cret\n", "allowPrivateWebhooks"},
            {"mail:\n  password: s3cret\n", "mail.host"},
            {"mail:\n  host: smtp.example.com\n", "mail.from"},
            {"mail:\n  host: 's3cret host'\n  from: a@example.com\n", "mail.host"},
            {"mail:\n  host: h\n  from: \"a@example.com\\r\\nBcc: s3cret\"\n", "mail.from"},
            {MAIL + "  username: s3cret\n", "KEYMESH_MAIL_PASSWORD"},
            {MAIL + "  username: u\n  passwordFile: /no/such/file\n", "mail.passwordFile"},
            {MAIL + "  port: s3cret\n", "mail.port"},
            {MAIL + "  startTls: s3cret\n", "mail.startTls"},
            {MAIL + "  tls: s3cret\n", "mail.tls"}
        }) {
            assertThatThrownBy(() -> read(bad[0], null))
                    .as(bad[0])
                    .hasMessageContaining(bad[1])
                    .hasMessageNotContaining("s3cret");
        }
    }

    private AlertSettings read(String text, @Nullable String password) throws IOException {
        return AlertConfig.of(ProcessConfig.read(Files.writeString(folder.resolve("keymesh.yaml"), text)), password);
    }
}
