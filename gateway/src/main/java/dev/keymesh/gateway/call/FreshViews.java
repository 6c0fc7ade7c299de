package dev.keymesh.gateway.call;

import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;

/**
 * Pooled memory, each time under a {@link java.nio.ByteBuffer} of its own. Jetty's client (12.1.14, its issue 12934)
 * clears a buffer which it released before, when an answer ends inside of the notification of its content; under one
 * shared {@code ByteBuffer} that would empty what another connection is writing from the same memory.
 */
final class FreshViews extends ByteBufferPool.Wrapper {
    FreshViews(ByteBufferPool pool) {
        super(pool);
    }

    @Override
    public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
        RetainableByteBuffer pooled = super.acquire(size, direct);
        return RetainableByteBuffer.wrap(pooled.getByteBuffer().duplicate(), pooled);
    }
}
