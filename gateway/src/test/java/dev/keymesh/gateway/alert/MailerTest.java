package dev.keymesh.gateway.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mail by a real SMTP server. */
class MailerTest {
    private static final AlertText TEXT = new AlertText("A title \u00e9", "Event: x\n");
    private GreenMail server;

    @BeforeEach
    void start() {
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        server.setUser("keymesh", "s3cret-password");
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private MailSettings settings(@Nullable String password, boolean startTls) {
        return new MailSettings(
                "127.0.0.1",
                server.getSmtp().getPort(),
                password == null ? null : "keymesh",
                password,
                "keymesh@example.com",
                startTls);
    }

    @Test
    void aMailArrivesWithItsTextAndIsMarkedAsAutomatic() throws Exception {
        Outcome outcome = new Mailer(settings("s3cret-password", false))
                .send(List.of("a@example.com", "b@example.com"), TEXT, Instant.EPOCH);
        assertThat(outcome.error()).isNull();
        MimeMessage[] mails = server.getReceivedMessages();
        assertThat(mails).hasSize(2);
        MimeMessage mail = mails[0];
        assertThat(mail.getSubject()).isEqualTo("A title \u00e9");
        assertThat(mail.getContent().toString()).contains("Event: x");
        assertThat(mail.getHeader("From")).containsExactly("keymesh@example.com");
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(mail.getHeader("Message-ID")[0]).contains("example.com");
    }

    @Test
    void noFieldMakesAHeader() throws Exception {
        new Mailer(settings(null, false))
                .send(
                        List.of("a@example.com"),
                        new AlertText(
                                "x\r\nBcc: evil@example.com\r\n\r\nbody", "l\r\n.\r\nMAIL FROM:<x@example.com>\r\n"),
                        Instant.EPOCH);
        MimeMessage[] mails = server.getReceivedMessages();
        assertThat(mails).hasSize(1);
        assertThat(mails[0].getHeader("Bcc")).isNull();
        for (String bad : List.of(
                "a@example.com\r\nBcc: b@example.com",
                "a@example.com, b@example.com",
                "Ana <a@example.com>",
                "\"a b\"@example.com",
                "a@example.com ",
                "a",
                "@example.com",
                "a@")) {
            assertThat(MailAddress.is(bad)).as(bad).isFalse();
        }
        assertThat(MailAddress.is("first.last+tag@mail.example.com")).isTrue();
        assertThatThrownBy(() -> new MailSettings("h", 25, null, null, "a@example.com\nX: y", true))
                .hasMessageContaining("mail address");
    }

    @Test
    void aWrongPasswordAndAServerThatIsAwayAreOutcomesThatHoldNoSecret() {
        Outcome wrong =
                new Mailer(settings("wr0ng-password", false)).send(List.of("a@example.com"), TEXT, Instant.EPOCH);
        assertThat(wrong.error()).contains("AuthenticationFailed").doesNotContain("wr0ng-password");
        MailSettings away = settings(null, false);
        server.stop();
        assertThat(new Mailer(away)
                        .send(List.of("a@example.com"), TEXT, Instant.EPOCH)
                        .error())
                .contains("The mail server did not take it");
    }

    @Test
    void withoutTlsNothingIsSentWhereItIsAskedFor() {
        Outcome outcome =
                new Mailer(settings("s3cret-password", true)).send(List.of("a@example.com"), TEXT, Instant.EPOCH);
        assertThat(outcome.error()).contains("STARTTLS");
        assertThat(server.getReceivedMessages()).isEmpty();
    }
}
