/* Elementary functions of a vector of numbers; they take infinities and NaN as the C library's do.

   In float each is computed in double with a relative error below 2^-34, and then rounded: the result is within
   0.502 units in the last place, and nothing overflows or cancels on the way. A result or an argument that is too
   small for a normal float may count as 0. In double the C library's function is called for each lane. */

static inline V sqrt_(V x) { return __builtin_elementwise_sqrt(x); }

/* A loop over lanes is much slower on v[i] itself: every turn would store the whole vector. */
typedef union { V v; REAL lane[LANES]; } Lanes;

/* NAME(x): the C library's FUNCTION in each lane, computed in double. */
#define EACH(name, function)                                                                \
    static __attribute__((noinline, unused)) V name(V x) {                                  \
        Lanes y = {x};                                                                      \
        for (int i = 0; i < LANES; i++) y.lane[i] = (REAL)function(y.lane[i]);              \
        return y.v;                                                                         \
    }

/* x, or 0 where it is denormal: with these flushed the C library's log and pow go wrong there. */
static inline double normal(double x) { return fabs(x) < 0x1p-1022 ? 0 : x; }

static __attribute__((noinline, unused)) V pow_(V x, V y) {
    Lanes a = {x}, b = {y};
    for (int i = 0; i < LANES; i++) a.lane[i] = (REAL)pow(normal(a.lane[i]), normal(b.lane[i]));
    return a.v;
}

#if !DOUBLE

typedef double D __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t L __attribute__((vector_size(LANES * sizeof(int64_t))));

#define LN2 0x1.62e42fefa39efp-1
#define HALF_PI 0x1.921fb54442d18p0

/* Made by fits.py. EXPM1 is expm1(x)/x for |x| <= ln(2)/2, LOG1P is log1p(x)/x from sqrt(1/2) - 1 to
   sqrt(2) - 1, SOFTPLUS is the same from 0 to 1. In x^2: sin(x)/x and cos(x) for |x| <= pi/4,
   atan(x)/x for |x| <= 1, asin(x)/x for |x| <= 1/2. ERF is erf(x)/x in x^2 - 8 (in x^2 the terms
   would cancel), ERFC is e^(x^2) erfc(x) in 1/(x + 2.5). */
static const double EXPM1[] = {  // relative error 2^-37.7
    0.9999999999955599, 0.5000000000120879, 0.1666666678561052, 0.04166666594991522,
    0.008333283679230185, 0.0013888978454382674, 0.00019907499390627001, 2.4801572630114623e-05};
static const double LOG1P[] = {  // relative error 2^-35.8
    0.9999999999859583, -0.5000000002940687, 0.3333333433374582, -0.24999994081165125,
    0.19999881142585305, -0.16666943361607844, 0.1429098699759704, -0.12497485831041431,
    0.11005083272038788, -0.09922843815647368, 0.10033196784696555, -0.09900893195893276,
    0.053629351041291504};
static const double SOFTPLUS[] = {  // relative error 2^-35.6
    0.999999999981168, -0.49999999345802004, 0.3333329543665482, -0.2499913038785185,
    0.19989519235642536, -0.16590364155926654, 0.1392147417981032, -0.1129733106055817,
    0.08255402070912977, -0.049543171483250846, 0.02191236456118773, -0.006163780594487873,
    0.0008131083795618984};
static const double SIN[] = {  // relative error 2^-37.7
    0.9999999999954458, -0.16666666630417099, 0.00833332868735836, -0.0001983917751817688,
    2.717145104748942e-06};
static const double COS[] = {  // relative error 2^-34.1
    0.9999999999438796, -0.4999999957120508, 0.041666613200719856, -0.0013886528187032517,
    2.4372592363904046e-05};
static const double ATAN[] = {  // relative error 2^-36.6
    0.9999999999906538, -0.33333333005329074, 0.19999980837850787, -0.14285271440966976,
    0.11105741754683442, -0.09051620506106647, 0.07503963053775899, -0.06042636096080589,
    0.04396727236040085, -0.0263386298319433, 0.011646616507391875, -0.003278299588697921,
    0.00043295798871509144};
static const double ASIN[] = {  // relative error 2^-40.0
    1.0000000000009148, 0.16666666608638914, 0.07500006048599295, 0.04464043821167469,
    0.03043011690793146, 0.021838619491804618, 0.020762573797050075, 0.0017149787559904899,
    0.03315878704108754};
static const double ERF[] = {  // relative error 2^-34.7
    0.353530995632024, -0.022072029150149056, 0.0020574237396359103, -0.00021037197372676883,
    2.202365919285114e-05, -2.2805078542797398e-06, 2.2845488320062027e-07,
    -2.1823411771614422e-08, 1.970085861762932e-09, -1.6736251128972408e-10,
    1.339377096890934e-11, -1.0059067172934121e-12, 6.952117199801138e-14,
    -4.564640376074849e-15, 3.1926620099018783e-16, -1.980955939376186e-17,
    6.342115638015123e-19, -2.559762087320977e-20, 5.126446463840375e-21,
    -2.807297727403677e-22};
