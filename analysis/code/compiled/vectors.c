/* The processor's vectors, as large as it has them: LANES numbers side by side, of the type REAL, float or double. */

#include <math.h>
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)") /* else arrays of vectors would not be kept in registers */

#if defined(__AVX512F__)
#define BYTES 64
#elif defined(__AVX__)
#define BYTES 32
#else /* NEON, SSE */
#define BYTES 16
#endif

#if DOUBLE
typedef double REAL;
typedef int64_t WHOLE;
#define LANES (BYTES / 8)
#else
typedef float REAL;
typedef int32_t WHOLE;
#define LANES (BYTES / 4)
#endif

typedef REAL V __attribute__((vector_size(BYTES)));
typedef WHOLE I __attribute__((vector_size(BYTES))); /* of a comparison: all bits set where it holds */
typedef uint8_t Bytes __attribute__((vector_size(LANES), aligned(1)));
typedef V Unaligned __attribute__((aligned(sizeof(REAL))));

INLINE V load(const REAL *at) { return *(const Unaligned *)at; }
INLINE void store(REAL *at, V x) { *(Unaligned *)at = x; }
INLINE V all(REAL x) { return x - (V){}; }
INLINE V pick(I where, V a, V b) { return (V)((where & (I)a) | (~where & (I)b)); }
INLINE V maximum_(V a, V b) { return pick((a >= b) | (a != a), a, b); } /* NaN if one of them is */
INLINE V minimum_(V a, V b) { return pick((a <= b) | (a != a), a, b); }
INLINE V abs_(V x) { return pick(x < 0, -x, x); }
INLINE V sign_(V x) { return pick(x > 0, all(1), pick(x < 0, all(-1), x)); }
INLINE V heaviside_(V x, V at_zero) { return pick(x > 0, all(1), pick(x < 0, all(0), pick(x == 0, at_zero, x))); }
