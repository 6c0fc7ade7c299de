package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.alert.AlertSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events on their whole way to a real receiver. */
class WebhooksTest {
    private static final String ENDPOINTS = "/api/v1/webhook-endpoints";

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private TestGateway at;
    private Receiver receiver;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        receiver = new Receiver();
        at = new TestGateway(
                GatewayConfig.embedded(folder).alerting(new AlertSettings(true, null)),
                () -> Instant.now().plus(ahead.get()));
    }

    @AfterEach
    void stop() {
        at.close();
        receiver.close();
    }

    private String add(Receiver to, String more) {
        return at.admin("POST", ENDPOINTS, "{\"url\":\"" + to.url("/hook") + "\"," + more + "}");
    }

    private static String id(String json) {
        return TestGateway.member(json, "id");
    }

    private void revokeAKey() {
        at.admin("POST", "/api/v1/keys/" + at.issue("1.00").id() + "/revoke", "{}");
    }

    private String deliveries(String endpoint) {
        return at.admin("GET", ENDPOINTS + "/" + endpoint + "/deliveries", null);
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private static String signed(String secret, Receiver.Message message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
        String content = message.id() + "." + message.timestamp() + "." + message.body();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aMessageIsSignedAndSaysWhatHappened() throws Exception {
        String endpoint = add(receiver, "\"events\":[\"keys.revoke\"]");
        String secret = TestGateway.member(endpoint, "secret");
        revokeAKey();
        until(() -> deliveries(id(endpoint)).contains("\"status\":\"delivered\""));
        Receiver.Message message = receiver.messages().getFirst();
        assertThat(message.signature()).isEqualTo(signed(secret, message));
        assertThat(message.id()).startsWith("evt_");
        assertThat(message.body())
                .startsWith("{\"type\":\"keys.revoke\",\"timestamp\":\"")
                .contains("\"data\":{\"id\":\"" + message.id() + "\"", "\"space\":\"default\"", "management_key");
        assertThat(receiver.messages()).hasSize(1);
        at.admin("POST", ENDPOINTS + "/" + id(endpoint) + "/test", "{}");
        assertThat(receiver.messages().getLast().body()).contains("webhook.test");
    }

    @Test
    void aSecretThatIsReplacedSignsBesideTheNewOneUntilTheOverlapEnds() throws Exception {
        String endpoint = add(receiver, "\"events\":[\"keys.revoke\"]");
        String path = ENDPOINTS + "/" + id(endpoint);
        String old = TestGateway.member(endpoint, "secret");
        String fresh = TestGateway.member(at.admin("POST", path + "/rotate", "{\"overlap\":\"PT1H\"}"), "secret");
        at.admin("POST", path + "/test", null);
        Receiver.Message both = receiver.messages().getLast();
        assertThat(both.signature()).isEqualTo(signed(fresh, both) + " " + signed(old, both));
        ahead.set(Duration.ofHours(2));
        at.admin("POST", path + "/test", null);
        Receiver.Message one = receiver.messages().getLast();
        assertThat(one.signature()).isEqualTo(signed(fresh, one));
    }

    @Test
    void aReceiverThatIsDownIsTriedAgainLaterWithTheSameIdAndADeliveryCanBeSentAgainByHand() {
        String endpoint = id(add(receiver, "\"events\":[\"keys.revoke\"]"));
        receiver.answers(500, "out of order at /hook");
        revokeAKey();
        until(() -> deliveries(endpoint).contains("The receiver answered 500."));
        assertThat(deliveries(endpoint))
                .contains("\"status\":\"pending\"", "out of order at (path)")
                .contains("\"status\":500");
        assertThat(at.admin("GET", ENDPOINTS + "/" + endpoint, null)).doesNotContain("\"failingSince\":null");
        assertThat(receiver.messages()).hasSize(1);
        ahead.set(Duration.ofSeconds(6));
        until(() -> receiver.messages().size() == 2);
        until(() -> deliveries(endpoint).split("\"durationMillis\"", -1).length == 3);
        // The next pause is five minutes.
        receiver.answers(204, "");
        ahead.set(Duration.ofMinutes(4));
        String delivery = TestGateway.member(deliveries(endpoint), "id");
        assertThat(receiver.messages()).hasSize(2);
        at.admin("POST", ENDPOINTS + "/" + endpoint + "/deliveries/" + delivery + "/redeliver", null);
        until(() -> deliveries(endpoint).contains("\"status\":\"delivered\""));
        assertThat(receiver.messages()).extracting(Receiver.Message::id).containsOnly(messageId(endpoint));
        assertThat(receiver.messages().getLast().timestamp())
                .isGreaterThan(receiver.messages().getFirst().timestamp());
        assertThat(at.admin("GET", ENDPOINTS + "/" + endpoint, null)).contains("\"failingSince\":null");
    }

    private String messageId(String endpoint) {
        return TestGateway.member(deliveries(endpoint), "message");
    }

    @Test
    void aReceiverThatAnswers410IsDisabledAtOnce() {
        String endpoint = id(add(receiver, "\"events\":[\"keys.revoke\"]"));
        receiver.answers(410, "");
        revokeAKey();
        until(() -> at.admin("GET", ENDPOINTS + "/" + endpoint, null).contains("\"disabledReason\":\"gone\""));
        assertThat(at.admin("GET", ENDPOINTS + "/" + endpoint, null)).contains("\"enabled\":false");
        assertThat(deliveries(endpoint)).contains("\"status\":\"failed\"", "it wants no more");
        assertThat(at.admin("GET", "/api/v1/events?limit=1", null)).contains("webhooks.write", "gone");
        String delivery = TestGateway.member(deliveries(endpoint), "id");
        assertThat(at.send("POST", ENDPOINTS + "/" + endpoint + "/deliveries/" + delivery + "/redeliver", at.root, null)
                        .statusCode())
                .isEqualTo(409);
        assertThat(at.admin("PATCH", ENDPOINTS + "/" + endpoint, "{\"enabled\":true}"))
                .contains("\"disabledReason\":null");
    }

    @Test
    void aRedirectIsAFailureAndIsNotFollowed() {
        String endpoint = id(add(receiver, "\"events\":[\"keys.revoke\"]"));
        receiver.redirects("/elsewhere");
        revokeAKey();
        until(() -> deliveries(endpoint).contains("no redirect is followed"));
        assertThat(receiver.messages()).extracting(Receiver.Message::path).containsExactly("/hook");
    }

    @Test
    void anEndpointThatFailedForFiveDaysIsDisabledAndOneThatFailedForLessIsNot() {
        String endpoint = id(add(receiver, "\"events\":[\"keys.revoke\"]"));
        receiver.answers(500, "");
        revokeAKey();
        until(() -> deliveries(endpoint).contains("answered 500"));
        ahead.set(Duration.ofDays(4));
        revokeAKey();
        until(() -> receiver.messages().size() >= 3);
        until(() -> deliveries(endpoint).split("\"durationMillis\"", -1).length >= 4);
        assertThat(at.admin("GET", ENDPOINTS + "/" + endpoint, null)).contains("\"enabled\":true");
        ahead.set(Duration.ofDays(5).plusMinutes(1));
        until(() -> at.admin("GET", ENDPOINTS + "/" + endpoint, null).contains("\"disabledReason\":\"failing\""));
    }

    @Test
    void aSlowReceiverHoldsUpNoOther() {
        try (Receiver slow = new Receiver()) {
            CountDownLatch open = slow.hangs();
            String stuck = id(add(slow, "\"events\":[\"keys.revoke\"]"));
            add(receiver, "\"events\":[\"keys.revoke\"]");
            for (int i = 0; i < 6; i++) {
                revokeAKey();
            }
            until(() -> receiver.messages().size() == 6);
            assertThat(slow.messages()).hasSizeBetween(1, 4);
            assertThat(deliveries(stuck)).doesNotContain("delivered");
            open.countDown();
            until(() -> deliveries(stuck).split("delivered", -1).length == 7);
        }
    }

    @Test
    void aThresholdAndARefusedCredentialAreToldAndTheLatterOnceAnHour() {
        add(receiver, "\"events\":[\"budget.threshold_reached\",\"provider.credential_rejected\"]");
        TestGateway.Key key = at.issue("0.000010");
        assertThat(at.chat(key.secret(), TestGateway.body(6, "")).statusCode()).isEqualTo(200);
        until(() -> receiver.messages().size() == 1);
        assertThat(receiver.messages().getFirst().body())
                .contains("budget.threshold_reached", "key:" + key.id(), "\"threshold\":50", "\"space\":\"default\"");
        at.provider.status = 401;
        for (int i = 0; i < 3; i++) {
            assertThat(at.chat(at.issue("1.00").secret(), TestGateway.body(1, ""))
                            .statusCode())
                    .isEqualTo(502);
        }
        until(() -> receiver.messages().size() == 2);
        assertThat(receiver.messages().getLast().body())
                .contains("provider.credential_rejected", "\"provider\":\"fake\"", "\"status\":401")
                .doesNotContain("canary-credential");
        ahead.set(Duration.ofMinutes(61));
        at.provider.status = 403;
        at.chat(at.issue("1.00").secret(), TestGateway.body(1, ""));
        until(() -> receiver.messages().size() == 3);
        assertThat(receiver.messages().getLast().body()).contains("\"status\":403");
    }

    @Test
    void slackIsToldInItsFormAndItsAddressIsShownInPartOnly() {
        String url = receiver.url("/services/T000/B000/s3cretSlackToken9876");
        String endpoint = at.admin(
                "POST", ENDPOINTS, "{\"format\":\"slack\",\"events\":[\"keys.revoke\"],\"url\":\"" + url + "\"}");
        assertThat(endpoint).contains("\"secret\":null", "/...9876").doesNotContain("s3cret", "T000");
        String shown = TestGateway.member(endpoint, "url");
        at.admin("PATCH", ENDPOINTS + "/" + id(endpoint), "{\"url\":\"" + shown + "\",\"description\":\"ops\"}");
        revokeAKey();
        until(() -> receiver.messages().size() == 1);
        Receiver.Message message = receiver.messages().getFirst();
        assertThat(message.path()).isEqualTo("/services/T000/B000/s3cretSlackToken9876");
        assertThat(message.body())
                .startsWith("{\"text\":\"*Keymesh: the key 't' (key_")
                .contains("was revoked");
        assertThat(message.signature()).isEqualTo("null");
    }

    @Test
    void whatAReceiverRepeatsOfItsAddressIsNotKept() {
        String url = receiver.url("/services/T000/s3cretSlackToken9876?key=s3cretKeyOfAQuery77");
        String endpoint = at.admin(
                "POST", ENDPOINTS, "{\"format\":\"slack\",\"events\":[\"keys.revoke\"],\"url\":\"" + url + "\"}");
        receiver.answers(403, "the services of T000 have no s3cretSlackToken9876 for s3cretKeyOfAQuery77");
        revokeAKey();
        until(() -> deliveries(id(endpoint)).contains("answered 403"));
        assertThat(deliveries(id(endpoint)))
                .contains("the services of T000 have no (token) for (token)")
                .doesNotContain("s3cret");
    }

    @Test
    void noSecretIsInTheDatabaseTheLogOrALaterAnswer() throws Exception {
        String slack = receiver.url("/services/s3cretSlackToken9876");
        at.admin("POST", ENDPOINTS, "{\"format\":\"slack\",\"events\":[\"*\"],\"url\":\"" + slack + "\"}");
        String endpoint = add(receiver, "\"events\":[\"*\"]");
        receiver.answers(500, "no such path: /services/s3cretSlackToken9876");
        revokeAKey();
        until(() -> receiver.messages().size() >= 4);
        until(() -> deliveries(id(endpoint)).contains("answered 500"));
        String all = at.admin("GET", ENDPOINTS, null) + at.admin("GET", "/api/v1/events", null);
        try (var files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().contains("keymesh.db")).toList()) {
                all += new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            }
        }
        assertThat(all)
                .doesNotContain(TestGateway.member(endpoint, "secret").substring(6))
                .doesNotContain(slack);
    }
}
