/* One network after another through a mini-batch, by the four equations of the report:

       forward            v = W y + b,  y = f(v)
       output delta       delta = (p - t) / patterns
       delta recursion    delta[r] = f'(v[r]) * (W[r+1]^T delta[r+1])
       update             W[r] <- W[r] - learning_rate * delta[r] y[r-1]^T

   Layers r are counted from 0 here, from 1 in the report. A row of y[r] in memory is a pattern mu, its columns are
   the units: y[r][mu * stride + i]. So images are taken as they come, and of the factors of a product only W, which
   is small, is ever transposed; that of the first layer is kept so. Rows are filled up to whole vectors; what is in
   the filling never reaches a number that counts. A network's numbers depend on no other network. */

typedef void (*Forward)(REAL *v, REAL *slope, long count);                           /* v becomes y = f(v) */
typedef void (*Backward)(REAL *delta, const REAL *y, const REAL *slope, long count); /* delta <- f'(v) * delta */

/* Weights and biases, and the running means of their gradients (u) and of the squares of these (s) where
   `descend` needs them. W is (units, units below), of the first layer transposed. */
typedef struct {
    REAL *W, *b, *u_W, *u_b, *s_W, *s_b;
} Layer;

typedef struct {
    int64_t depth;        /* layers of weights, R in the report */
    const int64_t *units; /* inputs, units of layer 0, ..., classes */
    const Layer *layers;
    Forward forward;
    Backward backward;
    int64_t steps;        /* mini-batches that it has been trained on */
    double loss;          /* the sum of the cross-entropy over patterns since it was set to 0, */
    int64_t correct;      /* and how many had the right answer */
} Network;

/* Where the arrays of a mini-batch are. y of the last layer is its v. Where f' is no function of y, slope has it. */
typedef struct {
    REAL *x;                    /* (patterns, inputs), fractions of full intensity */
    int32_t *labels;            /* (patterns) */
    REAL **y, **slope, **delta; /* layer -> (patterns, units) */
    REAL *W_T, *sum;            /* W transposed; a gradient of which some patterns are summed */
} Arrays;

typedef struct {
    const uint8_t *pixels, *labels; /* (images, inputs) and (images) */
    int64_t inputs;
} Images;

/* ---- The four equations -------------------------------------------------------------------------------------- */

/* v[r] = W[r] y[r-1] + b[r],  y[r] = f(v[r]) */
static void forward(const Network *net, const Arrays *at, int64_t patterns)
{
    for (int64_t r = 0; r < net->depth; r++) {
        const Layer *layer = &net->layers[r];
        int64_t below = net->units[r], here = net->units[r + 1], width = stride(here);
        if (r > 0) transpose(layer->W, here, below, at->W_T);
        multiply((Product){.M = patterns, .N = width, .K = below, .bias = layer->b,
                           .A = r > 0 ? at->y[r - 1] : at->x, .row = stride(below), .term = 1,
                           .B = r > 0 ? at->W_T : layer->W, .stride = width, .C = at->y[r]});
        if (r < net->depth - 1) net->forward(at->y[r], at->slope[r], patterns * width);
    }
}

/* p = softmax(v) of a pattern; its total and its greatest v. A v that is NaN makes all of them so. */
static REAL softmax(const REAL *v, REAL *p, int64_t classes, REAL *greatest)
{
    REAL total = 0;
    *greatest = v[0];
    for (int64_t i = 1; i < classes; i++) *greatest = v[i] > *greatest || v[i] != v[i] ? v[i] : *greatest;
    for (int64_t i = 0; i < classes; i += LANES) store(p + i, exp_(load(v + i) - *greatest));
    for (int64_t i = 0; i < classes; i++) total += p[i];
    for (int64_t i = 0; i < classes; i += LANES) store(p + i, load(p + i) / total);
    return total;
}

/* delta = (p - t) / patterns of the output layer; counts the cross-entropy, -ln p of the label, and right answers. */
static void output_delta(Network *net, const Arrays *at, int64_t patterns)
{
    int64_t last = net->depth - 1, classes = net->units[net->depth], width = stride(classes);
    REAL greatest;
    V totals = all(1);
    for (int64_t mu = 0; mu < patterns; mu++) {
        const REAL *v = at->y[last] + mu * width;
        REAL *delta = at->delta[last] + mu * width;
        int32_t label = at->labels[mu];
        totals[mu % LANES] = softmax(v, delta, classes, &greatest);
        net->loss -= v[label] - greatest;
        net->correct += v[label] == greatest;
        delta[label] -= 1;
        for (int64_t i = 0; i < classes; i += LANES) store(delta + i, load(delta + i) / (REAL)patterns);
        if ((mu + 1) % LANES == 0 || mu + 1 == patterns) {
            V logarithms = log_(totals);
            for (int n = 0; n < LANES; n++) net->loss += logarithms[n];
            totals = all(1);
        }
    }
}