static const double ERFC[] = {  // relative error 2^-35.0
    6.378070361379156e-07, 0.5641348508092766, 1.412581861199373, 3.195880996375248,
    7.429544361471891, 4.174743816041593, 74.567387074573, -305.93009304003624,
    1205.0886474975239, -3336.658458266635, 5215.408679164588, -4293.335335763183,
    1476.7928393222232};

/* c[0] + c[1] x + ...; the even and the odd powers apart, two chains being faster than one. */
#define POLY(x, c) poly(x, c, sizeof(c) / sizeof(c[0]))
static inline D poly(D x, const double *c, int count) {
    D y[2], square = x * x;
#pragma clang loop unroll(full)
    for (int i = count - 1; i >= 0; i--)
        y[i & 1] = i + 2 < count ? y[i & 1] * square + c[i] : (D){} + c[i];
    return y[1] * x + y[0];
}

static inline D widen(V x) { return __builtin_convertvector(x, D); }
static inline V narrow(D x) { return __builtin_convertvector(x, V); }
static inline D absolute(D x) { return __builtin_elementwise_abs(x); }
static inline D signed_as(D x, D sign) { return __builtin_elementwise_copysign(x, sign); }
static inline D choose(L mask, D a, D b) { return (D)((mask & (L)a) | (~mask & (L)b)); }

/* x between -limit and limit, or NaN: a limit where the result is already 0, 1 or infinity in
   float keeps what follows finite in double. */
static inline D clamp(V x, float limit) {
    x = pick(x < -limit, (V){} - limit, x);
    return widen(pick(x > limit, (V){} + limit, x));
}

/* Adding this to a double rounds it to a whole number, held in the sum's low bits. */
#define ROUNDER 0x1.8p52

/* e^x = scale (1 + rest), with scale a power of 2 and rest = e^r - 1 for |r| <= ln(2)/2. */
typedef struct { D scale, rest; } Power;

static inline Power power(D x) {
    D t = x * (1 / LN2) + ROUNDER;
    D r = x - (t - ROUNDER) * LN2;
    return (Power){(D)(((L)t + 1023) << 52), r * POLY(r, EXPM1)};
}

static inline D exp_d(D x) {
    Power p = power(x);
    return p.scale + p.scale * p.rest;
}

static inline D expm1_d(D x) {
    Power p = power(x);
    return (p.scale - 1) + p.scale * p.rest;
}

/* The logarithm of y = 1 + x; given both, since x is the exact one where y is near 1.
   y = 2^n m with m from sqrt(1/2) to sqrt(2). */
static inline D log_d(D y, D x) {
    L n = ((L)y - 0x3fe6a09e667f3bcd) >> 52; /* the bits of sqrt(1/2) */
    D f = choose(n == 0, x, (D)((L)y - (n << 52)) - 1);
    D result = __builtin_convertvector(n, D) * LN2 + f * POLY(f, LOG1P);
    result = choose(y < INFINITY, result, y);
    return choose(y > 0, result, choose(y == 0, (D){} - INFINITY, (D){} + NAN));
}

static inline D log1p_d(D x) { return log_d(1 + x, x); }

/* For |x| > 1 by the arctangent of -1/x. */
static inline D atan_d(D x) {
    L big = absolute(x) > 1;
    D t = choose(big, -1 / x, x);
    return choose(big, signed_as((D){} + HALF_PI, x), (D){}) + t * POLY(t * t, ATAN);
}

/* For |x| > 1/2 by asin(x) = pi/2 - 2 asin(sqrt((1 - x) / 2)). */
static inline D asin_d(D x) {
    D a = absolute(x);
    L big = a > 0.5;
    D z = choose(big, 0.5 - 0.5 * a, a * a);
    D r = choose(big, __builtin_elementwise_sqrt(z), a) * POLY(z, ASIN);
    return signed_as(choose(big, HALF_PI - 2 * r, r), x);
}

static inline V exp_(V x) { return narrow(exp_d(clamp(x, 150))); }
static inline V expm1_(V x) { return narrow(expm1_d(clamp(x, 150))); }
static inline V log_(V x) { return narrow(log_d(widen(x), widen(x) - 1)); }
static inline V log1p_(V x) { return narrow(log1p_d(widen(x))); }

static inline V tanh_(V x) {
    D e = expm1_d(2 * clamp(x, 20));
    return narrow(e / (e + 2));
}

/* e^-|x|, at most 1: of both functions that follow, so that the compiler works it out once. */
static inline D falling(V x) { return exp_d(-absolute(clamp(x, 150))); }

