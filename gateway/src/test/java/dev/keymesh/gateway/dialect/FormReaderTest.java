package dev.keymesh.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormReaderTest {
    private static final String FILE = part("file\"; filename=\"a.mp3", "\r\n--\r\n-b\r\n--x");

    private static String part(String name, String value) {
        return "--b7\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static Parsed read(String form) {
        return FormReader.read(
                Operation.AUDIO_TRANSCRIPTIONS, Payload.of(form.getBytes(StandardCharsets.ISO_8859_1)), "b7");
    }

    private static void refused(String form, String why) {
        assertThat(read(form)).as(form).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.status(dev.keymesh.gateway.provider.Shape.OPENAI))
                    .isEqualTo(400);
            assertThat(refusal.message()).contains(why);
        });
    }

    @Test
    void theModelIsFoundWhereverItStandsBetweenFiles() {
        for (String form : new String[] {
            part("model", "whisper-1") + FILE,
            FILE + part("model", "whisper-1"),
            FILE + part("model", "whisper-1") + FILE
        }) {
            Facts facts = (Facts) read(form + "--b7--\r\n");
            assertThat(facts.model()).isEqualTo("whisper-1");
            assertThat(facts.models()).containsExactly("whisper-1");
            assertThat(facts.modalities()).containsExactlyInAnyOrder("text", "audio");
            assertThat(facts.references()).isNotEmpty();
            assertThat(facts.stream()).isFalse();
            assertThat(facts.length()).isEqualTo(form.length() + 8);
        }
        Facts bare = (Facts) read(part("model", "m") + part("stream", "true") + "--b7--");
        assertThat(bare.stream()).isTrue();
    }

    @Test
    void aFormInAFileIsReadLikeOneInMemory(@TempDir Path folder) throws Exception {
        InFile file = InFile.in(folder);
        byte[] noise = new byte[3_000_000];
        new java.util.Random(1).nextBytes(noise);
        file.append(ByteBuffer.wrap(
                "--b7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: audio/mpeg\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII)));
        file.append(ByteBuffer.wrap(noise));
        file.append(ByteBuffer.wrap(
                ("\r\n" + part("model", "whisper-1") + "--b7--\r\n").getBytes(StandardCharsets.US_ASCII)));
        Facts facts = (Facts) FormReader.read(Operation.AUDIO_TRANSCRIPTIONS, file, "b7");
        assertThat(facts.model()).isEqualTo("whisper-1");
        file.close();
    }

    @Test
    void twoModelsOrAModelInDisguiseAreRefused() {
        String end = "--b7--\r\n";
        refused(part("model", "m") + part("model", "m") + end, "more than one part 'model'");
        refused(part("Model", "m") + part("model", "m") + end, "case variant");
        refused(part("model[]", "m") + end, "'model[]' is a list");
        refused(part("model\"; filename=\"x", "m") + end, "sent as a file");
        refused(part("model\"; filename*=utf-8''x; y=\"", "m") + end, "Content-Disposition");
        refused(part("file\"; filename=\"a\\\"; name=\"model", "m") + part("model", "m") + end, "Content-Disposition");
        refused(part("file\"; name=\"model", "m") + part("model", "m") + end, "Content-Disposition");
        refused(part("stream", "True") + part("model", "m") + end, "'stream' must be true or false");
        refused(part("n", "1e9") + part("model", "m") + end, "'n' must be an integer");
        refused(part("model", "m m") + end, "'model' must be 1 to 128 characters");
        refused(FILE + end, "'model' is missing");
    }

    @Test
    void whatTwoReadersCouldTakeApartDifferentlyIsRefused() {
        String model = part("model", "m");
        refused("preamble\r\n" + model + "--b7--", "does not start with the boundary");
        refused(model + "--b7--\r\nmore", "text after the form's last boundary");
        refused(model + "--b7 \r\n", "followed by something else");
        refused(model.replace("\r\n", "\n") + "--b7--", "followed by something else");
        refused(
                part("file", "x\n--b7\nContent-Disposition: form-data; name=\"model\"\n\nn") + model + "--b7--",
                "inside of a part");
        refused(part("file", "x--b7") + model + "--b7--", "inside of a part");
        refused(model, "");
        refused(
                part("file", "x").replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n") + model
                        + "--b7--",
                "Content-Transfer-Encoding");
        refused(part("file", "x").replace("\r\n\r\n", "\r\n folded\r\n\r\n") + model + "--b7--", "header");
        refused("--b7\r\n\r\nx\r\n" + model + "--b7--", "Content-Disposition");
    }

    @Test
    void aFormThatIsCutAnywhereIsRefused() {
        String form = part("model", "m") + FILE + "--b7--";
        for (int cut = 0; cut < form.length(); cut++) {
            refused(form.substring(0, cut), "");
        }
    }

    @Test
    void onlyAPlainBoundaryIsTaken() {
        assertThat(FormReader.boundary("multipart/form-data; boundary=b7")).isEqualTo("b7");
        assertThat(FormReader.boundary("Multipart/Form-Data;boundary=\"b 7\"")).isEqualTo("b 7");
        for (String type : new String[] {
            "",
            "application/json",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=a; boundary=b",
            "multipart/form-data; boundary=\"a\\\"b\"",
            "multipart/mixed; boundary=a",
            "multipart/form-data; boundary=" + "a".repeat(71)
        }) {
            assertThat(FormReader.boundary(type)).as(type).isEmpty();
        }
    }
}
