package dev.keymesh.server.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that tell the program to end. The JVM alone would hear the first one only, and exit with 143 after an orderly
 * end. Its class for signals is called by its name, for a compiler that takes no warnings refuses it.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /** What is done on the first of {@code TERM}, {@code INT} and {@code HUP}, and on each one after it. */
    static void onEnd(Runnable first, Runnable again) {
        AtomicBoolean told = new AtomicBoolean();
        Runnable heard = () -> (told.compareAndSet(false, true) ? first : again).run();
        for (String name : new String[] {"TERM", "INT", "HUP"}) {
            try {
                handle(name, heard);
            } catch (ReflectiveOperationException e) {
                // HUP under nohup, or a JVM that was started with -Xrs.
                LOG.debug("The signal {} is left to the system.", name, e);
            }
        }
    }

    private static void handle(String name, Runnable heard) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object ours =
                Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, given) -> {
                    return switch (method.getName()) {
                        case "handle" -> {
                            heard.run();
                            yield null;
                        }
                        case "hashCode" -> System.identityHashCode(self);
                        case "equals" -> System.identityHashCode(self) == System.identityHashCode(given[0]);
                        default -> name;
                    };
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
    }
}
