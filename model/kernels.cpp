// The three memory-bound operations of the network as ragged CPU kernels: attention with relation biases, RMSNorm fused
// with the residual addition, SwiGLU. Activations are bfloat16 bits in uint16, sums are float. Compiled by native.py;
// every kernel has a PyTorch twin in network.py, and test/model/test_network.py holds them equal.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint16_t bf16;

static inline float up(bf16 x) {
  uint32_t bits = uint32_t(x) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

static inline bf16 down(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bf16((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

template <int R, int V>
static inline void tile(int depth, const float* a, long row, long column, const float* b, long ldb, float* c, long ldc, bool add) {
  v16 sum[R][V];
  for (int r = 0; r < R; r++)
    for (int v = 0; v < V; v++) sum[r][v] = add ? *(const v16*)(c + r * ldc + 16 * v) : v16{};
  for (int k = 0; k < depth; k++) {
    v16 line[V];
    for (int v = 0; v < V; v++) line[v] = *(const v16*)(b + k * ldb + 16 * v);
    for (int r = 0; r < R; r++) {
      float x = a[r * row + k * column];
      for (int v = 0; v < V; v++) sum[r][v] += x * line[v];
    }
  }
  for (int r = 0; r < R; r++)
    for (int v = 0; v < V; v++) *(v16*)(c + r * ldc + 16 * v) = sum[r][v];
}

template <int V>
static void strip(int rows, int depth, const float* a, long row, long column, const float* b, long ldb, float* c, long ldc, bool add) {
  constexpr int R = V <= 2 ? 8 : 5;
  int r = 0;
  for (; r + R <= rows; r += R) tile<R, V>(depth, a + r * row, row, column, b, ldb, c + r * ldc, ldc, add);
  for (; r + 2 <= rows; r += 2) tile<2, V>(depth, a + r * row, row, column, b, ldb, c + r * ldc, ldc, add);
  for (; r < rows; r++) tile<1, V>(depth, a + r * row, row, column, b, ldb, c + r * ldc, ldc, add);
}

// c[rows][wide] (+)= a[rows][depth] * b[depth][wide]; a is read at a[r * row + k * column]; wide is a multiple of 16.
static void multiply(int rows, int wide, int depth, const float* a, long row, long column, const float* b, long ldb, float* c, long ldc, bool add) {
  for (int n = 0; n < wide;) {
    int left = (wide - n) / 16;
    if (left >= 4) { strip<4>(rows, depth, a, row, column, b + n, ldb, c + n, ldc, add); n += 64; }
    else if (left == 3) { strip<3>(rows, depth, a, row, column, b + n, ldb, c + n, ldc, add); n += 48; }
    else if (left == 2) { strip<2>(rows, depth, a, row, column, b + n, ldb, c + n, ldc, add); n += 32; }
    else { strip<1>(rows, depth, a, row, column, b + n, ldb, c + n, ldc, add); n += 16; }
  }
}

struct Ragged {
  int groups, heads, size;            // schemas, heads, width of a head
  const int64_t *schema, *stream;     // token offsets [groups + 1], [questions + 1]
  const int64_t* members;             // first question of each group [groups + 1]
  const uint8_t *schema_ids, *stream_ids;              // bias ids, one block per sequence
  const int64_t *schema_ids_at, *stream_ids_at;        // offsets of the blocks
};

static inline int round16(int n) { return (n + 15) & ~15; }

// Rows of one head as float: plain [n][size] and, if asked, transposed [size][ld].
static void load(const bf16* from, long stride, int n, int size, float* plain, float* turned, long ld) {
  for (int i = 0; i < n; i++) {
    for (int d = 0; d < size; d++) plain[i * size + d] = up(from[i * stride + d]);
    if (turned)
      for (int d = 0; d < size; d++) turned[d * ld + i] = plain[i * size + d];
  }
}

// scores = scores * scale + bias[ids]; `small` promises ids below 64, which four registers hold (gathers are slow).
static void add_bias(float* scores, const uint8_t* ids, const float* bias, int keys, float scale, bool small) {
  int j = 0;
#ifdef __AVX512F__
  if (small) {
    __m512 b0 = _mm512_loadu_ps(bias), b1 = _mm512_loadu_ps(bias + 16), b2 = _mm512_loadu_ps(bias + 32), b3 = _mm512_loadu_ps(bias + 48);
    for (; j + 16 <= keys; j += 16) {
      __m512i id = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*)(ids + j)));
      __mmask16 high = _mm512_test_epi32_mask(id, _mm512_set1_epi32(32));
      __m512 low = _mm512_permutex2var_ps(b0, id, b1);
      __m512 value = _mm512_mask_mov_ps(low, high, _mm512_permutex2var_ps(b2, id, b3));
      _mm512_storeu_ps(scores + j, _mm512_fmadd_ps(_mm512_loadu_ps(scores + j), _mm512_set1_ps(scale), value));
    }
  }
#endif
  for (; j < keys; j++) scores[j] = scores[j] * scale + bias[ids[j]];
}

// sums[ids] += grads; id 0 ("no relation") is by far the most frequent and is summed apart.
static void add_by_id(const float* grads, const uint8_t* ids, int keys, float* sums) {
  int j = 0;
#ifdef __AVX512F__
  __m512 none = _mm512_setzero_ps();
  for (; j + 16 <= keys; j += 16) {
    __m128i id = _mm_loadu_si128((const __m128i*)(ids + j));
    uint32_t some = 0xffff & ~_mm_movemask_epi8(_mm_cmpeq_epi8(id, _mm_setzero_si128()));
    none = _mm512_mask_add_ps(none, __mmask16(~some), none, _mm512_loadu_ps(grads + j));
    for (; some; some &= some - 1) {
      int k = j + __builtin_ctz(some);
      sums[ids[k]] += grads[k];
    }
  }
  sums[0] += _mm512_reduce_add_ps(none);
#endif
  for (; j < keys; j++) sums[ids[j]] += grads[j];
}

static void softmax(float* scores, const uint8_t* ids, const float* bias, int keys, int padded, float scale, bool small) {
  add_bias(scores, ids, bias, keys, scale, small);
  float top = -1e30f;
  for (int j = 0; j < keys; j++) top = std::max(top, scores[j]);
  float sum = 0;
  for (int j = 0; j < keys; j++) {
    scores[j] = expf(scores[j] - top);
    sum += scores[j];
  }
  float inverse = 1 / sum;
  for (int j = 0; j < keys; j++) scores[j] *= inverse;
  for (int j = keys; j < padded; j++) scores[j] = 0;
}

struct Scratch {
  std::vector<float> q, k, v, kt, vt, p, o, go, gp, gq, gk, gv;
  void fit(int rows, int keys, int size) {
    size_t wide = round16(keys);
    auto need = [](std::vector<float>& x, size_t n) { if (x.size() < n) x.resize(n); };
    for (auto* x : {&q, &o, &go, &gq}) need(*x, size_t(rows) * size);
    for (auto* x : {&k, &v, &gk, &gv}) need(*x, wide * size);
    for (auto* x : {&kt, &vt}) need(*x, wide * size);
    for (auto* x : {&p, &gp}) need(*x, size_t(rows) * wide);
  }
};

// Keys of a sequence: the schema's (none for the schema itself, whose keys are its own tokens), then its own.
struct Sequence {
  int64_t first, prefix;
  int rows, shown, keys;
  const uint8_t* ids;
};

static Sequence sequence(const Ragged& r, int group, int64_t question) {
  int64_t start = r.schema[group];
  int shown = int(r.schema[group + 1] - start);
  if (question < 0) return {start, start, shown, 0, shown, r.schema_ids + r.schema_ids_at[group]};
  int rows = int(r.stream[question + 1] - r.stream[question]);
  return {r.stream[question], start, rows, shown, shown + rows, r.stream_ids + r.stream_ids_at[question]};
}

static void keys_of(const Sequence& s, const bf16* qkv, long width, int at, int size, float* plain, float* turned, long ld) {
  load(qkv + s.prefix * width + at, width, s.shown, size, plain, turned, ld);
  load(qkv + s.first * width + at, width, s.rows, size, plain + long(s.shown) * size, turned ? turned + s.shown : nullptr, ld);
}

static void probabilities(const Sequence& s, const float* bias, int size, long ld, Scratch& z) {
  multiply(s.rows, int(ld), size, z.q.data(), size, 1, z.kt.data(), ld, z.p.data(), ld, false);
  float scale = 1 / std::sqrt(float(size));
  for (int i = 0; i < s.rows; i++) softmax(&z.p[i * ld], s.ids + long(i) * s.keys, bias, s.keys, int(ld), scale, s.shown > 0);
}

static void clear_padding(std::vector<float>& turned, int size, int keys, long ld) {
  for (int d = 0; d < size; d++)
    for (long j = keys; j < ld; j++) turned[d * ld + j] = 0;
}

static void forward_one(const Ragged& r, const Sequence& s, int head, const bf16* qkv, const float* bias, bf16* out, Scratch& z) {
  int size = r.size, width = 3 * r.heads * size, model = r.heads * size;
  z.fit(s.rows, s.keys, size);
  long ld = round16(s.keys);
  load(qkv + s.first * width + head * size, width, s.rows, size, z.q.data(), nullptr, 0);
  keys_of(s, qkv, width, model + head * size, size, z.k.data(), z.kt.data(), ld);
  clear_padding(z.kt, size, s.keys, ld);
  keys_of(s, qkv, width, 2 * model + head * size, size, z.v.data(), nullptr, 0);
  probabilities(s, bias, size, ld, z);
  multiply(s.rows, size, s.keys, z.p.data(), ld, 1, z.v.data(), size, z.o.data(), size, false);
  for (int i = 0; i < s.rows; i++)
    for (int d = 0; d < size; d++) out[(s.first + i) * model + head * size + d] = down(z.o[i * size + d]);
}

static void backward_one(const Ragged& r, const Sequence& s, int head, const bf16* qkv, const float* bias, const bf16* grad_out,
                         float* grad, float* grad_bias, Scratch& z) {
  int size = r.size, width = 3 * r.heads * size, model = r.heads * size;
  z.fit(s.rows, s.keys, size);
  long ld = round16(s.keys);
  load(qkv + s.first * width + head * size, width, s.rows, size, z.q.data(), nullptr, 0);
  keys_of(s, qkv, width, model + head * size, size, z.k.data(), z.kt.data(), ld);
  keys_of(s, qkv, width, 2 * model + head * size, size, z.v.data(), z.vt.data(), ld);
  clear_padding(z.kt, size, s.keys, ld);
  clear_padding(z.vt, size, s.keys, ld);
  load(grad_out + s.first * model + head * size, model, s.rows, size, z.go.data(), nullptr, 0);
  probabilities(s, bias, size, ld, z);
  multiply(s.rows, int(ld), size, z.go.data(), size, 1, z.vt.data(), ld, z.gp.data(), ld, false);
  multiply(s.keys, size, s.rows, z.p.data(), 1, ld, z.go.data(), size, z.gv.data(), size, false);
  float scale = 1 / std::sqrt(float(size));
  for (int i = 0; i < s.rows; i++) {
    float *p = &z.p[i * ld], *g = &z.gp[i * ld];
    const uint8_t* ids = s.ids + long(i) * s.keys;
    float mean = 0;
    for (int j = 0; j < s.keys; j++) mean += p[j] * g[j];
    for (int j = 0; j < s.keys; j++) g[j] = p[j] * (g[j] - mean);
    add_by_id(g, ids, s.keys, grad_bias);
    for (int j = 0; j < s.keys; j++) g[j] *= scale;
  }
  multiply(s.rows, size, s.keys, z.gp.data(), ld, 1, z.k.data(), size, z.gq.data(), size, false);
  multiply(s.keys, size, s.rows, z.gp.data(), 1, ld, z.q.data(), size, z.gk.data(), size, false);
  for (int i = 0; i < s.rows; i++)
    for (int d = 0; d < size; d++) grad[(s.first + i) * width + head * size + d] += z.gq[i * size + d];
  for (int j = 0; j < s.keys; j++) {
    float* to = grad + (j < s.shown ? s.prefix + j : s.first + j - s.shown) * width + head * size;
    for (int d = 0; d < size; d++) to[model + d] += z.gk[j * size + d];
    for (int d = 0; d < size; d++) to[2 * model + d] += z.gv[j * size + d];
  }
}

extern "C" {

// qkv [T][3][heads][size], biases [heads][256], out [T][heads * size].
void attention_forward(const Ragged* r, const bf16* qkv, const float* schema_bias, const float* stream_bias, bf16* out) {
  Scratch z;
  for (int g = 0; g < r->groups; g++)
    for (int h = 0; h < r->heads; h++) {
      forward_one(*r, sequence(*r, g, -1), h, qkv, schema_bias + h * 256, out, z);
      for (int64_t n = r->members[g]; n < r->members[g + 1]; n++)
        forward_one(*r, sequence(*r, g, n), h, qkv, stream_bias + h * 256, out, z);
    }
}

// grad [T][3][heads][size] and the bias gradients are floats, zeroed by the caller.
void attention_backward(const Ragged* r, const bf16* qkv, const float* schema_bias, const float* stream_bias, const bf16* grad_out,
                        float* grad, float* grad_schema_bias, float* grad_stream_bias) {
  Scratch z;
  for (int g = 0; g < r->groups; g++)
    for (int h = 0; h < r->heads; h++) {
      backward_one(*r, sequence(*r, g, -1), h, qkv, schema_bias + h * 256, grad_out, grad, grad_schema_bias + h * 256, z);
      for (int64_t n = r->members[g]; n < r->members[g + 1]; n++)
        backward_one(*r, sequence(*r, g, n), h, qkv, stream_bias + h * 256, grad_out, grad, grad_stream_bias + h * 256, z);
    }
}

// sum = x + added (added may be null), y = sum / rms(sum) * gain; keeps 1 / rms per row.
void norm_forward(int64_t rows, int width, const float* x, const bf16* added, const float* gain, float* sum, bf16* y, float* inverse) {
  for (int64_t i = 0; i < rows; i++) {
    const float* from = x + i * width;
    float* to = sum + i * width;
    float square = 0;
    for (int d = 0; d < width; d++) {
      float value = from[d] + (added ? up(added[i * width + d]) : 0.f);
      to[d] = value;
      square += value * value;
    }
    float scale = inverse[i] = 1 / std::sqrt(square / width + 1e-6f);
    for (int d = 0; d < width; d++) y[i * width + d] = down(to[d] * scale * gain[d]);
  }
}

// grad_x = grad_sum + gradient through y; grad_added is its bfloat16 copy (may be null).
void norm_backward(int64_t rows, int width, const float* sum, const float* gain, const float* inverse, const bf16* grad_y,
                   const float* grad_sum, float* grad_x, bf16* grad_added, float* grad_gain) {
  for (int64_t i = 0; i < rows; i++) {
    const float* x = sum + i * width;
    const bf16* g = grad_y + i * width;
    float mean = 0, scale = inverse[i];
    for (int d = 0; d < width; d++) {
      float value = up(g[d]);
      mean += value * gain[d] * x[d];
      grad_gain[d] += value * x[d] * scale;
    }
    mean *= scale * scale / width;
    for (int d = 0; d < width; d++) {
      float value = scale * (up(g[d]) * gain[d] - x[d] * mean) + (grad_sum ? grad_sum[i * width + d] : 0.f);
      grad_x[i * width + d] = value;
      if (grad_added) grad_added[i * width + d] = down(value);
    }
  }
}

// y = silu(gate) * value for rows of [gate | value].
void swiglu_forward(int64_t rows, int width, const bf16* both, bf16* y) {
  for (int64_t i = 0; i < rows; i++)
    for (int d = 0; d < width; d++) {
      float gate = up(both[i * 2 * width + d]), value = up(both[i * 2 * width + width + d]);
      y[i * width + d] = down(gate / (1 + expf(-gate)) * value);
    }
}

void swiglu_backward(int64_t rows, int width, const bf16* both, const bf16* grad_y, bf16* grad) {
  for (int64_t i = 0; i < rows; i++)
    for (int d = 0; d < width; d++) {
      float gate = up(both[i * 2 * width + d]), value = up(both[i * 2 * width + width + d]), g = up(grad_y[i * width + d]);
      float share = 1 / (1 + expf(-gate));
      grad[i * 2 * width + d] = down(g * value * share * (1 + gate * (1 - share)));
      grad[i * 2 * width + width + d] = down(g * gate * share);
    }
}

// AdamW on a slice of flat arrays; decay holds the weight decay of each value; average is an exponential moving average.
void adamw(int64_t n, float* weight, const float* grad, float* first, float* second, float* average, const float* decay,
           const float* settings) {
  float rate = settings[0], beta1 = settings[1], beta2 = settings[2], correct1 = settings[3], correct2 = settings[4];
  float scale = settings[5], keep = settings[6];
  for (int64_t i = 0; i < n; i++) {
    float g = grad[i] * scale;
    float m = first[i] = beta1 * first[i] + (1 - beta1) * g;
    float s = second[i] = beta2 * second[i] + (1 - beta2) * g * g;
    float w = weight[i] * (1 - rate * decay[i]) - rate * (m * correct1) / (std::sqrt(s * correct2) + 1e-8f);
    weight[i] = w;
    average[i] = keep * average[i] + (1 - keep) * w;
  }
}
}