/* delta[r-1] = f'(v[r-1]) * (W[r]^T delta[r]) */
static void delta_below(const Network *net, const Arrays *at, int64_t r, int64_t patterns)
{
    int64_t below = stride(net->units[r]), here = net->units[r + 1];
    multiply((Product){.M = patterns, .N = below, .K = here, .A = at->delta[r], .row = stride(here), .term = 1,
                       .B = net->layers[r].W, .stride = below, .C = at->delta[r - 1]});
    net->backward(at->delta[r - 1], at->y[r - 1], at->slope[r - 1], patterns * below);
}

/* W[r] <- W[r] - learning_rate * delta[r] y[r-1]^T,  b[r] <- b[r] - learning_rate * delta[r] 1 */
static void update_layer(const Network *net, const Arrays *at, const Rule *by, int64_t r, int64_t patterns)
{
    const Layer *layer = &net->layers[r];
    int64_t below = net->units[r], here = net->units[r + 1], width = stride(here);
    const REAL *delta = at->delta[r];
    Product p = {.K = patterns, .term = width, .by = by, .C = at->sum, .W = layer->W, .u = layer->u_W, .s = layer->s_W};
    if (r > 0)
        p.M = here, p.A = delta, p.row = 1, p.B = at->y[r - 1], p.stride = p.N = stride(below);
    else
        p.M = below, p.A = at->x, p.row = 1, p.term = stride(below), p.B = delta, p.stride = p.N = width;
    update(p);
    for (int64_t i = 0; i < width; i += LANES) {
        V sum = all(0);
        for (int64_t mu = 0; mu < patterns; mu++) sum += load(delta + mu * width + i);
        descend(by->rule, by, layer->b + i, layer->u_b + i, layer->s_b + i, sum);
    }
}

/* ---- What is called from outside ----------------------------------------------------------------------------- */

/* Numbers below the normal ones count as 0 from here on: they are slow. What `allow` gives them back by. */
static uint64_t flush_denormals(void)
{
#if defined(__x86_64__)
    uint32_t before = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(before | 0x8040);
#elif defined(__aarch64__)
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" ::"r"(before | 1 << 24));
#endif
    return before;
}

static void allow_denormals(uint64_t before)
{
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(before);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" ::"r"(before));
#endif
}

static void take(const Arrays *at, const Images *images, const int64_t *places, int64_t patterns)
{
    int64_t inputs = images->inputs, i;
    const REAL full = (REAL)1 / 255;
    for (int64_t mu = 0; mu < patterns; mu++) {
        const uint8_t *pixels = images->pixels + places[mu] * inputs;
        REAL *x = at->x + mu * stride(inputs);
        for (i = 0; i + LANES <= inputs; i += LANES)
            store(x + i, __builtin_convertvector(*(const Bytes *)(pixels + i), V) * full);
        for (; i < inputs; i++) x[i] = pixels[i] * full;
        at->labels[mu] = images->labels[places[mu]];
    }
}

/* Train networks that see the same images, those at `places`, in mini-batches of so many patterns. */
void train(Network **networks, int64_t count, const Arrays *at, const Optimizer *by, const Images *images,
           const int64_t *places, int64_t number, int64_t batch)
{
    uint64_t before = flush_denormals();
    for (; number > 0; number -= batch, places += batch) {
        int64_t patterns = number < batch ? number : batch;
        take(at, images, places, patterns);
        for (int64_t n = 0; n < count; n++) {
            Network *net = networks[n];
            Rule rule = rule_of(by, ++net->steps);
            forward(net, at, patterns);
            output_delta(net, at, patterns);
            for (int64_t r = net->depth - 1; r >= 0; r--) {
                if (r > 0) delta_below(net, at, r, patterns);
                update_layer(net, at, &rule, r, patterns);
            }
        }
    }
    allow_denormals(before);
}

/* Count loss and right answers of networks on images; y, slope and delta of the last network are left in `at`. */
void evaluate(Network **networks, int64_t count, const Arrays *at, const Images *images, const int64_t *places,
              int64_t number, int64_t batch)
{
    uint64_t before = flush_denormals();
    for (; number > 0; number -= batch, places += batch) {
        int64_t patterns = number < batch ? number : batch;
        take(at, images, places, patterns);
        for (int64_t n = 0; n < count; n++) {
            forward(networks[n], at, patterns);
            output_delta(networks[n], at, patterns);
        }
    }
    allow_denormals(before);
}

/* delta of every layer below the last, from that of the last. Each must have a place of its own in `at`. */
void backpropagate(const Network *net, const Arrays *at, int64_t patterns)
{
    uint64_t before = flush_denormals();
    for (int64_t r = net->depth - 1; r > 0; r--) delta_below(net, at, r, patterns);
    allow_denormals(before);
}
