/* Products of matrices, summed in the processor's registers; and the step that is taken along a gradient. */

#include <string.h>

/* Of a row in memory: whole vectors. An odd number where they are many, else columns compete for lines of cache. */
int64_t stride(int64_t units)
{
    int64_t vectors = (units + LANES - 1) / LANES;
    return (vectors > 8 ? vectors | 1 : vectors) * LANES;
}

enum { NONE, SGD, MOMENTUM, ADAM }; /* rules by which a gradient changes what it is the gradient of */

typedef struct {
    int64_t rule;
    double learning_rate, weight_decay, momentum, beta1, beta2, small;
} Optimizer;

/* The optimizer's numbers for one step, in the precision of training. */
typedef struct {
    int rule;
    REAL rate, decay, momentum, beta1, beta2, small, root;
} Rule;

static Rule rule_of(const Optimizer *by, int64_t steps)
{
    Rule rule = {by->rule, by->learning_rate, by->weight_decay, by->momentum, by->beta1, by->beta2, by->small, 1};
    if (by->rule == ADAM) { /* the means began with 0, and are too small by these factors */
        rule.rate = by->learning_rate / (1 - pow(by->beta1, steps));
        rule.root = 1 / sqrt(1 - pow(by->beta2, steps));
    }
    return rule;
}

INLINE void descend(int rule, const Rule *by, REAL *w, REAL *u, REAL *s, V gradient)
{
    V old = load(w), step = gradient;
    if (by->decay != 0) step += by->decay * old;
    if (rule == MOMENTUM) {
        step += by->momentum * load(u);
        store(u, step);
    } else if (rule == ADAM) {
        V mean = by->beta1 * load(u) + (1 - by->beta1) * step;
        V square = by->beta2 * load(s) + (1 - by->beta2) * step * step;
        store(u, mean);
        store(s, square);
        step = mean / (sqrt_(square) * by->root + by->small);
    }
    store(w, old - by->rate * step);
}

/* ---- Products: a tile of the result is summed in registers --------------------------------------------------- */

#if BYTES == 64
enum { ROWS = 8, COLUMNS = 2 }; /* of a tile: as many registers of sums as the processor has, less what they need */
#elif defined(__aarch64__)
enum { ROWS = 8, COLUMNS = 2 };
#elif BYTES == 32
enum { ROWS = 6, COLUMNS = 2 };
#else
enum { ROWS = 4, COLUMNS = 2 };
#endif
enum { TERMS = 256 }; /* that are summed at once: so many rows of B stay in the nearest cache */

/* C[m][n] = bias[n] + sum over k of A(m, k) B[k][n], with A(m, k) = A[m * row + k * term]. Where there is an
   optimizer, the sum is a gradient, and C is what it descends from: `of` + its place. */
typedef struct {
    int64_t M, N, K;
    const REAL *A;
    int64_t row, term;
    const REAL *B;
    int64_t stride;
    REAL *C;
    const REAL *bias;
    const Rule *by;
    REAL *W, *u, *s;
} Product;

INLINE void tile(int rule, int rows, int columns, const Product *p, int64_t m, int64_t n, int64_t k, int64_t end)
{
    V sum[ROWS][COLUMNS];
    UNROLLED for (int i = 0; i < rows; i++)
        UNROLLED for (int j = 0; j < columns; j++) {
            int64_t column = n + j * LANES;
            sum[i][j] = k > 0     ? load(p->C + (m + i) * p->stride + column)
                        : p->bias ? load(p->bias + column)
                                  : all(0);
        }
    const REAL *A = p->A + m * p->row + k * p->term, *B = p->B + k * p->stride + n;
    for (; k < end; k++, A += p->term, B += p->stride) {
        V b[COLUMNS];
        for (int j = 0; j < columns; j++) b[j] = load(B + j * LANES);
        for (int i = 0; i < rows; i++) {
            V a = all(A[i * p->row]);
            for (int j = 0; j < columns; j++) sum[i][j] += a * b[j];
        }
    }
    UNROLLED for (int i = 0; i < rows; i++)
        UNROLLED for (int j = 0; j < columns; j++) {
            int64_t place = (m + i) * p->stride + n + j * LANES;
            if (rule && end == p->K)
                descend(rule, p->by, p->W + place, p->u + place, p->s + place, sum[i][j]);
            else
                store(p->C + place, sum[i][j]);
        }
}

INLINE void column_of_tiles(int rule, int columns, const Product *p, int64_t n, int64_t k, int64_t end)
{
    int64_t m = 0;
    for (; m + ROWS <= p->M; m += ROWS) tile(rule, ROWS, columns, p, m, n, k, end);
    if (ROWS > 4)
        for (; m + 4 <= p->M; m += 4) tile(rule, 4, columns, p, m, n, k, end);
    for (; m + 2 <= p->M; m += 2) tile(rule, 2, columns, p, m, n, k, end);
    for (; m < p->M; m++) tile(rule, 1, columns, p, m, n, k, end);
}

INLINE void product(int rule, const Product *p)
{
    for (int64_t k = 0; k < p->K; k += TERMS) {
        int64_t end = k + TERMS < p->K ? k + TERMS : p->K, n = 0;
        for (; n + COLUMNS * LANES <= p->N; n += COLUMNS * LANES) column_of_tiles(rule, COLUMNS, p, n, k, end);
        for (; n < p->N; n += LANES) column_of_tiles(rule, 1, p, n, k, end);
    }
}

static void multiply(Product p) { product(NONE, &p); }

static void update(Product p)
{
    if (p.by->rule == SGD) product(SGD, &p);
    if (p.by->rule == MOMENTUM) product(MOMENTUM, &p);
    if (p.by->rule == ADAM) product(ADAM, &p);
}

#if LANES == 16
#define LOWER 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define UPPER 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif LANES == 8
#define LOWER 0, 8, 1, 9, 2, 10, 3, 11
#define UPPER 4, 12, 5, 13, 6, 14, 7, 15
#elif LANES == 4
#define LOWER 0, 4, 1, 5
#define UPPER 2, 6, 3, 7
#else
#define LOWER 0, 2
#define UPPER 1, 3
#endif

/* to[j][i] = W[i][j]. LANES rows are columns once their halves have been interleaved log2(LANES) times. */
static void transpose(const REAL *W, int64_t rows, int64_t columns, REAL *to)
{
    for (int64_t i = 0; i < rows; i += LANES)
        for (int64_t j = 0; j < columns; j += LANES) {
            V a[LANES], b[LANES];
            for (int n = 0; n < LANES; n++) a[n] = load(W + (i + n) * stride(columns) + j);
            UNROLLED for (int times = 1; times < LANES; times *= 2) {
                for (int n = 0; n < LANES / 2; n++) {
                    b[2 * n] = __builtin_shufflevector(a[n], a[n + LANES / 2], LOWER);
                    b[2 * n + 1] = __builtin_shufflevector(a[n], a[n + LANES / 2], UPPER);
                }
                memcpy(a, b, sizeof a);
            }
            for (int n = 0; n < LANES; n++) store(to + (j + n) * stride(rows) + i, a[n]);
        }
}
