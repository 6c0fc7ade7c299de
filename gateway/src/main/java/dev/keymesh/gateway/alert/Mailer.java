package dev.keymesh.gateway.alert;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Properties;

/** Hands mail to the process's server, by SMTP. */
final class Mailer {
    private static final int TLS_PORT = 465;
    private static final String TIMEOUT_MILLIS = "10000";

    private final MailSettings settings;

    Mailer(MailSettings settings) {
        this.settings = settings;
    }

    /** Waits until the server has taken it; what goes wrong is an outcome. */
    Outcome send(List<String> to, AlertText text, Instant at) {
        Session session = Session.getInstance(properties());
        try (Transport transport = session.getTransport("smtp")) {
            MimeMessage mail = new MimeMessage(session);
            mail.setFrom(new InternetAddress(settings.from(), true));
            for (String address : to) {
                mail.addRecipient(Message.RecipientType.TO, new InternetAddress(address, true));
            }
            mail.setSubject(text.title(), StandardCharsets.UTF_8.name());
            mail.setText(text.title() + "\n\n" + text.lines(), StandardCharsets.UTF_8.name());
            mail.setSentDate(Date.from(at));
            mail.setHeader("Auto-Submitted", "auto-generated");
            mail.saveChanges();
            transport.connect(settings.host(), settings.port(), settings.username(), settings.password());
            transport.sendMessage(mail, mail.getAllRecipients());
            return Outcome.delivered(null);
        } catch (MessagingException e) {
            return Outcome.failed("The mail server did not take it: " + reason(e));
        }
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("mail.from", settings.from());
        properties.setProperty("mail.smtp.auth", String.valueOf(settings.username() != null));
        properties.setProperty("mail.smtp.connectiontimeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.timeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.writetimeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        boolean implicit = settings.startTls() && settings.port() == TLS_PORT;
        properties.setProperty("mail.smtp.ssl.enable", String.valueOf(implicit));
        properties.setProperty("mail.smtp.starttls.enable", String.valueOf(settings.startTls() && !implicit));
        properties.setProperty("mail.smtp.starttls.required", String.valueOf(settings.startTls() && !implicit));
        return properties;
    }

    /** A server may answer with what it was sent. */
    private String reason(MessagingException e) {
        String reason = e.getClass().getSimpleName() + " " + e.getMessage();
        String password = settings.password();
        String clean = password == null || password.isEmpty() ? reason : reason.replace(password, "(hidden)");
        clean = clean.replaceAll("\\p{Cntrl}+", " ");
        return clean.substring(0, Math.min(clean.length(), 300));
    }
}
