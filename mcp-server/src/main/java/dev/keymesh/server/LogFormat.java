package dev.keymesh.server;

import java.util.logging.Handler;
import java.util.logging.Logger;

/** How the lines of the log are written. */
public enum LogFormat {
    TEXT,
    JSON;

    /**
     * What it is called.
     *
     * @throws IllegalArgumentException that names both
     */
    public static LogFormat of(String name) {
        return switch (name) {
            case "text" -> TEXT;
            case "json" -> JSON;
            default -> throw new IllegalArgumentException("The format of the log must be text or json.");
        };
    }

    /** From now on. */
    public void use() {
        if (this == JSON) {
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                handler.setFormatter(new JsonFormat());
            }
        }
    }
}
