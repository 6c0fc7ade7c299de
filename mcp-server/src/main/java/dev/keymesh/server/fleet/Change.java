package dev.keymesh.server.fleet;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request that brings an installation nearer to a file.
 *
 * @param line how it is told
 * @param place where the file says so; null where it is because the file does not
 * @param body null is none
 * @param check what the server is asked first, without writing; null is nothing
 */
record Change(
        String line,
        @Nullable String place,
        String method,
        String path,
        @Nullable Map<String, @Nullable Object> body,
        @Nullable Check check) {

    /** A question whether a body would be taken. */
    record Check(String method, String path, Map<String, @Nullable Object> body) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** A body may hold a credential. */
    @Override
    public String toString() {
        return line;
    }
}
