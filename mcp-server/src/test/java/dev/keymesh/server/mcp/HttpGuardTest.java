package dev.keymesh.server.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;

/** Which pages may call which server. */
class HttpGuardTest {
    private static final HttpGuard LOCAL = new HttpGuard("127.0.0.1");
    private static final HttpGuard PUBLIC = new HttpGuard("0.0.0.0");

    @Test
    void aServerOnLoopbackAnswersToLoopbacksNamesOnly() {
        assertThat(LOCAL.fault(from("127.0.0.1:8787", ""))).isNull();
        assertThat(LOCAL.fault(from("LOCALHOST", ""))).isNull();
        assertThat(LOCAL.fault(from("[::1]:8787", "http://localhost:1"))).isNull();
        assertThat(LOCAL.fault(from("evil.example", ""))).isNotNull();
        assertThat(LOCAL.fault(from("", ""))).isNotNull();
        assertThat(LOCAL.fault(from("localhost@evil.example", ""))).isNotNull();
    }

    @Test
    void aServerOfTheNetworkAnswersPagesOfItsOwnNameOnly() {
        assertThat(PUBLIC.fault(from("keymesh.example:8787", ""))).isNull();
        assertThat(PUBLIC.fault(from("keymesh.example", "https://keymesh.example")))
                .isNull();
        assertThat(PUBLIC.fault(from("keymesh.example", "https://evil.example")))
                .isNotNull();
        assertThat(PUBLIC.fault(from("keymesh.example", "http://localhost"))).isNotNull();
        assertThat(PUBLIC.fault(from("keymesh.example", "null"))).isNotNull();
        assertThat(PUBLIC.fault(from("keymesh.example", "ftp://keymesh.example")))
                .isNotNull();
        assertThat(PUBLIC.fault(from("keymesh.example", "https://keymesh.example@evil.example")))
                .isNotNull();
    }

    private static HttpFields from(String host, String origin) {
        HttpFields.Mutable headers = HttpFields.build();
        if (!host.isEmpty()) {
            headers.put("Host", host);
        }
        if (!origin.isEmpty()) {
            headers.put("Origin", origin);
        }
        return headers;
    }
}
