package dev.keymesh.gateway.dialect;

/** A member of a request that cannot be read, or that two readers could read differently: a 400 with its path. */
final class Unreadable extends RuntimeException {
    final String param;
    final String text;

    Unreadable(String param, String text) {
        super(text, null, false, false);
        this.param = param;
        this.text = text;
    }

    /** The same, seen from the object that holds it: paths are only put together where they are needed. */
    Unreadable within(String path) {
        return new Unreadable(param.isEmpty() ? path : MemberNames.at(path, param), "In '" + path + "': " + text);
    }
}
