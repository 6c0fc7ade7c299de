package dev.keymesh.gateway.dialect;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that grow. */
final class Bytes {
    byte[] array;
    int length;

    Bytes(int size) {
        array = new byte[size];
    }

    /** Appends a range of a buffer, whose position stays. */
    void append(ByteBuffer from, int start, int end) {
        int more = end - start;
        room(more);
        from.get(start, array, length, more);
        length += more;
    }

    void append(Bytes other) {
        room(other.length);
        System.arraycopy(other.array, 0, array, length, other.length);
        length += other.length;
    }

    void append(byte b) {
        room(1);
        array[length++] = b;
    }

    private void room(int more) {
        if (length + more > array.length) {
            array = Arrays.copyOf(array, Math.max(length + more, array.length * 2));
        }
    }
}