static inline V sigmoid_(V x) {
    D u = falling(x);
    return narrow(choose(widen(x) < 0, u, (D){} + 1) / (1 + u));
}

/* max(x, 0) + log1p(e^-|x|): one polynomial does. */
static inline V softplus_(V x) {
    D u = falling(x);
    return narrow(widen(pick(x > 0, x, (V){})) + u * POLY(u, SOFTPLUS));
}

/* 1 in float from 3.92 on. */
static inline V erf_(V x) {
    D a = clamp(x, 3.93f);
    return narrow(a * POLY(a * a - 8, ERF));
}

/* 0 in float from 10.1 on. */
static inline V erfc_(V x) {
    D a = absolute(clamp(x, 10.2f));
    D y = exp_d(-a * a) * POLY(1 / (a + 2.5), ERFC);
    return narrow(choose(widen(x) < 0, 2 - y, y));
}

static inline V sinh_(V x) {
    D e = expm1_d(absolute(clamp(x, 100)));
    return narrow(signed_as(0.5 * (e + e / (e + 1)), widen(x)));
}

static inline V cosh_(V x) {
    D e = exp_d(clamp(x, 100));
    return narrow(0.5 * (e + 1 / e));
}

static inline V asinh_(V x) {
    D a = absolute(widen(x));
    D y = log1p_d(a + a * a / (1 + __builtin_elementwise_sqrt(1 + a * a)));
    return narrow(signed_as(choose(a < INFINITY, y, a), widen(x)));
}

static inline V acosh_(V x) {
    D t = choose(widen(x) < 1, (D){} + NAN, widen(x) - 1);
    return narrow(log1p_d(t + __builtin_elementwise_sqrt(t * (t + 2))));
}

/* Beyond 1 the logarithm is of a negative number, which is NaN. */
static inline V atanh_(V x) {
    D a = absolute(widen(x));
    return narrow(signed_as(0.5 * log1p_d(2 * a / (1 - a)), widen(x)));
}

static inline V atan_(V x) { return narrow(atan_d(widen(x))); }
static inline V asin_(V x) { return narrow(asin_d(widen(x))); }
static inline V acos_(V x) { return narrow(HALF_PI - asin_d(widen(x))); }

/* x = n pi/2 + r with |r| <= pi/4: the sine and cosine of r, and n in quarter's low bits. */
typedef struct { D sin, cos; L quarter; } Turn;

/* For |x| < 2^20: the first part of pi/2 has 33 bits, so that its multiple by n is exact. */
static inline Turn turn(D x) {
    D t = x * (1 / HALF_PI) + ROUNDER;
    D n = t - ROUNDER;
    D r = (x - n * 0x1.921fb544p0) - n * 0x1.0b4611a626331p-34;
    return (Turn){r * POLY(r * r, SIN), POLY(r * r, COS), (L)t};
}

/* The sine of r + quarter pi/2. */
static inline D sine(Turn t, L quarter) {
    D y = choose((quarter & 1) == 1, t.cos, t.sin);
    return (D)((L)y ^ (quarter & 2) << 62);
}

/* Lanes that are larger or infinite are the C library's. */
#define TURNED(name, function, value)                                                       \
    EACH(name##far, function)                                                               \
    static inline V name(V x) {                                                             \
        Turn t = turn(widen(x));                                                            \
        V near = narrow(value);                                                             \
        I far = __builtin_elementwise_abs(x) >= 0x1p20f;                                    \
        return __builtin_reduce_or(far) ? pick(far, name##far(x), near) : near;             \
    }
TURNED(sin_, sin, sine(t, t.quarter))
TURNED(cos_, cos, sine(t, t.quarter + 1))
TURNED(tan_, tan, sine(t, t.quarter) / sine(t, t.quarter + 1))

#else /* double */

static inline double log_1(double x) { return log(normal(x)); }

static inline double sigmoid_1(double x) {
    double e = exp(-fabs(x)); /* at most 1 */
    return (x < 0 ? e : 1) / (1 + e);
}

static inline double softplus_1(double x) { return (x > 0 ? x : 0) + log1p(exp(-fabs(x))); }

EACH(exp_, exp) EACH(expm1_, expm1) EACH(log_, log_1) EACH(log1p_, log1p) EACH(tanh_, tanh)
EACH(sigmoid_, sigmoid_1) EACH(softplus_, softplus_1) EACH(erf_, erf) EACH(erfc_, erfc)
EACH(sin_, sin) EACH(cos_, cos) EACH(tan_, tan) EACH(asin_, asin) EACH(acos_, acos)
EACH(atan_, atan) EACH(sinh_, sinh) EACH(cosh_, cosh) EACH(asinh_, asinh) EACH(acosh_, acosh)
EACH(atanh_, atanh)

#endif
