package dev.keymesh.gateway.price;

import java.math.BigInteger;

/** An exact sum of products of numbers that are not negative, of 127 bits; beyond them it stays at its largest. */
final class Sum {
    private long high;
    private long low;

    static Sum of(long a, long b) {
        return new Sum().plus(a, b);
    }

    Sum plus(long a, long b) {
        long product = a * b;
        long carried = low + product;
        high += Math.multiplyHigh(a, b) + (Long.compareUnsigned(carried, product) < 0 ? 1 : 0);
        low = carried;
        if (high < 0) {
            high = Long.MAX_VALUE;
        }
        return this;
    }

    /** The quotient, rounded up; beyond a long the largest long. */
    long roundedUp(long divisor) {
        if (high == 0 && low >= 0) {
            return low / divisor + (low % divisor > 0 ? 1 : 0);
        }
        BigInteger sum = BigInteger.valueOf(high)
                .shiftLeft(Long.SIZE)
                .add(BigInteger.valueOf(low >>> 1).shiftLeft(1))
                .add(BigInteger.valueOf(low & 1));
        BigInteger quotient = sum.add(BigInteger.valueOf(divisor - 1)).divide(BigInteger.valueOf(divisor));
        return quotient.bitLength() > 63 ? Long.MAX_VALUE : quotient.longValue();
    }
}
