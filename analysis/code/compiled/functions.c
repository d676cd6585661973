/* stub */
#define BY_LANE(f) INLINE V f##_(V x) { for (int i = 0; i < LANES; i++) x[i] = (REAL)f((double)x[i]); return x; }
BY_LANE(exp)
BY_LANE(expm1)
BY_LANE(log)
BY_LANE(log1p)
BY_LANE(tanh)
BY_LANE(erf)
BY_LANE(erfc)
BY_LANE(sin)
BY_LANE(cos)
BY_LANE(tan)
BY_LANE(asin)
BY_LANE(acos)
BY_LANE(atan)
BY_LANE(sinh)
BY_LANE(cosh)
BY_LANE(asinh)
BY_LANE(acosh)
BY_LANE(atanh)
BY_LANE(sqrt)
INLINE V sigmoid_(V x) { for (int i = 0; i < LANES; i++) x[i] = (REAL)(1/(1+exp(-(double)x[i]))); return x; }
INLINE V softplus_(V x) { for (int i = 0; i < LANES; i++) x[i] = x[i] > 0 ? x[i] + log1p(exp(-(double)x[i])) : log1p(exp((double)x[i])); return x; }
INLINE V pow_(V x, V y) { for (int i = 0; i < LANES; i++) x[i] = (REAL)pow((double)x[i], (double)y[i]); return x; }
