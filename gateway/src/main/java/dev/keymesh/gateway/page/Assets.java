package dev.keymesh.gateway.page;

import dev.keymesh.gateway.store.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The scripts, styles and pictures of the pages. Their paths hold a hash of what they are, so browsers keep them for ever. */
final class Assets {
    static final String PATH = "/assets/";
    private static final String WEBJARS = "/META-INF/resources/webjars/";
    /** Where each is, by its name in a path. */
    private static final Map<String, String> RESOURCES = Map.of(
            "keymesh.css", "keymesh.css",
            "keymesh.js", "keymesh.js",
            "keymesh.svg", "keymesh.svg",
            "htmx.js", WEBJARS + "htmx.org/2.0.8/dist/htmx.min.js",
            "htmx-sse.js", WEBJARS + "htmx-ext-sse/2.2.2/sse.js",
            "uplot.js", WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js",
            "uplot.css", WEBJARS + "uplot/1.6.30/dist/uPlot.min.css");

    private final Map<String, Asset> byPath = new HashMap<>();
    private final Map<String, String> pathByName = new HashMap<>();

    Assets() {
        RESOURCES.forEach((name, resource) -> {
            byte[] body = read(resource);
            String tag = HexFormat.of().formatHex(Sha256.of(body), 0, 8);
            String path = PATH + tag + "/" + name;
            byPath.put(path, new Asset(body, type(name), "\"" + tag + "\""));
            pathByName.put(name, path);
        });
    }

    /** The path of an asset of this name. */
    String path(String name) {
        String path = pathByName.get(name);
        if (path == null) {
            throw new IllegalArgumentException("There is no asset " + name + ".");
        }
        return path;
    }

    PageResponse answer(PageRequest request) {
        Asset asset = byPath.get(request.path());
        if (asset == null) {
            throw Refused.notFound();
        }
        Map<String, String> headers = Map.of(
                "Content-Type", asset.type,
                "ETag", asset.tag,
                "Cache-Control", "public, max-age=31536000, immutable");
        return request.header("if-none-match").equals(asset.tag)
                ? new PageResponse(304, headers, new byte[0])
                : new PageResponse(200, headers, asset.body);
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            default -> "image/svg+xml";
        };
    }

    private static byte[] read(String resource) {
        try (@Nullable InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The program was built without " + resource + ".");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Asset(byte[] body, String type, String tag) {}
}
