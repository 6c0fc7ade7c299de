package dev.keymesh.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.junit.jupiter.api.Test;

class FreshViewsTest {
    private static final int SIZE = 16_384;

    private final ArrayByteBufferPool pool = new ArrayByteBufferPool();
    private final FreshViews views = new FreshViews(pool);

    @Test
    void aBufferThatIsClearedAfterItsReleaseIsNotTakenFromItsNextUser() {
        RetainableByteBuffer first = views.acquire(SIZE, true);
        ByteBuffer stale = first.getByteBuffer();
        first.release();
        RetainableByteBuffer.Mutable next = pool.acquire(SIZE, true);
        next.append(ByteBuffer.wrap("HTTP/1.1 200 OK".getBytes(StandardCharsets.US_ASCII)));

        BufferUtil.clear(stale);

        assertThat(next.remaining()).isEqualTo(15);
    }

    @Test
    void theMemoryIsPooled() {
        views.acquire(SIZE, true).release();

        views.acquire(SIZE, true).release();

        assertThat(pool.getDirectByteBufferCount()).isEqualTo(1);
    }

    @Test
    void memoryThatIsRetainedIsNotPooledBeforeItsLastUserReleasesIt() {
        RetainableByteBuffer buffer = views.acquire(SIZE, true);
        buffer.retain();

        assertThat(buffer.release()).isFalse();
        assertThat(pool.getAvailableDirectByteBufferCount()).isZero();
        assertThat(buffer.release()).isTrue();
        assertThat(pool.getAvailableDirectByteBufferCount()).isEqualTo(1);
    }
}
