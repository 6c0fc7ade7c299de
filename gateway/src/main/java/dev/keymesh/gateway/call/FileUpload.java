package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.FileForm;
import dev.keymesh.gateway.dialect.FormReader;
import dev.keymesh.gateway.dialect.KeptObject;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.provider.ObjectKind;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.provider.ProviderObject;
import java.io.IOException;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;

/** A file on its way to a provider. One for batches is read first: what its requests ask for is kept with its id. */
final class FileUpload {
    private final ObjectCall call;
    private final ObjectCalls with;

    FileUpload(ObjectCall call, ObjectCalls with) {
        this.call = call;
        this.with = with;
    }

    void serve(Payload body) throws NoAnswer, IOException {
        List<String> types = call.request().getHeaders().getValuesList(HttpHeader.CONTENT_TYPE);
        String boundary = types.size() == 1 ? FormReader.boundary(types.getFirst()) : "";
        if (boundary.isEmpty()) {
            throw new Refused(Refusal.badForm());
        }
        Provider provider = call.keeper();
        String facts = facts(body, boundary, provider);
        call.stillGood();
        try (UpstreamAnswer answer = with.upstream()
                .ask(
                        provider,
                        call.operation(),
                        "",
                        call.query(),
                        call.request().getHeaders(),
                        FormReader.contentType(boundary),
                        body)) {
            byte[] json = answer.whole();
            if (answer.isGood()) {
                ProviderObject file = file(KeptObject.read(json).id(), facts, provider);
                if (!with.objects().add(file)) {
                    call.stillOwn(file);
                }
            }
            call.recorded(provider, answer.status());
            call.relay(answer, provider, json);
        }
    }

    private String facts(Payload body, String boundary, Provider provider) throws IOException {
        BatchSum sum = new BatchSum(with, call.chain(), provider);
        with.turns().acquireUninterruptibly();
        try {
            return switch (FileForm.read(body, boundary, sum)) {
                case FileForm.Read.No no -> throw new Refused(no.refusal());
                case FileForm.Read.File file ->
                    file.purpose().equals(FileForm.BATCH) ? sum.ask().json() : ProviderObject.NO_FACTS;
            };
        } finally {
            with.turns().release();
        }
    }

    private ProviderObject file(String id, String facts, Provider provider) {
        return new ProviderObject(
                provider.id(),
                id,
                ObjectKind.FILE,
                call.chain().key().space(),
                call.chain().key().workspace(),
                call.chain().key().id(),
                facts,
                false,
                with.clock().instant());
    }
}
