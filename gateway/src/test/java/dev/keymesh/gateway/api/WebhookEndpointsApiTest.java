package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.alert.AlertSettings;
import dev.keymesh.gateway.alert.MailSettings;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class WebhookEndpointsApiTest extends OnTestApi {
    private static final String PATH = "/api/v1/webhook-endpoints";
    private static final String GOOD = "{\"url\":\"https://hooks.example.com/x\",\"events\":[\"keys.revoke\"]}";

    @Test
    void anEndpointIsAddedReadChangedAndDeleted() {
        String added = at.admin("POST", PATH, GOOD);
        assertThat(added).contains("\"secret\":\"whsec_", "\"format\":\"standard\"", "\"enabled\":true");
        String path = PATH + "/" + TestApi.member(added, "id");
        assertThat(at.admin("GET", path, null))
                .contains("https://hooks.example.com/x")
                .doesNotContain("secret\":");
        assertThat(at.admin("GET", PATH, null))
                .contains(TestApi.member(added, "id"))
                .doesNotContain("whsec_");
        assertThat(at.admin("PATCH", path, "{\"events\":[\"*\",\"*\"],\"enabled\":false,\"description\":\"d\"}"))
                .contains("\"events\":[\"*\"]", "\"enabled\":false", "\"description\":\"d\"", "hooks.example.com/x");
        assertThat(at.send("PATCH", path, at.root, "{}", "if-match", "\"1\"").status())
                .isEqualTo(412);
        at.refused(422, "/format", "PATCH", path, "{\"format\":\"slack\"}");
        at.refused(422, "/space", "PATCH", path, "{\"space\":\"default\"}");
        at.refused(422, "/overlap", "POST", path + "/rotate", "{\"overlap\":\"P8D\"}");
        assertThat(at.admin("POST", path + "/rotate", null)).contains("whsec_", "\"previousSecretUntil\":\"2");
        at.refused(400, "status", "GET", path + "/deliveries?status=maybe", null);
        at.refused(404, "such delivery", "POST", path + "/deliveries/whd_1/redeliver", null);
        at.admin("DELETE", path, null);
        at.refused(404, "not_found", "GET", path, null);
        assertThat(at.admin("GET", "/api/v1/events", null)).contains("webhooks.write", "\"deleted\":true");
    }

    @Test
    void anAddressThatIsNotPublicIsRefusedWithItsPlace() {
        for (String url : new String[] {
            "http://hooks.example.com/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://10.0.0.1:8443/x",
            "https://[::1]/",
            "https://169.254.169.254/latest",
            "https://metadata.google.internal/",
            "https://db.local/",
            "https://user:pass@hooks.example.com/",
            "https://hooks.example.com/#x",
            "https://hooks.example.com/\u00e9",
            "ftp://hooks.example.com/",
            "//hooks.example.com/",
            "https:///x",
            "x y"
        }) {
            at.refused(422, "/url", "POST", PATH, "{\"events\":[\"*\"],\"url\":\"" + url + "\"}");
        }
    }

    @Test
    void whatIsMissingUnknownOrOfAnotherFormatIsRefusedWithItsPlace() {
        at.refused(422, "/events", "POST", PATH, "{\"url\":\"https://a.example.com/\"}");
        at.refused(
                422,
                "budget.threshold_reached",
                "POST",
                PATH,
                "{\"url\":\"https://a.example.com/\",\"events\":[\"budget.reached\"]}");
        at.refused(422, "/url", "POST", PATH, "{\"events\":[\"*\"]}");
        at.refused(422, "/format", "POST", PATH, "{\"events\":[\"*\"],\"format\":\"fax\"}");
        at.refused(422, "/space", "POST", PATH, GOOD.replace("{", "{\"space\":\"none\","));
        at.refused(422, "/to", "POST", PATH, GOOD.replace("{", "{\"to\":[\"a@example.com\"],"));
        at.refused(422, "/event", "POST", PATH, "{\"url\":\"https://a.example.com/\",\"event\":[\"*\"]}");
        at.refused(
                422,
                "mail_not_configured",
                "POST",
                PATH,
                "{\"events\":[\"*\"],\"format\":\"email\",\"to\":[\"a@example.com\"]}");
    }

    @Test
    void aKeyOfOneSpaceHasTheEndpointsOfItsSpaceAlone() {
        at.admin("POST", "/api/v1/spaces", "{\"id\":\"acme\"}");
        String secret = at.management("{\"title\":\"a\",\"permissionSet\":\"admin\",\"space\":\"acme\"}");
        String account = TestApi.member(at.admin("POST", PATH, GOOD), "id");
        String other = TestApi.member(at.admin("POST", PATH, GOOD.replace("{", "{\"space\":\"default\",")), "id");
        String mine = at.allowed(secret, "POST", PATH, GOOD);
        assertThat(mine).contains("\"space\":\"acme\"");
        at.refuses(secret, 422, "/space", "POST", PATH, GOOD.replace("{", "{\"space\":\"default\","));
        assertThat(at.allowed(secret, "GET", PATH, null))
                .contains(TestApi.member(mine, "id"))
                .doesNotContain(account, other);
        for (String id : new String[] {account, other}) {
            at.refuses(secret, 404, "not_found", "GET", PATH + "/" + id, null);
            at.refuses(secret, 404, "not_found", "PATCH", PATH + "/" + id, "{}");
            at.refuses(secret, 404, "not_found", "DELETE", PATH + "/" + id, null);
            at.refuses(secret, 404, "not_found", "POST", PATH + "/" + id + "/test", null);
            at.refuses(secret, 404, "not_found", "POST", PATH + "/" + id + "/rotate", null);
            at.refuses(secret, 404, "not_found", "GET", PATH + "/" + id + "/deliveries", null);
            at.refuses(secret, 404, "not_found", "POST", PATH + "/" + id + "/deliveries/whd_1/redeliver", null);
        }
    }

    @Test
    void aTestOfAnEndpointThatHasNoAddressSaysSo() {
        String id = TestApi.member(
                at.admin("POST", PATH, "{\"url\":\"https://keymesh-test.invalid/\",\"events\":[\"*\"]}"), "id");
        assertThat(at.admin("POST", PATH + "/" + id + "/test", null))
                .contains("\"type\":\"webhook.test\"", "\"status\":\"failed\"", "The host has no address");
    }

    @Test
    void mailIsSentWhereItIsConfigured() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        MailSettings mail =
                new MailSettings("127.0.0.1", server.getSmtp().getPort(), null, null, "keymesh@example.com", false);
        GatewayConfig config = GatewayConfig.embedded(Files.createDirectory(folder.resolve("mail")))
                .alerting(new AlertSettings(false, mail));
        try (TestApi with = new TestApi(config)) {
            String body = "{\"events\":[\"keys.revoke\"],\"format\":\"email\",\"to\":";
            with.refused(422, "/to/0", "POST", PATH, body + "[\"a@example.com\\r\\nBcc: b@example.com\"]}");
            with.refused(422, "/to", "POST", PATH, body + "[]}");
            with.refused(422, "/url", "POST", PATH, body + "[\"a@example.com\"],\"url\":\"https://a.example.com\"}");
            String added = with.admin("POST", PATH, body + "[\"a@example.com\"]}");
            assertThat(added).contains("\"secret\":null", "\"to\":[\"a@example.com\"]");
            String id = TestApi.member(added, "id");
            assertThat(with.admin("POST", PATH + "/" + id + "/test", null)).contains("\"status\":\"delivered\"");
            assertThat(server.getReceivedMessages()[0].getSubject()).isEqualTo("Keymesh: this is a test");
            with.refused(409, "not signed", "POST", PATH + "/" + id + "/rotate", null);
        } finally {
            server.stop();
        }
    }
}
