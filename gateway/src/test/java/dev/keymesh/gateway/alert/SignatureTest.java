package dev.keymesh.gateway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SignatureTest {
    /** The example of the specification of Standard Webhooks. */
    @Test
    void theSpecificationsExampleIsSignedAsItSays() {
        byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
        assertThat(Signature.of(
                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void aSecretIsOf256RandomBits() {
        SecureRandom random = new SecureRandom();
        String secret = Signature.secret(random);
        assertThat(secret).startsWith("whsec_").isNotEqualTo(Signature.secret(random));
        assertThat(Base64.getDecoder().decode(secret.substring(6))).hasSize(32);
    }
}
